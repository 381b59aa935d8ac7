import { numberIn } from '../base';
import { regularizedSolve } from './regularized-solve';
import {
  checkGram,
  checkSignals,
  type Gram,
  inOrdinaryUnits,
  meanSquaredNorm,
  type Signals,
  type Solver,
} from './solver';

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
 * Products run in single precision and are refined until the equations hold; where the weight is too small for that, in double.
 * scikit-learn's `Ridge(alpha, fit_intercept=False)` is the same problem with `alpha = penalty · mean ‖x_j‖²`.
 *
 * With `variance` the weight is `(n - 1) · variance` for n atoms. If the atoms' mean is zero, the residual is then
 * `variance · Σ⁻¹ x` with `Σ = X Xᵀ / (n - 1) + variance · I`, and `xᵀ (x - X c) / variance` the squared Mahalanobis distance of a
 * Gaussian model such as PaDiM's.
 *
 * @param options the penalty, or the variance
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @throws RangeError when the penalty or the variance is not a number in (0, 1e9], or is so small that the regularized Gram matrix
 *   is singular in the precision in which it is known
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
  const prepare = (gram: Gram, scale: number) => {
    const { atoms } = gram;
    const solve = regularizedSolve(gram, ridgeWeight(atoms, meanSquaredNorm(gram), options, scale));
    const encode = async (signals: Signals, unused: readonly number[] = []) => {
      checkSignals(signals, atoms);
      const { count } = signals;
      const values = await solve(signals, unused);
      const rowStarts = Uint32Array.from({ length: count + 1 }, (_, row) => row * atoms);
      const indices = Uint32Array.from({ length: count * atoms }, (_, index) => index % atoms);
      return { rows: count, cols: atoms, rowStarts, indices, values };
    };
    return Object.assign((signals: Signals) => encode(signals), {
      without: (unused: readonly number[]) => (signals: Signals) => encode(signals, unused),
    });
  };
  return (gram) => {
    checkGram(gram);
    return inOrdinaryUnits(gram, prepare);
  };
}

/**
 * The weight of `‖c‖²`.
 *
 * @param meanSquare mean squared norm of the atoms
 * @param scale in units in which inner products are multiplied by it
 */
export function ridgeWeight(atoms: number, meanSquare: number, options: RidgeOptions, scale = 1): number {
  if ('variance' in options) return scale * options.variance * Math.max(1, atoms - 1);
  return options.penalty * meanSquare || options.penalty;
}
