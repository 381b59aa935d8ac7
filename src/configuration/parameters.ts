import {
  array,
  boolean,
  type GenericSchema,
  nonEmpty,
  picklist,
  pipe,
  strictObject,
  string,
  union,
  check,
} from 'valibot';
import { integerIn, meets, numberIn, oddInteger, realSchema } from '../base';
import { backboneNames, engineNames, poolingNames } from '../features';
import { fits } from '../images';
import { granularities, granularityNames, residualMetricNames, samplerNames } from '../reconstruction';
import { solverNames, solverSchema } from '../subspace';
import { type Configuration, imageScoreNames } from './configuration';
import {
  choice,
  choiceOrDefault,
  type Controls,
  granularityChoice,
  levelChoice,
  levelTicks,
  mapSizeChoice,
  patchSliders,
  sizeControl,
  slider,
  solverControls,
  tick,
  weightSliders,
} from './controls';
import { usualMapSize, usualSigma } from './map-defaults';
import { modelDefaults } from './model-defaults';
import type { TextForm } from './text-forms';

/** The stages of the method, each with what comes before it: a parameter decides one, and with it those after. */
export const stages = ['features', 'exemplars', 'bank', 'maps', 'limits'] as const;
export type Stage = (typeof stages)[number];

/** The parameters that stand before another one. */
type Before = Pick<Configuration, 'backbone' | 'size' | 'mapSize'>;

/** What there is to know of a parameter. */
export interface ParameterRow<Value> {
  /** Its type and its range; what has to do with other parameters is in {@link checkConfiguration}. */
  schema: GenericSchema<Value>;
  /** Its value, or what gives it from the parameters before. Absent where the configuration can do without. */
  default?: Value | ((before: Before) => Value);
  /** The default in words, where the configuration can do without. */
  usual?: string;
  /** The first stage that it decides. */
  stage: Stage;
  /** Why it has no effect; undefined where it has one. */
  unused?: (configuration: Configuration) => string | undefined;
  label: string;
  group: string;
  help: string;
  /** Its name on the command line. Default: its own, in kebab case. */
  flag?: string;
  text: TextForm;
  /** Absent where it stays as it was. */
  controls?: Controls<NonNullable<Value>>;
}

/** The largest side of a neighbourhood and of a window, in positions. */
const largestNeighbourhood = 63;

const number = (placeholder: string): TextForm => ({ kind: 'number', placeholder });
const names = (of: readonly string[], placeholder = '<name>'): TextForm => ({
  ...{ kind: 'choice', placeholder, names: of },
});
const flag: TextForm = { kind: 'flag' };
const fraction = meets((value) => numberIn(value, { above: 0, below: 1 }));
const positive = meets((value) => integerIn(value, [1]));
const odd = meets((value) => oddInteger(value, largestNeighbourhood));
const featuresGroup = 'Features';
const bankGroup = 'Memory bank';
const modelGroup = 'Model';
const mapsGroup = 'Maps and scores';

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

const granularitiesSchema = pipe(
  array(picklist(granularityNames)),
  check(
    (chosen) => chosen.length > 0 && new Set(chosen).size === chosen.length,
    `some of ${granularityNames.join(', ')}, each once`,
  ),
);

const isSampled = ({ granularities: chosen }: Configuration) => chosen.some((name) => name !== 'direction');
const keepsImages = ({ granularities: chosen }: Configuration) =>
  chosen.some((name) => granularities[name].keepsImages);
const samplesBySubspace = (configuration: Configuration) =>
  configuration.granularities.some(
    (name) => name !== 'direction' && (configuration.sampler ?? modelDefaults[name].sampler) === 'subspace',
  );

/** Every parameter of a configuration, one row each, in the order in which they are listed. */
export const parameters: { readonly [Name in keyof Configuration]-?: ParameterRow<Configuration[Name]> } = {
  backbone: {
    schema: picklist(backboneNames),
    default: 'efficientnet_lite0',
    stage: 'features',
    ...{ label: 'backbone', group: featuresGroup, text: names(backboneNames) },
    help: 'The network that gives features.',
  },
  weights: {
    schema: pipe(string(), nonEmpty('the path of a file')),
    stage: 'features',
    usual: 'none; efficientnet_lite0 comes with its own',
    ...{ label: 'weights', group: featuresGroup, text: { kind: 'path', placeholder: '<file>' } },
    help: 'Safetensors file of the backbone.',
  },
  engine: {
    schema: picklist(engineNames),
    default: 'auto',
    stage: 'features',
    ...{ label: 'engine', group: featuresGroup, text: names(engineNames) },
    help: 'The program that runs the backbone; auto takes the first that loads.',
  },
  size: {
    schema: union([realSchema, strictObject({ width: realSchema, height: realSchema })]),
    default: ({ backbone }) =>
      (({ scattering: 128, efficientnet_lite0: 320, dinov2_small: 392 }) as Partial<Record<string, number>>)[
        backbone
      ] ?? 384,
    stage: 'features',
    ...{ label: 'image size', group: featuresGroup, text: { kind: 'size', placeholder: '<pixels>' } },
    help: 'Side to which images are scaled, in pixels, or WIDTHxHEIGHT such as 448x192. Small defects need large images; time grows with the square.',
    controls: sizeControl,
  },
  fit: {
    schema: picklist(fits),
    default: 'stretch',
    stage: 'features',
    ...{ label: 'framing', group: featuresGroup, text: names(fits, '<how>'), controls: choice(fits) },
    help: 'How images of another aspect ratio are framed.',
  },
  resize: {
    schema: positive,
    usual: 'that of the size',
    stage: 'features',
    unused: ({ fit }) => (fit === 'crop' ? undefined : 'only crop has it'),
    ...{ label: 'side before cropping', group: featuresGroup, text: number('<pixels>') },
    help: 'With crop: the shorter side before cropping.',
  },
  tile: {
    schema: positive,
    usual: 'no tiles',
    stage: 'features',
    ...{ label: 'tiles', group: featuresGroup, text: number('<pixels>') },
    help: 'Side of the tiles that larger images are cut into.',
  },
  levels: {
    schema: levelsSchema,
    default: ({ backbone }) =>
      backbone === 'scattering' ? [1, 2] : backbone === 'efficientnet_lite0' ? [2, 3] : [3],
    stage: 'features',
    ...{ label: 'levels', group: featuresGroup, text: { kind: 'numbers', placeholder: '<list>' } },
    help: "The backbone's hierarchy levels, e.g. 2,3.",
    controls: levelTicks,
  },
  neighbourhood: {
    schema: odd,
    default: 3,
    stage: 'features',
    ...{ label: 'neighbourhood', group: featuresGroup, text: number('<side>'), controls: slider([1, 9, 2]) },
    help: 'Side of the square of positions that a patch feature sums up, odd. Larger ones forgive small shifts.',
  },
  pooling: {
    schema: picklist(poolingNames),
    default: 'mean',
    stage: 'features',
    ...{ label: 'pooling', group: featuresGroup, text: names(poolingNames), controls: choice(poolingNames) },
    help: "How a neighbourhood becomes a feature: by its mean, or unfolded as by PatchCore's authors.",
  },
  concatenate: {
    schema: boolean(),
    default: false,
    stage: 'features',
    ...{ label: 'concatenate levels', group: featuresGroup, text: flag, controls: tick },
    help: 'Bring all levels to the finest grid and model their features together, as PatchCore does.',
  },
  granularities: {
    schema: granularitiesSchema,
    default: ({ backbone }) => (backbone === 'scattering' ? ['image'] : ['image', 'patch']),
    stage: 'exemplars',
    flag: 'granularity',
    ...{ label: 'granularity', group: bankGroup },
    text: { kind: 'names', placeholder: '<list>', names: granularityNames },
    help: 'What one entry of the memory bank is: a whole image, a position of all images, a patch of any image, or a principal direction of patches; several, e.g. image,patch, are averaged.',
    controls: granularityChoice,
  },
  window: {
    schema: odd,
    default: 1,
    stage: 'bank',
    unused: ({ granularities: chosen }) =>
      chosen.includes('position') ? undefined : 'only the granularity position has it',
    ...{ label: 'window', group: modelGroup, text: number('<side>'), controls: slider([1, 9, 2]) },
    help: 'With position: side of the square of positions around, odd.',
  },
  solver: {
    schema: solverSchema,
    usual: 'ridge; for patch localRidge on the 8 nearest exemplars',
    stage: 'bank',
    ...{ label: 'solver', group: modelGroup, text: names(solverNames), controls: solverControls },
    help: 'The self-expressive model: how a feature is rebuilt from exemplars. The default is ridge, and for patches ridge on the 8 nearest exemplars.',
  },
  sampler: {
    schema: picklist(samplerNames),
    usual: 'kCenter for patch, else subspace',
    stage: 'exemplars',
    unused: (configuration) =>
      isSampled(configuration) ? undefined : 'principal directions are not sampled',
    ...{ label: 'sampler', group: bankGroup, text: names(samplerNames) },
    help: 'How exemplars are chosen: those that the others cannot represent (subspace), that are far from the others (kCenter), or any (random). The default is kCenter for patches, else subspace.',
    controls: choiceOrDefault(() => samplerNames.map((name) => [name, name] as const)),
  },
  exemplars: {
    schema: positive,
    usual: 'all images',
    stage: 'bank',
    unused: (configuration) => (keepsImages(configuration) ? undefined : 'no granularity keeps images'),
    ...{ label: 'image exemplars', group: bankGroup, text: number('<count>') },
    help: 'With image and position: nominal images that the memory bank keeps, at most.',
    controls: slider([1, 1, 1], {
      absent: ({ nominal }) => nominal,
      largest: ({ nominal }) => nominal,
    }),
  },
  patches: {
    schema: meets(({ value }) =>
      value > 0 && value < 1 ? value : integerIn({ value }, [1], 'or a fraction below 1'),
    ),
    usual: '1500',
    stage: 'bank',
    unused: ({ granularities: chosen }) =>
      chosen.includes('patch') ? undefined : 'no granularity keeps patches',
    ...{ label: 'patch exemplars', group: bankGroup, text: number('<count>'), controls: patchSliders },
    help: 'With patch: patches that the memory bank keeps, at most; below 1 a fraction of all.',
  },
  lambda: {
    schema: meets((value) => numberIn(value, { above: 1 })),
    default: 50,
    stage: 'exemplars',
    unused: (configuration) =>
      samplesBySubspace(configuration) ? undefined : 'only subspace sampling has it',
    ...{ label: 'λ of the sampling', group: bankGroup, text: number('<weight>') },
    help: 'How much an error of representation weighs beside the sum of coefficients, in subspace sampling.',
    controls: slider([2, 500, 1], { isLogarithmic: true }),
  },
  referenceLevel: {
    schema: meets((value) => integerIn(value, [1, 4])),
    usual: 'the highest',
    stage: 'exemplars',
    unused: ({ levels, concatenate }) =>
      concatenate || levels.length === 1 ? 'there is one level only' : undefined,
    ...{ label: 'reference level', group: bankGroup, text: number('<level>') },
    help: 'The level at which exemplars are chosen. The default is the highest.',
    controls: levelChoice,
  },
  standardize: {
    schema: boolean(),
    default: false,
    stage: 'exemplars',
    ...{ label: 'standardize channels', group: modelGroup, text: flag, controls: tick },
    help: 'Give every channel mean 0 and standard deviation 1 over the nominal features.',
  },
  unitNorm: {
    schema: boolean(),
    default: ({ backbone }) => (backbone === 'scattering' ? false : undefined),
    usual: 'on for image and position, off for patch, direction and scattering',
    stage: 'exemplars',
    ...{ label: 'unit norm', group: modelGroup, text: flag },
    help: 'Scale every feature to length 1, so that only its direction counts. The default is on for image and position, off for patch, direction, and the backbone scattering.',
    controls: choiceOrDefault(() => [
      ['on', true],
      ['off', false],
    ]),
  },
  centre: {
    schema: boolean(),
    default: false,
    stage: 'exemplars',
    ...{ label: 'remove the mean', group: modelGroup, text: flag, controls: tick },
    help: 'Take the mean of the nominal features away, so that affine instead of linear subspaces are modelled.',
  },
  metric: {
    schema: picklist(residualMetricNames),
    default: ({ backbone }) => (backbone === 'scattering' ? 'mahalanobis' : 'euclidean'),
    stage: 'bank',
    ...{ label: 'residual metric', group: mapsGroup, text: names(residualMetricNames) },
    help: 'How large a residual is: its length, its length under the covariance of nominal residuals, or with its coefficients (energy).',
    controls: choice(residualMetricNames),
  },
  shrinkage: {
    schema: meets((value) => numberIn(value, { above: 0 })),
    default: 1,
    stage: 'bank',
    unused: ({ metric }) => (metric === 'mahalanobis' ? undefined : 'only the Mahalanobis metric has it'),
    ...{ label: 'shrinkage', group: mapsGroup, text: number('<variances>') },
    help: 'mahalanobis: the multiple of the mean variance that is added to the covariance. Large values approach the Euclidean length.',
    controls: slider([0.01, 100, 0.01], { isLogarithmic: true }),
  },
  levelWeights: {
    schema: pipe(
      array(meets((value) => numberIn(value, { from: 0 }))),
      check((weights) => weights.some((weight) => weight > 0), 'weights, one of them above 0'),
    ),
    usual: 'all weigh the same',
    stage: 'maps',
    unused: ({ levels, concatenate }) =>
      concatenate ? 'levels are concatenated' : levels.length === 1 ? 'there is one level only' : undefined,
    ...{ label: 'level weights', group: mapsGroup, text: { kind: 'numbers', placeholder: '<list>' } },
    help: 'Weights of the levels in the anomaly maps, in the order of the levels, e.g. 1,2.',
    controls: weightSliders,
  },
  mapSize: {
    schema: realSchema,
    default: ({ backbone, size }) => usualMapSize(backbone, size),
    usual: '224, for scattering 128, at most the size',
    stage: 'maps',
    ...{ label: 'map size', group: mapsGroup, text: number('<pixels>') },
    help: 'Longer side of the anomaly maps, in pixels, at most that of the images. The default is 224, for scattering 128, at most the size.',
    controls: mapSizeChoice,
  },
  sigma: {
    schema: meets((value) => numberIn(value, { from: 0 })),
    default: ({ backbone, mapSize }) => usualSigma(backbone, mapSize),
    usual: 'in proportion to the map size',
    stage: 'maps',
    ...{ label: 'smoothing', group: mapsGroup, text: number('<pixels>'), controls: slider([0, 16, 0.25]) },
    help: 'Standard deviation of the Gaussian that smooths the maps, in map pixels.',
  },
  imageScore: {
    schema: picklist(imageScoreNames),
    default: 'map',
    stage: 'maps',
    unused: ({ granularities: chosen, levels, concatenate }) =>
      chosen.length > 1 || (levels.length > 1 && !concatenate)
        ? 'several granularities or levels have the map only'
        : undefined,
    ...{ label: 'image score', group: mapsGroup, text: names(imageScoreNames) },
    help: "What an image's score is taken from: the largest values of its map, its largest patch residual, or that weighted by the neighbours of the nearest exemplar.",
    controls: choice(imageScoreNames),
  },
  topFraction: {
    schema: meets((value) => numberIn(value, { above: 0, to: 1 })),
    default: 0.01,
    stage: 'maps',
    unused: ({ imageScore }) => (imageScore === 'map' ? undefined : 'the image score is not of the map'),
    ...{ label: 'top fraction', group: mapsGroup, text: number('<fraction>') },
    help: 'With the image score map: fraction of the largest map values whose mean is the image score.',
    controls: slider([1e-4, 1, 1e-4], { isLogarithmic: true }),
  },
  imageFalseAlarms: {
    schema: fraction,
    default: 0.05,
    stage: 'limits',
    ...{ label: 'image false alarms', group: mapsGroup, text: number('<fraction>') },
    help: 'Fraction of nominal images that the image threshold lets be called anomalous.',
    controls: slider([1e-3, 0.5, 1e-3], { isLogarithmic: true }),
  },
  pixelFalseAlarms: {
    schema: fraction,
    default: 0.001,
    stage: 'limits',
    ...{ label: 'pixel false alarms', group: mapsGroup, text: number('<fraction>') },
    help: 'Fraction of nominal pixels that the pixel threshold lets be called anomalous.',
    controls: slider([1e-5, 0.2, 1e-5], { isLogarithmic: true }),
  },
  seed: {
    schema: meets((value) => integerIn(value, [-(2 ** 31), 2 ** 32 - 1])),
    default: 0,
    stage: 'exemplars',
    unused: (configuration) =>
      isSampled(configuration) ? undefined : 'principal directions are not sampled',
    ...{ label: 'seed', group: bankGroup, text: number('<integer>'), controls: slider([0, 20, 1]) },
    help: 'Where a search of exemplars starts, what random sampling draws, and how a data set is split.',
  },
};

export type ParameterName = keyof Configuration;

export const parameterNames = Object.keys(parameters) as readonly ParameterName[];

/** A parameter's row, for code that treats all alike. */
export function rowOf(name: ParameterName): ParameterRow<unknown> {
  return parameters[name] as ParameterRow<unknown>;
}

/** A parameter's name on the command line, without dashes. */
export function flagOf(name: ParameterName): string {
  return rowOf(name).flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
