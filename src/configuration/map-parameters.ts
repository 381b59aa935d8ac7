import { array, check, picklist, pipe } from 'valibot';
import { meets, numberIn, realSchema } from '../base';
import { residualMetricNames } from '../reconstruction';
import { imageScoreNames, modelledLevels } from './configuration';
import { choice, slider } from './control';
import { mapSizeChoice, weightSliders } from './map-controls';
import { usualMapSize, usualSigma } from './map-defaults';
import { choiceText, numberText, type ParameterRows } from './parameter-row';

const fraction = meets((value) => numberIn(value, { above: 0, below: 1 }));

/** The parameters of residuals, maps, scores and thresholds. */
export const mapParameters: ParameterRows<
  | 'metric'
  | 'shrinkage'
  | 'levelWeights'
  | 'mapSize'
  | 'sigma'
  | 'imageScore'
  | 'topFraction'
  | 'imageFalseAlarms'
  | 'pixelFalseAlarms'
> = {
  metric: {
    schema: picklist(residualMetricNames),
    default: ({ backbone }) => (backbone === 'scattering' ? 'mahalanobis' : 'euclidean'),
    stage: 'bank',
    ...{ label: 'residual metric', group: 'Maps and scores', text: choiceText(residualMetricNames) },
    help: 'How large a residual is: its length, its length under the covariance of nominal residuals, or with its coefficients (energy).',
    controls: choice(residualMetricNames),
  },
  shrinkage: {
    schema: meets((value) => numberIn(value, { above: 0 })),
    default: 1,
    stage: 'bank',
    unused: ({ metric }) => (metric === 'mahalanobis' ? undefined : 'only the Mahalanobis metric has it'),
    ...{ label: 'shrinkage', group: 'Maps and scores', text: numberText('<variances>') },
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
    ...{ label: 'level weights', group: 'Maps and scores', text: { kind: 'numbers', placeholder: '<list>' } },
    help: 'Weights of the levels in the anomaly maps, in the order of the levels, e.g. 1,2.',
    controls: weightSliders,
  },
  mapSize: {
    schema: realSchema,
    default: ({ backbone, size }) => usualMapSize(backbone, size),
    usual: 'that of the area 224x224, for scattering 128x128, at most the size',
    stage: 'maps',
    ...{ label: 'map size', group: 'Maps and scores', text: numberText('<pixels>') },
    help: 'Longer side of the anomaly maps, in pixels, at most that of the images. The default has the area of 224x224, for scattering 128x128, at most the size.',
    controls: mapSizeChoice,
  },
  sigma: {
    schema: meets((value) => numberIn(value, { from: 0 })),
    default: ({ backbone, size, mapSize }) => usualSigma(backbone, size, mapSize),
    usual: 'in proportion to the map size',
    stage: 'maps',
    ...{
      label: 'smoothing',
      group: 'Maps and scores',
      text: numberText('<pixels>'),
      controls: slider([0, 16, 0.25]),
    },
    help: 'Standard deviation of the Gaussian that smooths the maps, in map pixels.',
  },
  imageScore: {
    schema: picklist(imageScoreNames),
    default: 'map',
    stage: 'maps',
    unused: (configuration) =>
      configuration.granularities.length > 1 || modelledLevels(configuration).length > 1
        ? 'several granularities, levels or scales have the map only'
        : undefined,
    ...{ label: 'image score', group: 'Maps and scores', text: choiceText(imageScoreNames) },
    help: "The source of an image's score: the largest values of its map, its largest patch residual, or that weighted by the neighbours of the nearest exemplar.",
    controls: choice(imageScoreNames),
  },
  topFraction: {
    schema: meets((value) => numberIn(value, { above: 0, to: 1 })),
    default: 0.01,
    stage: 'maps',
    unused: ({ imageScore }) => (imageScore === 'map' ? undefined : 'the image score is not of the map'),
    ...{ label: 'top fraction', group: 'Maps and scores', text: numberText('<fraction>') },
    help: 'With the image score map: fraction of the largest map values whose mean is the image score.',
    controls: slider([1e-4, 1, 1e-4], { isLogarithmic: true }),
  },
  imageFalseAlarms: {
    schema: fraction,
    default: 0.05,
    stage: 'limits',
    ...{ label: 'image false alarms', group: 'Maps and scores', text: numberText('<fraction>') },
    help: 'Fraction of nominal images that the image threshold lets be called anomalous.',
    controls: slider([1e-3, 0.5, 1e-3], { isLogarithmic: true }),
  },
  pixelFalseAlarms: {
    schema: fraction,
    default: 0.001,
    stage: 'limits',
    ...{ label: 'pixel false alarms', group: 'Maps and scores', text: numberText('<fraction>') },
    help: 'Fraction of nominal pixels that the pixel threshold lets be called anomalous.',
    controls: slider([1e-5, 0.2, 1e-5], { isLogarithmic: true }),
  },
};
