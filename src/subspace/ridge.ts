import { numberIn } from '../base';
import { choleskyInverse, createFeatureMatrix, multiply, type Products } from '../matrix';
import { checkGram, checkSignals, type Solver } from './solver';

/** Parameters of {@link ridge}. */
export interface RidgeOptions {
  /** Weight of the penalty as a fraction of the atoms' mean squared norm, > 0. */
  penalty: number;
}

/**
 * Ridge regression, or collaborative representation: `min_c ‖x - X c‖² + penalty · mean ‖x_j‖² · ‖c‖²`. Its closed form costs one
 * matrix product per batch of signals after the inverse of the regularized Gram matrix. All coefficients are nonzero.
 * scikit-learn's `Ridge(alpha, fit_intercept=False)` is the same problem with `alpha = penalty · mean ‖x_j‖²`.
 *
 * @param options the penalty
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @throws RangeError when `penalty` is not a finite number > 0
 * @see Hoerl and Kennard, 1970; for anomalies as collaborative representation: arXiv 2401.09443
 * @example
 * ```ts
 * // One atom: c = 1 / (1 + penalty).
 * const codes = await encode(featureMatrixFrom([[1]]), featureMatrixFrom([[1]]), ridge({ penalty: 0.25 }));
 * codes.values[0].toFixed(6) // '0.800000'
 * ```
 */
export function ridge({ penalty }: RidgeOptions): Solver {
  numberIn({ penalty }, { above: 0 });
  return (gram) => {
    checkGram(gram);
    const inverse = regularizedInverse(gram.data, gram.atoms, penalty);
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

function regularizedInverse(gram: Products, atoms: number, penalty: number): Float64Array {
  let trace = 0;
  for (let atom = 0; atom < atoms; atom++) trace += gram[atom * (atoms + 1)];
  const regularized = new Float64Array(gram);
  for (let atom = 0; atom < atoms; atom++) {
    regularized[atom * (atoms + 1)] += (penalty * trace) / atoms || penalty;
  }
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
