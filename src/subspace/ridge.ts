import { numberIn } from '../base';
import { choleskyInverse, createFeatureMatrix, multiply, type Products } from '../matrix';
import { checkGram, checkSignals, type Gram, type Solver } from './solver';

/** Above it the coefficients are zero in any precision. */
export const largestPenalty = 1e9;

/** Parameters of {@link ridge}. */
export type RidgeOptions =
  | {
      /** Weight of the penalty as a fraction of the atoms' mean squared norm, > 0. */
      penalty: number;
    }
  | {
      /** Weight of the penalty per atom but one, > 0: the variance that a Gaussian model adds to the atoms' covariance. */
      variance: number;
    };

/**
 * Ridge regression, or collaborative representation: `min_c ‖x - X c‖² + penalty · mean ‖x_j‖² · ‖c‖²`. Its closed form costs one
 * matrix product per batch of signals after the inverse of the regularized Gram matrix. All coefficients are nonzero.
 * scikit-learn's `Ridge(alpha, fit_intercept=False)` is the same problem with `alpha = penalty · mean ‖x_j‖²`.
 *
 * With `variance` the weight is `(n - 1) · variance` for n atoms. If the atoms' mean is zero, the residual is then
 * `variance · Σ⁻¹ x` with `Σ = X Xᵀ / (n - 1) + variance · I`, and `xᵀ (x - X c) / variance` the squared Mahalanobis distance of a
 * Gaussian model such as PaDiM's.
 *
 * @param options the penalty, or the variance
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @throws RangeError when the penalty or the variance is not a number in (0, 1e9]
 * @see Hoerl and Kennard, 1970; for anomalies as collaborative representation: arXiv 2401.09443
 * @example
 * ```ts
 * // One atom: c = 1 / (1 + penalty).
 * const codes = await encode(featureMatrixFrom([[1]]), featureMatrixFrom([[1]]), ridge({ penalty: 0.25 }));
 * codes.values[0].toFixed(6) // '0.800000'
 * ```
 */
export function ridge(options: RidgeOptions): Solver {
  numberIn({ ...options }, { above: 0, to: largestPenalty });
  return (gram) => {
    checkGram(gram);
    const inverse = regularizedInverse(gram, weightOf(gram, options));
    return async (signals) => {
      const { atoms } = gram;
      checkSignals(signals, atoms);
      const { count, cross, excluded } = signals;
      const values = await timesSymmetric(cross, inverse, count, atoms);
      for (let signal = 0; excluded && signal < count; signal++) {
        const atom = excluded[signal];
        if (atom < 0) continue;
        const fraction = values[signal * atoms + atom] / inverse[atom * atoms + atom];
        for (let other = 0; other < atoms; other++) {
          values[signal * atoms + other] -= fraction * inverse[atom * atoms + other];
        }
        values[signal * atoms + atom] = 0;
      }
      const rowStarts = Uint32Array.from({ length: count + 1 }, (_, row) => row * atoms);
      const indices = Uint32Array.from({ length: count * atoms }, (_, index) => index % atoms);
      return { rows: count, cols: atoms, rowStarts, indices, values };
    };
  };
}

/** The weight of `‖c‖²`. */
function weightOf({ atoms, data }: Gram, options: RidgeOptions): number {
  if ('variance' in options) return options.variance * Math.max(1, atoms - 1);
  let trace = 0;
  for (let atom = 0; atom < atoms; atom++) trace += data[atom * (atoms + 1)];
  return (options.penalty * trace) / atoms || options.penalty;
}

function regularizedInverse({ atoms, data }: Gram, weight: number): Float64Array {
  const regularized = new Float64Array(data);
  for (let atom = 0; atom < atoms; atom++) regularized[atom * (atoms + 1)] += weight;
  return choleskyInverse(regularized, atoms).inverse();
}

/** From this many atoms on the product runs on an engine, in single precision. */
const manyAtoms = 512;

async function timesSymmetric(
  cross: Products,
  inverse: Float64Array,
  count: number,
  atoms: number,
): Promise<Float64Array> {
  if (atoms >= manyAtoms) {
    const left = createFeatureMatrix(
      count,
      atoms,
      cross instanceof Float32Array ? cross : new Float32Array(cross),
    );
    const product = await multiply(left, createFeatureMatrix(atoms, atoms, new Float32Array(inverse)));
    return new Float64Array(product.data);
  }
  const values = new Float64Array(count * atoms);
  for (let row = 0; row < count; row++) {
    for (let inner = 0; inner < atoms; inner++) {
      const value = cross[row * atoms + inner];
      if (value === 0) continue;
      for (let col = 0; col < atoms; col++) values[row * atoms + col] += value * inverse[inner * atoms + col];
    }
  }
  return values;
}
