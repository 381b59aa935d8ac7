import type { BackboneName, EngineName, PoolingName } from '../features';
import { type Fit, type Framing, type ImageSize, scaledTo, type Size, sidesOf } from '../images';
import type { GranularityName, ResidualMetricOptions, SamplerName } from '../reconstruction';
import type { SolverConfig } from '../subspace';

/** What an image's score is taken from. */
export type ImageScoreName = 'map' | 'patch' | 'neighbours';

export const imageScoreNames: readonly ImageScoreName[] = ['map', 'patch', 'neighbours'];

/** Everything that decides the result of an experiment, but the data. Each parameter's range, default and stage stand in one row of `parameters`. */
export interface Configuration extends Required<ResidualMetricOptions> {
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
