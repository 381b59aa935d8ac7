import { moments } from '../base';
import { type FeatureMaps, selectMaps } from '../features';
import { createFeatureMatrix, subtract } from '../matrix';
import type { LevelModel } from './granularity';
import {
  euclidean,
  mahalanobis,
  residualLengths,
  type ResidualMetric,
  type ResidualMetricName,
} from './residual-metric';

/** What is learnt of a level's residuals from nominal images that do not use themselves. */
export interface LevelCalibration {
  level: number;
  /** Mean length of nominal residuals. */
  mean: number;
  /** Standard deviation of their lengths, > 0. */
  standardDeviation: number;
}

/** Nominal images from which residuals are learnt, at most. */
const largestCalibration = 64;
/** Residual vectors from which a metric is learnt, at most. */
const largestResidualSample = 20_000;
const calibrationBatch = 8;

/** How residuals are measured. */
export interface MetricOptions {
  metric: ResidualMetricName;
  /** Of the Mahalanobis metric, in mean variances, > 0. */
  shrinkage: number;
  signal?: AbortSignal;
}

/**
 * Learns what nominal residuals of a level look like, from up to 64 nominal images that do not use themselves.
 *
 * @param maps normalized nominal maps
 */
export async function calibrate(
  maps: FeatureMaps,
  model: LevelModel,
  { metric, shrinkage, signal }: MetricOptions,
): Promise<{ residualMetric: ResidualMetric; calibration: LevelCalibration }> {
  const used = Math.min(largestCalibration, maps.count);
  const images = Array.from({ length: used }, (_, index) => Math.floor((index * maps.count) / used));
  const rowsPerImage = maps.height * maps.width;
  const step = Math.max(1, Math.ceil((used * rowsPerImage) / largestResidualSample));
  const { cols } = maps.features;
  const sample = createFeatureMatrix(Math.ceil((used * rowsPerImage) / step), cols);
  let kept = 0;
  for (let start = 0; start < used; start += calibrationBatch) {
    signal?.throwIfAborted();
    const own = images.slice(start, start + calibrationBatch);
    const batch = selectMaps(maps, own);
    const residuals = subtract(batch.features, (await model.rebuild(batch, own)).rebuilt);
    for (let row = 0; row < residuals.rows; row++) {
      if ((start * rowsPerImage + row) % step !== 0) continue;
      sample.data.set(residuals.data.subarray(row * cols, (row + 1) * cols), kept++ * cols);
    }
  }
  const residualMetric = metric === 'mahalanobis' ? await mahalanobis(sample, shrinkage) : euclidean;
  const lengths = await residualLengths(sample, residualMetric);
  const { mean, standardDeviation } = moments(lengths);
  return {
    residualMetric,
    calibration: { level: maps.level, mean, standardDeviation: standardDeviation || 1 },
  };
}
