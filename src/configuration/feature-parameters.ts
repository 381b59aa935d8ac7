import {
  array,
  boolean,
  check,
  literal,
  nonEmpty,
  picklist,
  pipe,
  strictObject,
  string,
  union,
} from 'valibot';
import { integerIn, meets, realSchema } from '../base';
import { backboneNames, engineNames, isEmbedded, poolingNames } from '../features';
import { fits } from '../images';
import { choice, slider, tick } from './control';
import { usualSide } from './auto-size';
import { levelTicks, scaleChoice, sizeControl } from './feature-controls';
import { choiceText, flagText, numberText, oddSide, type ParameterRows, positive } from './parameter-row';

const levelsSchema = pipe(
  array(realSchema),
  check(
    (levels) =>
      levels.length > 0 &&
      levels.every(
        (level, at) =>
          Number.isInteger(level) && level >= 1 && level <= 4 && (at === 0 || level > levels[at - 1]),
      ),
    'hierarchy levels in [1, 4], ascending, each once',
  ),
);

const scalesSchema = pipe(
  array(realSchema),
  check(
    (scales) =>
      scales[0] === 1 &&
      scales.every((scale, at) => scale >= 0.1 && (at === 0 || scale < scales[at - 1])) &&
      scales.length <= 4,
    'at most 4 factors from 0.1, descending, the first one 1',
  ),
);

/** The parameters of the features. */
export const featureParameters: ParameterRows<
  | 'backbone'
  | 'weights'
  | 'engine'
  | 'size'
  | 'side'
  | 'fit'
  | 'resize'
  | 'black'
  | 'white'
  | 'tile'
  | 'scales'
  | 'levels'
  | 'neighbourhood'
  | 'pooling'
  | 'concatenate'
> = {
  backbone: {
    schema: picklist(backboneNames),
    default: 'efficientnet_lite0',
    stage: 'features',
    ...{ label: 'backbone', group: 'Features', text: choiceText(backboneNames) },
    help: 'The network that gives features.',
  },
  weights: {
    schema: pipe(string(), nonEmpty('the path of a file')),
    stage: 'features',
    usual: 'none; efficientnet_lite0 and efficientnet_lite2 come with their own',
    ...{ label: 'weights', group: 'Features', text: { kind: 'path', placeholder: '<file>' } },
    help: 'Safetensors file of the backbone.',
  },
  engine: {
    schema: picklist(engineNames),
    default: 'auto',
    stage: 'features',
    ...{ label: 'engine', group: 'Features', text: choiceText(engineNames) },
    help: 'The program that runs the backbone: auto takes onnx where it loads, else tensorflow; gpu is ONNX Runtime on a GPU, by CUDA or WebGPU.',
  },
  size: {
    schema: union([literal('auto'), realSchema, strictObject({ width: realSchema, height: realSchema })]),
    default: 'auto',
    stage: 'features',
    ...{ label: 'image size', group: 'Features', text: { kind: 'size', placeholder: '<pixels>' } },
    help: 'Side to which images are scaled, in pixels, or WIDTHxHEIGHT such as 448x192; auto has the shape of the nominal images, and the area that the side says. Small defects need large images; time grows with the area.',
    controls: sizeControl,
  },
  side: {
    schema: meets((value) => integerIn(value, [32, 2048])),
    default: ({ backbone }) => usualSide(backbone),
    stage: 'features',
    unused: ({ size }) => (size === 'auto' ? undefined : 'only the size auto has it'),
    ...{ label: 'side', group: 'Features', text: numberText('<pixels>'), controls: slider([64, 640, 32]) },
    help: 'With the size auto: side of the square whose area the images have, in pixels.',
  },
  fit: {
    schema: picklist(fits),
    default: ({ size }) => (size === 'auto' ? 'contain' : 'stretch'),
    usual: 'contain for the size auto, else stretch',
    stage: 'features',
    ...{ label: 'framing', group: 'Features', text: choiceText(fits, '<how>'), controls: choice(fits) },
    help: 'How images of another aspect ratio are framed: stretched, contained with their border continued, or cropped.',
  },
  resize: {
    schema: positive,
    usual: 'that of the size',
    stage: 'features',
    unused: ({ fit }) => (fit === 'crop' ? undefined : 'only crop has it'),
    ...{ label: 'side before cropping', group: 'Features', text: numberText('<pixels>') },
    help: 'With crop: the shorter side before cropping.',
  },
  black: {
    schema: realSchema,
    usual: '0',
    stage: 'features',
    ...{ label: 'black', group: 'Features', text: numberText('<sample>') },
    help: 'The sample that is black, of images with more than 8 bits.',
  },
  white: {
    schema: realSchema,
    usual:
      'of samples with 16 unsigned bits the least of 255, 1023, 4095, 16383 and 65535 that no nominal image exceeds; other ones need it',
    stage: 'features',
    ...{ label: 'white', group: 'Features', text: numberText('<sample>') },
    help: 'The sample that is white, of images with more than 8 bits: 4095 for a camera of 12 bits.',
  },
  tile: {
    schema: positive,
    usual: 'no tiles',
    stage: 'features',
    ...{ label: 'tiles', group: 'Features', text: numberText('<pixels>') },
    help: 'Side of the tiles that larger images are cut into.',
  },
  scales: {
    schema: scalesSchema,
    default: [1],
    stage: 'features',
    ...{ label: 'scales', group: 'Features', text: { kind: 'numbers', placeholder: '<list>' } },
    help: "Factors of the images' sides at which the backbone sees them, e.g. 1,0.7: the levels of each are modelled, and their maps averaged. Small structures show in large images, large ones in small images.",
    controls: scaleChoice,
  },
  levels: {
    schema: levelsSchema,
    default: ({ backbone }) => (backbone === 'scattering' ? [1, 2] : isEmbedded(backbone) ? [2, 3] : [3]),
    stage: 'features',
    ...{ label: 'levels', group: 'Features', text: { kind: 'numbers', placeholder: '<list>' } },
    help: "The backbone's hierarchy levels, e.g. 2,3.",
    controls: levelTicks,
  },
  neighbourhood: {
    schema: oddSide,
    default: 3,
    stage: 'features',
    ...{ label: 'neighbourhood', group: 'Features', text: numberText('<side>'), controls: slider([1, 9, 2]) },
    help: 'Side of the square of positions that a patch feature sums up, odd. Larger ones forgive small shifts.',
  },
  pooling: {
    schema: picklist(poolingNames),
    default: 'mean',
    stage: 'features',
    ...{
      label: 'pooling',
      group: 'Features',
      text: choiceText(poolingNames),
      controls: choice(poolingNames),
    },
    help: "How a neighbourhood becomes a feature: by its mean, or unfolded as by PatchCore's authors.",
  },
  concatenate: {
    schema: boolean(),
    default: false,
    stage: 'features',
    ...{ label: 'concatenate levels', group: 'Features', text: flagText, controls: tick },
    help: 'Bring all levels to the finest grid and model their features together, as PatchCore does.',
  },
};
