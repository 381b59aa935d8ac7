import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import {
  createFeatureMatrix,
  type FeatureMatrix,
  innerProducts,
  multiply,
  squaredRowNorms,
  transpose,
} from '../features';

/** What a residual vector's length is measured by. */
export type ResidualMetricName = 'euclidean' | 'mahalanobis';

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
  if (!(shrinkage > 0 && shrinkage < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`shrinkage is ${shrinkage}; expected a finite number > 0`);
  }
  const { rows, cols } = residuals;
  const channels = transpose(residuals);
  const scatter = await innerProducts(channels, channels);
  let meanVariance = 0;
  for (let col = 0; col < cols; col++) meanVariance += scatter[col * (cols + 1)] / (rows * cols);
  if (!(meanVariance > 0)) return euclidean;
  const covariance = new Matrix(cols, cols);
  for (let row = 0; row < cols; row++) {
    for (let col = 0; col < cols; col++) {
      covariance.set(
        row,
        col,
        scatter[row * cols + col] / rows + (row === col ? shrinkage * meanVariance : 0),
      );
    }
  }
  return { whitening: inverseTransposed(new CholeskyDecomposition(covariance).lowerTriangularMatrix) };
}

/** Length of every residual. */
export async function residualLengths(
  residuals: FeatureMatrix,
  { whitening }: ResidualMetric,
): Promise<Float32Array> {
  const measured = whitening ? await multiply(residuals, whitening) : residuals;
  return Float32Array.from(squaredRowNorms(measured), Math.sqrt);
}

/** `L^-T` of a lower triangular L, by forward substitution on the unit vectors. */
function inverseTransposed(lower: Matrix): FeatureMatrix {
  const size = lower.rows;
  const factor = Float64Array.from({ length: size * size }, (_, index) =>
    lower.get(Math.floor(index / size), index % size),
  );
  const inverse = createFeatureMatrix(size, size);
  const column = new Float64Array(size);
  for (let unit = 0; unit < size; unit++) {
    column.fill(0);
    for (let row = unit; row < size; row++) {
      let value = row === unit ? 1 : 0;
      for (let k = unit, at = row * size + unit; k < row; k++) value -= factor[at++] * column[k];
      column[row] = value / factor[row * size + row];
    }
    inverse.data.set(column, unit * size);
  }
  return inverse;
}
