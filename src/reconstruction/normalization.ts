import type { FeatureMaps } from '../features';
import { createFeatureMatrix, type FeatureMatrix, meanRows, normalizeRows, subtractRows } from '../matrix';

/** How features are scaled before they are modelled. */
export interface NormalizationOptions {
  /** Give every channel mean 0 and standard deviation 1 over the nominal features. Default false. */
  standardize?: boolean;
  /** Scale every feature to unit norm, after standardization. Default false. */
  unitNorm?: boolean;
  /**
   * Subtract the mean of the nominal features, after the other two: the mean at every position where exemplars are images, else the
   * mean of all features. Default false.
   */
  centre?: boolean;
}

/** A level's normalization, fitted on nominal features. */
export interface Normalization {
  /** Mean and scale per channel; null when channels are not standardized. */
  channels: { mean: Float32Array; scale: Float32Array } | null;
  unitNorm: boolean;
  /** The mean subtracted from every image's features, `[positions, channels]` or `[1, channels]`; null where none is. */
  centre: FeatureMatrix | null;
}

/**
 * Fits a normalization on nominal features. A constant channel is only centred.
 *
 * @param keepsImages whether exemplars are images, so that a mean is subtracted at every position
 */
export function fitNormalization(
  maps: FeatureMaps,
  { standardize = false, unitNorm = false, centre = false }: NormalizationOptions,
  keepsImages: boolean,
): Normalization {
  const channels = standardize ? channelMoments(maps.features) : null;
  const normalization = { channels, unitNorm, centre: null };
  if (!centre) return normalization;
  const { features } = normalizeMaps(maps, normalization);
  return { ...normalization, centre: meanRows(features, keepsImages ? maps.height * maps.width : 1) };
}

/** Maps as the model takes them; the same object when there is nothing to do. */
export function normalizeMaps(maps: FeatureMaps, normalization: Normalization): FeatureMaps {
  const features = normalizeFeatures(maps.features, normalization);
  return features === maps.features ? maps : { ...maps, features };
}

/**
 * Features as the model takes them, those of whole images or, where nothing is centred position by position, any; the same object
 * when there is nothing to do.
 */
export function normalizeFeatures(
  given: FeatureMatrix,
  { channels, unitNorm, centre }: Normalization,
): FeatureMatrix {
  let features = given;
  if (channels) {
    const { mean, scale } = channels;
    const { rows, cols, data } = features;
    features = createFeatureMatrix(rows, cols);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++, at++) features.data[at] = (data[at] - mean[col]) * scale[col];
    }
  }
  if (unitNorm) features = normalizeRows(features);
  return centre ? subtractRows(features, centre) : features;
}

function channelMoments({ rows, cols, data }: FeatureMatrix): { mean: Float32Array; scale: Float32Array } {
  const sum = new Float64Array(cols);
  const squares = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) sum[col] += data[at];
  }
  const mean = Float32Array.from(sum, (value) => value / rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) squares[col] += (data[at] - mean[col]) ** 2;
  }
  const scale = Float32Array.from(squares, (value) => (value > 0 ? 1 / Math.sqrt(value / rows) : 1));
  return { mean, scale };
}
