import { evenIndices, moments, stopIfAborted } from '../base';
import { type FeatureMaps, type FeatureSource, levelWords } from '../features';
import {
  assertFinite,
  createFeatureMatrix,
  type FeatureMatrix,
  selectRows,
  spreadRows,
  subtract,
} from '../matrix';
import { largestCoefficients, sliceCodes, type SparseCodes, stackCodes } from '../subspace';
import { type FittedLevel, rebuildLeftOut } from './rebuild-left-out';
import {
  fitResidualMetric,
  residualLengths,
  type ResidualMetric,
  type ResidualMetricOptions,
} from './residual-metric';

/** Statistics of a level's residuals, learnt from nominal images that were each reconstructed without themselves. */
export interface LevelCalibration {
  level: number;
  /** Mean length of nominal residuals. */
  mean: number;
  /** Standard deviation of their lengths, > 0. */
  standardDeviation: number;
  /** Weight of the granularity where several are fused, ≥ 0. Default 1. */
  weight?: number;
  /** Spread of the granularity's maps on nominal images, > 0, by which they are divided where several are fused. Default 1. */
  spread?: number;
}

/** Lengths of a level's residuals. */
export interface ResidualMaps extends Omit<FeatureMaps, 'features'> {
  /** Length of the residual at every position, `count * height * width` values. */
  residuals: Float32Array;
}

/** A level's features, with the residuals and the codes of their reconstruction that decide image scores. */
export interface RebuiltMaps extends ResidualMaps {
  /** The normalized features that were to be reconstructed, `[count * height * width, channels]`. */
  target: FeatureMatrix;
  /**
   * Coefficients over the exemplars: a row per image (`image`) or per position. For nominal images that were left
   * out, only the largest of every row is kept.
   */
  codes: SparseCodes;
}

/** A metric is learnt from at most so many residual vectors. */
const largestResidualSample = 20_000;

/** Lengths of residuals, those at ignored positions set to the nominal mean: they say nothing, and move no map nearby. */
export function withIgnoredAt(
  lengths: Float32Array,
  mean: number,
  ignored: Uint8Array | undefined,
): Float32Array {
  return ignored ? lengths.map((length, at) => (ignored[at % ignored.length] ? mean : length)) : lengths;
}

/** How residuals are measured, and from how many images that is learnt. */
export interface CalibrationOptions {
  residualOptions: Required<ResidualMetricOptions>;
  /** Nominal images from which residuals are learnt, at most. */
  images: number;
  signal?: AbortSignal;
}

/**
 * Learns the statistics of a level's nominal residuals from nominal images at even distances, each reconstructed by a model that has
 * not seen it, see {@link rebuildLeftOut}.
 *
 * @param nominal features, not normalized
 * @throws RangeError when a feature of these images is not finite
 * @returns the metric of residuals, the mean and standard deviation of their lengths, and the reconstructions of these images
 */
export async function calibrate(
  nominal: FeatureSource,
  fitted: FittedLevel,
  { residualOptions, images: largest, signal }: CalibrationOptions,
): Promise<{ residualMetric: ResidualMetric; calibration: LevelCalibration; leftOut: RebuiltMaps }> {
  const { level, height, width, placement, channels, ignored } = nominal;
  const used = Math.min(largest, nominal.count);
  const images = evenIndices(used, nominal.count);
  const perImage = height * width;
  const codes: SparseCodes[] = new Array(used);
  const targets = createFeatureMatrix(used * perImage, channels);
  const rebuilt = createFeatureMatrix(used * perImage, channels);
  for await (const batch of rebuildLeftOut(nominal, images, fitted)) {
    stopIfAborted(signal);
    assertFinite(batch.target, `nominal features of ${levelWords(level)}`);
    const largestOnly = largestCoefficients(batch.codes);
    const rows = largestOnly.rows / batch.at.length;
    for (const [index, at] of batch.at.entries()) {
      const [start, end] = [index * perImage * channels, (index + 1) * perImage * channels];
      targets.data.set(batch.target.data.subarray(start, end), at * perImage * channels);
      rebuilt.data.set(batch.rebuilt.data.subarray(start, end), at * perImage * channels);
      codes[at] = sliceCodes(largestOnly, index * rows, (index + 1) * rows);
    }
  }
  const isUsed = (_: unknown, at: number) => !ignored?.[at % perImage];
  const usedRows = (features: FeatureMatrix) =>
    ignored
      ? selectRows(features, Array.from({ length: features.rows }, (_, at) => at).filter(isUsed))
      : features;
  const residuals = () => spreadRows(usedRows(subtract(targets, rebuilt)), largestResidualSample);
  const residualMetric = await fitResidualMetric(residuals, residualOptions);
  const lengths = await residualLengths(targets, rebuilt, residualMetric);
  const { mean, standardDeviation } = moments(ignored ? lengths.filter(isUsed) : lengths);
  return {
    residualMetric,
    calibration: { level, mean, standardDeviation: standardDeviation || 1 },
    leftOut: {
      ...{ level, height, width, placement, ignored, count: used },
      residuals: withIgnoredAt(lengths, mean, ignored),
      target: targets,
      codes: stackCodes(codes),
    },
  };
}
