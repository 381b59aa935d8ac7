import { type BackboneName, type EngineName, levelsAtScales, type PoolingName } from '../features';
import {
  type Fit,
  type Framing,
  type ImageSize,
  type Mask,
  maskOfRuns,
  type MaskRuns,
  scaledTo,
  type Size,
  sidesOf,
} from '../images';
import type { GranularityName, ResidualMetricOptions, SamplerName } from '../reconstruction';
import type { SolverConfig } from '../subspace';

/** The values from which an image's score is computed. */
export type ImageScoreName = 'map' | 'patch' | 'neighbours';

export const imageScoreNames: readonly ImageScoreName[] = ['map', 'patch', 'neighbours'];

/** Everything but the data that decides the result of an experiment. One row of `parameters` holds each parameter's range, default and stage. */
export interface Configuration extends Required<ResidualMetricOptions> {
  backbone: BackboneName;
  /** Weights file; `efficientnet_lite0` and `scattering` need none. */
  weights?: string;
  /** The engine that runs the backbone. */
  engine: EngineName;
  /** Size of the images, in pixels; a number is the side of a square, `auto` the shape of the nominal images. */
  size: ImageSize | 'auto';
  /** With the size `auto`: side of the square whose area the images have, in pixels. */
  side: number;
  /** How images of another aspect ratio are framed. */
  fit: Fit;
  /** With `crop`: the shorter side before cropping. Default: that of `size`. */
  resize?: number;
  /** The sample of an image of more than 8 bits that becomes 0. Default 0. */
  black?: number;
  /** The sample of an image of more than 8 bits that becomes 1. Default: judged from the nominal images. */
  white?: number;
  /** Side of the tiles that larger images are cut into, in pixels. Default: no tiles. */
  tile?: number;
  /** Factors of the images' sides at which the backbone sees them: 1, then smaller ones. */
  scales: readonly number[];
  /** Hierarchy levels of the backbone, in [1, 4]. */
  levels: readonly number[];
  /** Side of the neighbourhood that a patch feature sums up, odd. */
  neighbourhood: number;
  /** How a patch feature sums up its neighbourhood: by the `mean`, or `unfold`ed as PatchCore's authors do. */
  pooling: PoolingName;
  /** Bring all levels to the finest one's grid and concatenate their features, as PatchCore does. */
  concatenate: boolean;
  /** What is left out of models, scores and thresholds: a mask of the images' shape, framed as they are. Default: nothing. */
  ignore?: MaskRuns;
  /** The kind of a memory bank's entries. Each of several granularities has its memory bank, and their maps are averaged. */
  granularities: readonly GranularityName[];
  /** With `position`: side of the square of positions around, odd. */
  window: number;
  /** The model of all granularities. Default: ridge, for `patch` on the 8 nearest exemplars. */
  solver?: SolverConfig;
  /** How exemplars are chosen. Default: the sampler of each granularity. */
  sampler?: SamplerName;
  /** With `image` and `position`: largest number of exemplars, which are images. Default: 256 with `image`, else all. */
  exemplars?: number;
  /** With `patch`: largest number of exemplars, which are patches; below 1, a fraction of all nominal patches. Default: 1500. */
  patches?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. */
  lambda: number;
  /** The level at which exemplars are chosen. Default: the highest. */
  referenceLevel?: number;
  /** Give every channel mean 0 and standard deviation 1. */
  standardize: boolean;
  /** Scale every feature to unit norm. Default: as each granularity does. */
  unitNorm?: boolean;
  /** Subtract the mean of the nominal features: the mean at every position with `image` and `position`, else the mean of all. */
  centre: boolean;
  /** Weights of the levels in the anomaly maps, in the order of `levels`, ≥ 0; each scale has the same. Default: all weigh the same. */
  levelWeights?: readonly number[];
  /** Longer side of the anomaly maps, in pixels. */
  mapSize: number;
  /** Standard deviation of the maps' smoothing, in map pixels. */
  sigma: number;
  /**
   * The values from which an image's score is computed: the largest values of its `map`, its largest `patch` residual, or that
   * residual weighted by the `neighbours` of the nearest exemplar. The last two are PatchCore's, for one level and one granularity.
   */
  imageScore: ImageScoreName;
  /** With `map`: fraction of the largest map values whose mean is the image score, in (0, 1]. */
  topFraction: number;
  /** Fraction of nominal images that the image threshold may call anomalous, in (0, 1). */
  imageFalseAlarms: number;
  /** Fraction of nominal pixels that the pixel threshold may call anomalous, in (0, 1). */
  pixelFalseAlarms: number;
  /** Seed of splits and sampling. */
  seed: number;
}

/** A configuration whose size is known in pixels: the one that work is done with. */
export interface SizedConfiguration extends Configuration {
  size: ImageSize;
}

/** Width and height of a configuration's anomaly maps. */
export function mapSizeOf({ size, mapSize }: Pick<SizedConfiguration, 'size' | 'mapSize'>): Size {
  return scaledTo(sidesOf(size), mapSize);
}

/** The numbers of the levels that are modelled, those of several scales one after the other; concatenated ones go by the finest. */
export function modelledLevels({
  levels,
  scales,
  concatenate,
}: Pick<Configuration, 'levels' | 'scales' | 'concatenate'>): readonly number[] {
  return concatenate ? levels.slice(0, 1) : levelsAtScales(levels, scales);
}

/** The weight of every modelled level; undefined where all weigh the same. */
export function modelledWeights({
  levelWeights,
  scales,
  concatenate,
}: Pick<Configuration, 'levelWeights' | 'scales' | 'concatenate'>): readonly number[] | undefined {
  return concatenate ? levelWeights : levelWeights && scales.flatMap(() => levelWeights);
}

/** How images and masks are decoded to lie under their maps. */
export function mapFraming(configuration: SizedConfiguration): Framing {
  const { fit, resize, size } = configuration;
  const map = mapSizeOf(configuration);
  return { fit, size: map, resize: resize && Math.round((resize * map.width) / sidesOf(size).width) };
}

/** The pixels of anomaly maps that are ignored; undefined where none is. */
export function ignoredPixels(configuration: SizedConfiguration): Mask | undefined {
  return configuration.ignore && maskOfRuns(configuration.ignore, mapFraming(configuration));
}

/** The pixels of images, as the network sees them, that are ignored; undefined where none is. */
export function ignoredInImages({ ignore, size, fit, resize }: SizedConfiguration): Mask | undefined {
  return ignore && maskOfRuns(ignore, { size, fit, resize });
}

/** How images are decoded, beside their size. */
export function decodingOf({
  fit,
  resize,
  black,
  white,
}: Configuration): Pick<Configuration, 'fit' | 'resize' | 'black' | 'white'> {
  return { fit, resize, black, white };
}

/** The parameters that decide the result: all but the path of the weights and the engine, which depend on the machine. */
export function withoutMachine({
  weights: _weights,
  engine: _engine,
  ...rest
}: Configuration): Omit<Configuration, 'weights' | 'engine'> {
  return rest;
}
