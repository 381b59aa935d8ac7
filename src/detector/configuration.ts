import { integerIn, invalid, numberIn, oddInteger, oneOf } from '../base';
import {
  type BackboneName,
  backboneNames,
  type EngineName,
  engineNames,
  type PoolingName,
  poolingNames,
} from '../features';
import {
  checkFraming,
  type Fit,
  type Framing,
  type ImageSize,
  scaledTo,
  type Size,
  sidesOf,
} from '../images';
import {
  type GranularityName,
  granularityNames,
  type ResidualMetricName,
  residualMetricNames,
  type SamplerName,
  samplerNames,
} from '../reconstruction';
import { checkMapOptions } from '../scoring';
import { type SolverConfig, solverOf } from '../subspace';

/** What an image's score is taken from. */
export type ImageScoreName = 'map' | 'patch' | 'neighbours';

export const imageScoreNames: readonly ImageScoreName[] = ['map', 'patch', 'neighbours'];

/** Everything that decides the result of an experiment, but the data. */
export interface Configuration {
  backbone: BackboneName;
  /** Weights file; `efficientnet_lite0` and `scattering` need none. */
  weights?: string;
  /** What runs the backbone. */
  engine: EngineName;
  /** Size of the images, in pixels; a number is the side of a square. */
  size: ImageSize;
  /** How images of another aspect ratio are framed. */
  fit: Fit;
  /** With `crop`: the shorter side before cropping. Default: that of `size`. */
  resize?: number;
  /** Side of the tiles that larger images are cut into, in pixels. Default: no tiles. */
  tile?: number;
  /** Hierarchy levels of the backbone, in [1, 4]. */
  levels: readonly number[];
  /** Side of the neighbourhood that a patch feature sums up, odd. */
  neighbourhood: number;
  /** How: by its `mean`, or `unfold`ed as PatchCore's authors do. */
  pooling: PoolingName;
  /** Bring all levels to the finest one's grid and concatenate their features, as PatchCore does. */
  concatenate: boolean;
  /** What one entry of a memory bank is. With several, each has a memory bank of its own, and their maps are averaged. */
  granularities: readonly GranularityName[];
  /** With `position`: side of the square of positions around, odd. */
  window: number;
  /** The model of all granularities. Default: ridge, for `patch` on the 8 nearest exemplars. */
  solver?: SolverConfig;
  /** How exemplars are chosen. Default: each granularity's own. */
  sampler?: SamplerName;
  /** With `image` and `position`: at most so many exemplars, which are images. Default: all. */
  exemplars?: number;
  /** With `patch`: at most so many exemplars, which are patches; below 1 a fraction of all nominal patches. Default: 1500. */
  patches?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. */
  lambda: number;
  /** The level at which exemplars are chosen. Default: the highest. */
  referenceLevel?: number;
  /** Give every channel mean 0 and standard deviation 1. */
  standardize: boolean;
  /** Scale every feature to unit norm. Default: each granularity's own. */
  unitNorm?: boolean;
  /** Take the mean of the nominal features away: of every position with `image` and `position`, else of all. */
  centre: boolean;
  /** How residuals are measured. */
  metric: ResidualMetricName;
  /** Of the Mahalanobis metric, in mean variances, > 0. */
  shrinkage: number;
  /** Weights of the levels in the anomaly maps, in the order of `levels`, ≥ 0. Default: all weigh the same. */
  levelWeights?: readonly number[];
  /** Longer side of the anomaly maps, in pixels. */
  mapSize: number;
  /** Standard deviation of the maps' smoothing, in map pixels. */
  sigma: number;
  /**
   * What an image's score is taken from: the largest values of its `map`, its largest `patch` residual, or that weighted by the
   * `neighbours` of the nearest exemplar. The last two are PatchCore's, for one level and one granularity.
   */
  imageScore: ImageScoreName;
  /** With `map`: fraction of the largest map values whose mean is the image score, in (0, 1]. */
  topFraction: number;
  /** Fraction of nominal images that the image threshold lets be called anomalous, in (0, 1). */
  imageFalseAlarms: number;
  /** Fraction of nominal pixels that the pixel threshold lets be called anomalous, in (0, 1). */
  pixelFalseAlarms: number;
  /** Of splits and sampling. */
  seed: number;
}

/** The largest side of a neighbourhood and of a window, in positions. */
const largestNeighbourhood = 63;

/** What suits a backbone where it is not a ResNet; for DINOv2 it was not measured. */
const networkDefaults: Partial<Record<BackboneName, Pick<Configuration, 'size' | 'levels'>>> = {
  efficientnet_lite0: { size: 320, levels: [2, 3] },
  dinov2_small: { size: 392, levels: [3] },
};

/** The defaults of a backbone: of the embedded network, of ResNets, or of the scattering network. */
function defaultsOf(backbone: BackboneName): Configuration {
  const shared = {
    backbone,
    engine: 'auto',
    fit: 'stretch',
    neighbourhood: 3,
    pooling: 'mean',
    concatenate: false,
    window: 1,
    lambda: 50,
    standardize: false,
    centre: false,
    shrinkage: 1,
    imageScore: 'map',
    topFraction: 0.01,
    imageFalseAlarms: 0.05,
    pixelFalseAlarms: 0.001,
    seed: 0,
  } as const;
  if (backbone === 'scattering') {
    const own = {
      size: 128,
      mapSize: 128,
      sigma: 2,
      levels: [1, 2],
      granularities: ['image'],
      unitNorm: false,
    } as const;
    return { ...shared, ...own, metric: 'mahalanobis' };
  }
  return {
    ...shared,
    ...(networkDefaults[backbone] ?? { size: 384, levels: [3] }),
    mapSize: 224,
    sigma: 4,
    granularities: ['image', 'patch'],
    metric: 'euclidean',
  };
}

/**
 * A whole configuration from the parameters that are to differ from the defaults. The defaults are those of the backbone; the
 * map's longer side is at most the image's, and the smoothing is in proportion to it.
 *
 * @throws RangeError when a parameter is out of range
 * @example
 * ```ts
 * const { backbone, size, mapSize, sigma } = configure({ size: 112 });
 * [backbone, size, mapSize, sigma] // ['efficientnet_lite0', 112, 112, 2]
 * ```
 */
export function configure(changes: Partial<Configuration> = {}): Configuration {
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<Configuration>;
  const backbone = oneOf({ backbone: given.backbone ?? 'efficientnet_lite0' }, backboneNames);
  const defaults = defaultsOf(backbone);
  const { width, height } = sidesOf(given.size ?? defaults.size);
  const mapSize = given.mapSize ?? Math.min(defaults.mapSize, Math.max(width, height));
  const derived = { mapSize, sigma: (defaults.sigma * mapSize) / defaults.mapSize };
  const configuration = { ...defaults, ...derived, ...given };
  checkConfiguration(configuration);
  return configuration;
}

/** Width and height of a configuration's anomaly maps. */
export function mapSizeOf({ size, mapSize }: Pick<Configuration, 'size' | 'mapSize'>): Size {
  return scaledTo(sidesOf(size), mapSize);
}

/** How images and masks are decoded to lie under their maps. */
export function mapFraming(configuration: Configuration): Framing {
  const { fit, resize, size } = configuration;
  const map = mapSizeOf(configuration);
  return { fit, size: map, resize: resize && Math.round((resize * map.width) / sidesOf(size).width) };
}

/** What decides the result: the path of the weights and the engine are a machine's. */
export function withoutMachine({
  weights: _weights,
  engine: _engine,
  ...rest
}: Configuration): Omit<Configuration, 'weights' | 'engine'> {
  return rest;
}

/**
 * Checks a configuration before any work.
 *
 * @throws RangeError naming the value and what was expected
 */
export function checkConfiguration(configuration: Configuration): void {
  const { backbone, engine, sampler, metric, levels, granularities, solver, exemplars, patches } =
    configuration;
  const { window, neighbourhood, pooling, lambda, shrinkage, topFraction, sigma } = configuration;
  const { imageFalseAlarms, pixelFalseAlarms, mapSize } = configuration;
  oneOf({ backbone }, backboneNames);
  oneOf({ engine }, engineNames);
  if (granularities.length === 0 || new Set(granularities).size !== granularities.length)
    throw invalid({ granularities }, `some of ${granularityNames.join(', ')}, each once`);
  for (const granularity of granularities) oneOf({ granularity }, granularityNames);
  if (sampler) oneOf({ sampler }, samplerNames);
  oneOf({ metric }, residualMetricNames);
  checkImageScore(configuration);
  checkFraming(configuration);
  const { width, height } = sidesOf(configuration.size);
  integerIn({ 'map size': mapSize }, [8, Math.max(width, height)], "the image's longer side");
  checkMapOptions({ size: mapSizeOf(configuration), sigma });
  if (solver) solverOf(solver);
  oddInteger({ window }, largestNeighbourhood);
  oddInteger({ neighbourhood }, largestNeighbourhood);
  oneOf({ pooling }, poolingNames);
  numberIn({ lambda }, { above: 1 });
  numberIn({ shrinkage }, { above: 0 });
  numberIn({ topFraction }, { above: 0, to: 1 });
  numberIn({ imageFalseAlarms }, { above: 0, below: 1 });
  numberIn({ pixelFalseAlarms }, { above: 0, below: 1 });
  checkLevelWeights(configuration);
  if (exemplars !== undefined) integerIn({ exemplars }, [1]);
  if (patches !== undefined && !(patches > 0 && patches < 1)) integerIn({ patches }, [1]);
  const isLevel = (level: number) => Number.isInteger(level) && level >= 1 && level <= 4;
  if (levels.length === 0 || levels.some((level, at) => !isLevel(level) || level <= levels[at - 1]))
    throw invalid({ levels }, 'hierarchy levels in [1, 4], ascending, each once');
}

function checkLevelWeights({ levelWeights, levels, concatenate }: Configuration): void {
  if (!levelWeights) return;
  for (const weight of levelWeights) numberIn({ 'level weight': weight }, { from: 0 });
  const expected = concatenate ? 1 : levels.length;
  if (levelWeights.length !== expected || !levelWeights.some((weight) => weight > 0))
    throw invalid({ levelWeights }, `${expected} weights, one of them above 0`);
}

function checkImageScore({ imageScore, granularities, concatenate, levels, solver }: Configuration): void {
  oneOf({ imageScore }, imageScoreNames);
  if (imageScore === 'map') return;
  if (granularities.length > 1 || (levels.length > 1 && !concatenate))
    throw invalid({ imageScore }, 'map, for several granularities or levels');
  if (imageScore === 'neighbours' && solver?.name !== 'nearest')
    throw invalid({ imageScore }, 'map or patch, for another solver than nearest');
}
