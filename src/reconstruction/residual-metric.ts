import { numberIn, oneOf } from '../base';
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

/**
 * How large a residual `r = x - x̂` is: its Euclidean length, its Mahalanobis length under the covariance of nominal residuals, or
 * `energy`, `sqrt(xᵀ r)`. For ridge regression `xᵀ r = ‖r‖² + weight · ‖c‖²` and for LASSO `‖r‖² + ‖c‖₁ / λ`, so that the
 * coefficients count, too; for a projection it is the Euclidean length.
 */
export type ResidualMetricName = 'euclidean' | 'mahalanobis' | 'energy';

export const residualMetricNames: readonly ResidualMetricName[] = ['euclidean', 'mahalanobis', 'energy'];

/** How residuals are measured. */
export interface ResidualMetricOptions {
  /** Default `mahalanobis`. */
  metric?: ResidualMetricName;
  /** Added to the covariance of the Mahalanobis metric, in mean variances, > 0. Default 1. */
  shrinkage?: number;
}

/**
 * The options with their defaults.
 *
 * @throws RangeError when one is out of range
 */
export function residualMetricOptions({
  metric = 'mahalanobis',
  shrinkage = 1,
}: ResidualMetricOptions): Required<ResidualMetricOptions> {
  oneOf({ metric }, residualMetricNames);
  numberIn({ shrinkage }, { above: 0 });
  return { metric, shrinkage };
}

/** A fitted metric of residuals. */
export interface ResidualMetric {
  metric: ResidualMetricName;
  /** Whitening matrix W, `[channels, channels]`: the Mahalanobis length of a residual r is `|r W|`. Null where nominal residuals do not vary. */
  whitening: FeatureMatrix | null;
}

/**
 * The whitening of the Mahalanobis length under the covariance of nominal residuals,
 * `sqrt(r^T (S + shrinkage * mean variance * I)^-1 r)`: what varies among nominal images counts less.
 *
 * @param residuals nominal residuals, `[n, channels]`; their mean is taken as zero
 * @param shrinkage > 0; large values approach the Euclidean length
 * @throws RangeError when `shrinkage` is not a finite number > 0
 */
async function fitWhitening(residuals: FeatureMatrix, shrinkage: number): Promise<FeatureMatrix | null> {
  numberIn({ shrinkage }, { above: 0 });
  const { rows, cols } = residuals;
  const channels = transpose(residuals);
  const scatter = await innerProducts(channels, channels);
  let meanVariance = 0;
  for (let col = 0; col < cols; col++) meanVariance += scatter[col * (cols + 1)] / (rows * cols);
  if (!(meanVariance > 0)) return null;
  const covariance = Float64Array.from(scatter, (value) => value / rows);
  for (let col = 0; col < cols; col++) covariance[col * (cols + 1)] += shrinkage * meanVariance;
  const { inverseFactor } = choleskyInverse(covariance, cols);
  return transpose(createFeatureMatrix(cols, cols, new Float32Array(inverseFactor)));
}

/**
 * The metric that options ask for, fitted on nominal residuals where it depends on them.
 *
 * @param residuals gives nominal residuals, `[n, channels]`; called only where they are needed
 */
export async function fitResidualMetric(
  residuals: () => FeatureMatrix,
  { metric, shrinkage }: Required<ResidualMetricOptions>,
): Promise<ResidualMetric> {
  const whitening = metric === 'mahalanobis' ? await fitWhitening(residuals(), shrinkage) : null;
  return { metric, whitening };
}

/** The length of every residual `target - rebuilt`, as the metric measures it. */
export async function residualLengths(
  target: FeatureMatrix,
  rebuilt: FeatureMatrix,
  { metric, whitening }: ResidualMetric,
): Promise<Float32Array> {
  if (metric === 'energy') return energies(target, rebuilt);
  if (!whitening) return rowDistances(target, rebuilt);
  return Float32Array.from(squaredRowNorms(await multiply(subtract(target, rebuilt), whitening)), Math.sqrt);
}

/** `sqrt(xᵀ (x - x̂))` of every row; 0 where rounding makes the product negative. */
function energies(target: FeatureMatrix, rebuilt: FeatureMatrix): Float32Array {
  const { rows, cols } = target;
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * cols; at < (row + 1) * cols; at++)
      sum += target.data[at] * (target.data[at] - rebuilt.data[at]);
    return Math.sqrt(Math.max(0, sum));
  });
}
