import { numberIn } from '../base';
import {
  choleskyInverse,
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  multiply,
  rowDistances,
  squaredRowNorms,
  subtract,
  transpose,
} from '../matrix';

/** How a residual vector's length is measured. */
export type ResidualMetricName = 'euclidean' | 'mahalanobis';

export const residualMetricNames: readonly ResidualMetricName[] = ['euclidean', 'mahalanobis'];

/** A fitted metric of residuals. */
export interface ResidualMetric {
  /** `[channels, channels]`; the length of residual r is `|r W|`. Null for the Euclidean length. */
  whitening: FeatureMatrix | null;
}

/** The plain Euclidean length. */
export const euclidean: ResidualMetric = { whitening: null };

/**
 * The Mahalanobis length under the covariance of nominal residuals, `sqrt(r^T (S + shrinkage * mean variance * I)^-1 r)`:
 * what varies among nominal images counts less.
 *
 * @param residuals nominal residuals, `[n, channels]`; their mean is taken as zero
 * @param shrinkage > 0; large values approach the Euclidean length
 * @throws RangeError when `shrinkage` is not a finite number > 0
 */
export async function mahalanobis(residuals: FeatureMatrix, shrinkage: number): Promise<ResidualMetric> {
  numberIn({ shrinkage }, { above: 0 });
  const { rows, cols } = residuals;
  const channels = transpose(residuals);
  const scatter = await innerProducts(channels, channels);
  let meanVariance = 0;
  for (let col = 0; col < cols; col++) meanVariance += scatter[col * (cols + 1)] / (rows * cols);
  if (!(meanVariance > 0)) return euclidean;
  const covariance = Float64Array.from(scatter, (value) => value / rows);
  for (let col = 0; col < cols; col++) covariance[col * (cols + 1)] += shrinkage * meanVariance;
  const { inverseFactor } = choleskyInverse(covariance, cols);
  return { whitening: transpose(createFeatureMatrix(cols, cols, new Float32Array(inverseFactor))) };
}

/** Length of every residual `target - rebuilt`. */
export async function residualLengths(
  target: FeatureMatrix,
  rebuilt: FeatureMatrix,
  { whitening }: ResidualMetric,
): Promise<Float32Array> {
  if (!whitening) return rowDistances(target, rebuilt);
  return Float32Array.from(squaredRowNorms(await multiply(subtract(target, rebuilt), whitening)), Math.sqrt);
}
