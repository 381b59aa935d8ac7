import type { FeatureMaps } from '../features';
import { createFeatureMatrix, type FeatureMatrix, normalizeRows } from '../matrix';

/** How features are scaled before they are modelled. */
export interface NormalizationOptions {
  /** Give every channel mean 0 and standard deviation 1 over the nominal features. Default false. */
  standardize?: boolean;
  /** Scale every feature to unit norm, after standardization. Default false. */
  unitNorm?: boolean;
}

/** A level's normalization, fitted on nominal features. */
export interface Normalization {
  /** Per channel; null when channels are not standardized. */
  channels: { mean: Float32Array; scale: Float32Array } | null;
  unitNorm: boolean;
}

/** Fits a normalization on nominal features. A constant channel is only centred. */
export function fitNormalization(features: FeatureMatrix, options: NormalizationOptions): Normalization {
  const { standardize = false, unitNorm = false } = options;
  return { channels: standardize ? channelMoments(features) : null, unitNorm };
}

/** Features as the model takes them; the same object when there is nothing to do. */
export function normalizeMaps(maps: FeatureMaps, { channels, unitNorm }: Normalization): FeatureMaps {
  let { features } = maps;
  if (channels) {
    const { mean, scale } = channels;
    const { rows, cols, data } = features;
    features = createFeatureMatrix(rows, cols);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++, at++) features.data[at] = (data[at] - mean[col]) * scale[col];
    }
  }
  return features === maps.features && !unitNorm
    ? maps
    : { ...maps, features: unitNorm ? normalizeRows(features) : features };
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
