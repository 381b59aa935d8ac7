import { array, boolean, check, picklist, pipe, strictObject } from 'valibot';
import { integerIn, meets, numberIn } from '../base';
import { granularities, granularityNames, samplerNames } from '../reconstruction';
import { solverNames, solverSchema } from '../subspace';
import { granularityChoice, levelChoice, patchSliders, solverControls } from './bank-controls';
import { type Configuration, modelledLevels } from './configuration';
import { choiceOrDefault, type ParameterContext, slider, tick } from './control';
import { modelDefaults, usualGranularities } from './model-defaults';
import { choiceText, flagText, numberText, oddSide, type ParameterRows, positive } from './parameter-row';

const granularitiesSchema = pipe(
  array(picklist(granularityNames)),
  check(
    (chosen) => chosen.length > 0 && new Set(chosen).size === chosen.length,
    `some of ${granularityNames.join(', ')}, each once`,
  ),
);

const maskSide = meets((value) => integerIn(value, [1, 1024]));
const maskSchema = pipe(
  strictObject({
    width: maskSide,
    height: maskSide,
    runs: array(meets((value) => integerIn(value, [0]))),
  }),
  check(
    ({ width, height, runs }) => runs.reduce((sum, length) => sum + length, 0) === width * height,
    'runs of all pixels of a mask',
  ),
  check(
    ({ runs }) => runs.some((length, at) => at % 2 === 0 && length > 0),
    'a mask that leaves some of the image to look at',
  ),
);

const isSampled = ({ granularities: chosen }: Configuration) =>
  chosen.some((name) => granularities[name].isSampled);
const keepsImages = ({ granularities: chosen }: Configuration) =>
  chosen.some((name) => granularities[name].keepsImages);
/** Images that the memory bank keeps where the configuration says nothing. */
const usualImages = ({ base, nominal }: ParameterContext) => {
  const kinds = base.granularities.map((name) => granularities[name]).filter((kind) => kind.keepsImages);
  return kinds.reduce((most, kind) => Math.max(most, kind.defaultExemplars(nominal)), 0) || nominal;
};
const samplesBySubspace = (configuration: Configuration) =>
  configuration.granularities.some(
    (name) =>
      granularities[name].isSampled && (configuration.sampler ?? modelDefaults[name].sampler) === 'subspace',
  );

/** The parameters of the memory banks and their models. */
export const bankParameters: ParameterRows<
  | 'ignore'
  | 'granularities'
  | 'window'
  | 'solver'
  | 'sampler'
  | 'exemplars'
  | 'patches'
  | 'lambda'
  | 'referenceLevel'
  | 'standardize'
  | 'unitNorm'
  | 'centre'
  | 'seed'
> = {
  ignore: {
    schema: maskSchema,
    usual: 'nothing is ignored',
    stage: 'exemplars',
    ...{ label: 'ignored region', group: 'Memory bank', text: { kind: 'path', placeholder: '<mask>' } },
    help: 'Image, white where photos are left out of fit, scores, thresholds and metrics; of the shape of the photos. The memory bank keeps it.',
  },
  granularities: {
    schema: granularitiesSchema,
    default: ({ backbone }) => usualGranularities(backbone),
    stage: 'exemplars',
    flag: 'granularity',
    ...{ label: 'granularity', group: 'Memory bank' },
    text: { kind: 'names', placeholder: '<list>', names: granularityNames },
    help: 'The kind of an entry of the memory bank: a whole image, a position of all images, a patch of any image, a Gaussian at each place, or a principal direction of patches; the maps of several, e.g. image,patch, are fused.',
    controls: granularityChoice,
  },
  window: {
    schema: oddSide,
    default: 1,
    stage: 'bank',
    unused: ({ granularities: chosen }) =>
      chosen.includes('position') ? undefined : 'only the granularity position has it',
    ...{ label: 'window', group: 'Model', text: numberText('<side>'), controls: slider([1, 5, 2]) },
    help: 'With position: side of the square of positions around, odd.',
  },
  solver: {
    schema: solverSchema,
    usual: 'ridge; for patch localRidge on the 8 nearest exemplars',
    stage: 'bank',
    ...{ label: 'solver', group: 'Model', text: choiceText(solverNames), controls: solverControls },
    help: 'The self-expressive model: how a feature is rebuilt from exemplars. The default is ridge, and for patches ridge on the 8 nearest exemplars.',
  },
  sampler: {
    schema: picklist(samplerNames),
    usual: 'kCenter for patch, else subspace',
    stage: 'exemplars',
    unused: (configuration) =>
      isSampled(configuration) ? undefined : 'Gaussians and principal directions are not sampled',
    ...{ label: 'sampler', group: 'Memory bank', text: choiceText(samplerNames) },
    help: 'How exemplars are chosen: those that the others cannot represent (subspace), that are far from the others (kCenter), or any (random). The default is kCenter for patches, else subspace.',
    controls: choiceOrDefault(() => samplerNames.map((name) => [name, name] as const)),
  },
  exemplars: {
    schema: positive,
    usual: '256 with image, else all images',
    stage: 'bank',
    unused: (configuration) => (keepsImages(configuration) ? undefined : 'no granularity keeps images'),
    ...{ label: 'image exemplars', group: 'Memory bank', text: numberText('<count>') },
    help: 'With image and position: nominal images that the memory bank keeps, at most.',
    controls: slider([1, 1, 1], {
      absent: usualImages,
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
    ...{
      label: 'patch exemplars',
      group: 'Memory bank',
      text: numberText('<count>'),
      controls: patchSliders,
    },
    help: 'With patch: patches that the memory bank keeps, at most; below 1 a fraction of all.',
  },
  lambda: {
    schema: meets((value) => numberIn(value, { above: 1 })),
    default: 50,
    stage: 'exemplars',
    unused: (configuration) =>
      samplesBySubspace(configuration) ? undefined : 'only subspace sampling has it',
    ...{ label: 'λ of the sampling', group: 'Memory bank', text: numberText('<weight>') },
    help: 'How much an error of representation weighs beside the sum of coefficients, in subspace sampling.',
    controls: slider([2, 500, 1], { isLogarithmic: true }),
  },
  referenceLevel: {
    schema: meets((value) => integerIn(value, [1, 4])),
    usual: 'the highest, at the smallest scale',
    stage: 'exemplars',
    unused: (configuration) =>
      modelledLevels(configuration).length === 1 ? 'there is one level only' : undefined,
    ...{ label: 'reference level', group: 'Memory bank', text: numberText('<level>') },
    help: 'The level at which exemplars are chosen. The default is the highest, at the smallest scale.',
    controls: levelChoice,
  },
  standardize: {
    schema: boolean(),
    default: false,
    stage: 'exemplars',
    ...{ label: 'standardize channels', group: 'Model', text: flagText, controls: tick },
    help: 'Give every channel mean 0 and standard deviation 1 over the nominal features.',
  },
  unitNorm: {
    schema: boolean(),
    default: ({ backbone }) => (backbone === 'scattering' ? false : undefined),
    usual: 'on for image, position and place, off for patch, direction and scattering',
    stage: 'exemplars',
    ...{ label: 'unit norm', group: 'Model', text: flagText },
    help: 'Scale every feature to length 1, so that only its direction counts. The default is on for image, position and place, off for patch, direction, and the backbone scattering.',
    controls: choiceOrDefault(() => [
      ['on', true],
      ['off', false],
    ]),
  },
  centre: {
    schema: boolean(),
    default: false,
    stage: 'exemplars',
    ...{ label: 'remove the mean', group: 'Model', text: flagText, controls: tick },
    help: 'Take the mean of the nominal features away, so that affine instead of linear subspaces are modelled.',
  },
  seed: {
    schema: meets((value) => integerIn(value, [-(2 ** 31), 2 ** 32 - 1])),
    default: 0,
    stage: 'exemplars',
    unused: (configuration) =>
      isSampled(configuration) ? undefined : 'Gaussians and principal directions are not sampled',
    ...{ label: 'seed', group: 'Memory bank', text: numberText('<integer>'), controls: slider([0, 20, 1]) },
    help: 'Where a search of exemplars starts, what random sampling draws, and how a data set is split.',
  },
};
