import { blocksOf, changedSource, type FeatureMaps, type FeatureSource, usedPositions } from '../features';
import { createFeatureMatrix, type FeatureMatrix, normalizeRows, rowOf, subtractRows } from '../matrix';

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
export async function fitNormalization(
  source: FeatureSource,
  { standardize = false, unitNorm = false, centre = false }: NormalizationOptions,
  keepsImages: boolean,
): Promise<Normalization> {
  const channels = standardize ? await channelMoments(source) : null;
  const normalization = { channels, unitNorm, centre: null };
  if (!centre) return normalization;
  const normalized = normalizedSource(source, normalization);
  return {
    ...normalization,
    centre: await meanOfMaps(normalized, keepsImages ? source.height * source.width : 1),
  };
}

/** A source's maps as the model takes them. */
export function normalizedSource(source: FeatureSource, normalization: Normalization): FeatureSource {
  return changedSource(source, (maps) => normalizeMaps(maps, normalization));
}

/** Maps as the model takes them, zero at positions that are ignored; the same object when there is nothing to do. */
export function normalizeMaps(maps: FeatureMaps, normalization: Normalization): FeatureMaps {
  const { ignored } = maps;
  let features = normalizeFeatures(maps.features, normalization);
  if (ignored) {
    if (features === maps.features) features = { ...features, data: features.data.slice() };
    for (let row = 0; row < features.rows; row++)
      if (ignored[row % ignored.length]) rowOf(features, row).fill(0);
  }
  return features === maps.features ? maps : { ...maps, features };
}

/**
 * Features as the model takes them, those of whole images or, where nothing is centred position by position, any; the same object
 * when there is nothing to do.
 */
function normalizeFeatures(
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

/** The mean of the features at every position, or of those of all positions that are not ignored. */
export async function meanOfMaps(source: FeatureSource, period: number): Promise<FeatureMatrix> {
  const { channels, count, ignored } = source;
  const sum = new Float64Array(period * channels);
  for await (const { maps } of blocksOf(source)) {
    const { data } = maps.features;
    for (let at = 0; at < data.length; at++)
      if (!ignored?.[Math.floor(at / channels) % ignored.length]) sum[at % sum.length] += data[at];
  }
  const rows = period === 1 ? count * usedPositions(source) : count;
  return createFeatureMatrix(
    period,
    channels,
    Float32Array.from(sum, (value) => value / rows),
  );
}

async function channelMoments(source: FeatureSource): Promise<{ mean: Float32Array; scale: Float32Array }> {
  const { channels: cols } = source;
  const { ignored } = source;
  const rows = source.count * usedPositions(source);
  const { data: mean } = await meanOfMaps(source, 1);
  const squares = new Float64Array(cols);
  for await (const { maps } of blocksOf(source)) {
    const { data } = maps.features;
    for (let at = 0; at < data.length; at++)
      if (!ignored?.[Math.floor(at / cols) % ignored.length])
        squares[at % cols] += (data[at] - mean[at % cols]) ** 2;
  }
  const scale = Float32Array.from(squares, (value) => (value > 0 ? 1 / Math.sqrt(value / rows) : 1));
  return { mean, scale };
}
