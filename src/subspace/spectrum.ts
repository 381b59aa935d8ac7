import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type FeatureMatrix, innerProducts, transpose } from '../matrix';

/** Singular values of a feature matrix and how many of them matter. */
export interface Spectrum {
  /** In decreasing order. */
  singularValues: Float64Array;
  /** Exponential of the entropy of the singular values' fractions (Roy and Vetterli, EUSIPCO 2007); at least 1, 0 if all are 0. */
  effectiveRank: number;
}

/**
 * The singular spectrum of features, from the eigenvalues of the smaller of the two Gram matrices.
 *
 * @param features `[n, d]`; not centred here
 * @returns singular values, and the effective rank `exp(-Σ p log p)` with `p = σ / Σ σ`
 * @throws RangeError when there are no features
 * @see Roy and Vetterli, EUSIPCO 2007, for the effective rank
 * @example
 * ```ts
 * const { singularValues } = await singularSpectrum(featureMatrixFrom([[3, 0], [0, 4]]));
 * [...singularValues].map((value) => value.toFixed(6)) // ['4.000000', '3.000000']
 * ```
 */
export async function singularSpectrum(features: FeatureMatrix): Promise<Spectrum> {
  const { rows, cols } = features;
  if (rows === 0 || cols === 0)
    throw new RangeError('the feature matrix is empty; a spectrum needs at least one feature');
  const narrow = rows <= cols ? features : transpose(features);
  const gram = await innerProducts(narrow, narrow);
  const size = narrow.rows;
  const matrix = Matrix.from1DArray(size, size, gram);
  const { realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const singularValues = Float64Array.from(realEigenvalues, (value) => Math.sqrt(Math.max(0, value)))
    .sort()
    .reverse();
  return { singularValues, effectiveRank: effectiveRank(singularValues) };
}

/** Exponential of the Shannon entropy of values scaled to sum 1. */
function effectiveRank(values: Float64Array): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  let entropy = 0;
  for (const value of values) {
    if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  }
  return Math.exp(entropy);
}
