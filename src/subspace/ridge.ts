import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { numberIn } from '../base';
import { choleskyInverse, createFeatureMatrix, multiply, type Products } from '../matrix';
import { checkGram, checkSignals, type Gram, type Signals, type Solver } from './solver';

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
    const { atoms } = gram;
    const weight = weightOf(gram, options);
    const inverse = regularizedInverse(gram, weight);
    const solve = inverseProduct(gram, weight, inverse);
    const encode = async (signals: Signals, unused: readonly number[] = []) => {
      checkSignals(signals, atoms);
      const { count, cross, excluded } = signals;
      const leaveOut = leavingOut({ inverse, atoms, unused, excluded });
      const values = await solve(cross, count, leaveOut);
      const rowStarts = Uint32Array.from({ length: count + 1 }, (_, row) => row * atoms);
      const indices = Uint32Array.from({ length: count * atoms }, (_, index) => index % atoms);
      return { rows: count, cols: atoms, rowStarts, indices, values };
    };
    return Object.assign((signals: Signals) => encode(signals), {
      without: (unused: readonly number[]) => (signals: Signals) => encode(signals, unused),
    });
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

/** Changes coefficients of the problem with all atoms to those of the problem without some. */
type LeaveOut = (codes: Float64Array) => void;

/**
 * With `A = (G + weight I)⁻¹`, coefficients `c = A b` and atoms J to leave out, `c - A_{·J} A_{JJ}⁻¹ c_J` solves the problem that has
 * no J: it is zero there, and the other atoms' equations still hold.
 */
function leavingOut({
  inverse,
  atoms,
  unused,
  excluded,
}: {
  inverse: Float64Array;
  atoms: number;
  unused: readonly number[];
  excluded?: Int32Array;
}): LeaveOut {
  const known = new Map<number, { left: readonly number[]; block: Matrix }>();
  const blockOf = (one: number) => {
    const left = one < 0 || unused.includes(one) ? unused : [...unused, one];
    const own = new Matrix(left.map((row) => left.map((col) => inverse[row * atoms + col])));
    const block = new CholeskyDecomposition(own).solve(Matrix.eye(left.length));
    known.set(one, { left, block });
    return { left, block };
  };
  return (codes) => {
    for (let start = 0; start < codes.length; start += atoms) {
      const one = excluded ? excluded[start / atoms] : -1;
      if (one < 0 && unused.length === 0) continue;
      const { left, block } = known.get(one) ?? blockOf(one);
      const own = left.map((atom) => codes[start + atom]);
      for (const [row, atom] of left.entries()) {
        const factor = own.reduce((sum, value, col) => sum + block.get(row, col) * value, 0);
        for (let other = 0; other < atoms; other++)
          codes[start + other] -= factor * inverse[atom * atoms + other];
      }
      for (const atom of left) codes[start + atom] = 0;
    }
  };
}

/** From this many atoms on products run on an engine, in single precision. */
const manyAtoms = 512;

/**
 * Solves `(G + weight I) c = b` for many b by the inverse. Many atoms are multiplied in single precision and refined once: what the
 * coefficients leave of b is solved for again.
 */
function inverseProduct({ atoms, data }: Gram, weight: number, inverse: Float64Array) {
  if (atoms < manyAtoms) {
    return async (cross: Products, count: number, leaveOut: LeaveOut): Promise<Float64Array> => {
      const codes = timesSymmetric(cross, inverse, count, atoms);
      leaveOut(codes);
      return codes;
    };
  }
  const single = (values: Products, rows: number) =>
    createFeatureMatrix(rows, atoms, values instanceof Float32Array ? values : new Float32Array(values));
  const [gramHere, inverseHere] = [single(data, atoms), single(inverse, atoms)];
  return async (cross: Products, count: number, leaveOut: LeaveOut): Promise<Float64Array> => {
    const codes = new Float64Array((await multiply(single(cross, count), inverseHere)).data);
    leaveOut(codes);
    const { data: rebuilt } = await multiply(single(codes, count), gramHere);
    const left = Float32Array.from(rebuilt, (value, at) => cross[at] - value - weight * codes[at]);
    const correction = new Float64Array((await multiply(single(left, count), inverseHere)).data);
    leaveOut(correction);
    for (let at = 0; at < codes.length; at++) codes[at] += correction[at];
    return codes;
  };
}

function timesSymmetric(cross: Products, inverse: Float64Array, count: number, atoms: number): Float64Array {
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
