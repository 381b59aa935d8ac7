import { integerIn, numberIn } from '../base';
import { instantiateSimd, type Products } from '../matrix';
import { largestPenalty } from './ridge';
import {
  checkGram,
  checkSignals,
  type Encoder,
  type Gram,
  inOrdinaryUnits,
  maskedBy,
  type Solver,
} from './solver';

/** Parameters of {@link localRidge}. */
export interface LocalRidgeOptions {
  /** Number of nearest atoms, a positive integer; at most the dictionary's size is used. */
  neighbours: number;
  /** Weight of the penalty as a fraction of these atoms' mean squared norm, > 0. */
  penalty: number;
}

/**
 * Ridge regression on the nearest atoms: `min_c ‖x - X_N c‖² + penalty · mean ‖x_j‖² · ‖c‖²` over the `neighbours` atoms N that are
 * nearest to x. A feature is reconstructed from atoms that are like it, so that a large memory bank cannot reconstruct everything.
 *
 * @param options the number of neighbours and the penalty
 * @returns a solver for {@link encode} and {@link selfExpress}; every signal has `neighbours` coefficients
 * @throws RangeError when `neighbours` is not a positive integer or `penalty` is not a number in (0, 1e9]; when a signal is so much
 *   larger than the atoms that single precision does not hold their inner products
 * @see Wang et al., CVPR 2010 (locality-constrained linear coding), with a ridge penalty and without the sum constraint
 * @example
 * ```ts
 * const dictionary = featureMatrixFrom([[1, 0], [0, 1], [9, 9]]);
 * const solver = localRidge({ neighbours: 2, penalty: 1e-9 });
 * const codes = await encode(featureMatrixFrom([[0.5, 0.25]]), dictionary, solver);
 * [...denseCodes(codes)].map((value) => value.toFixed(3)) // ['0.500', '0.250', '0.000']
 * ```
 */
export function localRidge({ neighbours, penalty }: LocalRidgeOptions): Solver {
  integerIn({ neighbours }, [1]);
  numberIn({ penalty }, { above: 0, to: largestPenalty });
  const prepare = ({ atoms, data }: Gram): Encoder => {
    const limit = Math.min(neighbours, atoms);
    const stride = Math.ceil(atoms / 4) * 4;
    const line = 4 * stride;
    const sizes = [atoms * line, line, line, 4 * limit, 8 * limit * limit, 4 * limit, 8 * limit];
    const simd = instantiateSimd(sizes.reduce((sum, size) => sum + size + 16, 0));
    const [gramAt, crossAt, normsAt, distancesAt, factorAt, chosenAt, solutionAt] = sizes.map(simd.allocate);
    const padded = new Float32Array(simd.buffer, gramAt, atoms * stride);
    const squaredNorms = new Float32Array(simd.buffer, normsAt, stride).fill(Number.POSITIVE_INFINITY);
    for (let atom = 0; atom < atoms; atom++) {
      padded.set(data.subarray(atom * atoms, (atom + 1) * atoms), atom * stride);
      squaredNorms[atom] = data[atom * (atoms + 1)];
    }
    const own = new Float32Array(simd.buffer, crossAt, atoms);
    const chosen = new Uint32Array(simd.buffer, chosenAt, limit);
    const solution = new Float64Array(simd.buffer, solutionAt, limit);
    const places = [distancesAt, factorAt, chosenAt, solutionAt] as const;
    return maskedBy(Number.NEGATIVE_INFINITY, atoms, async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, excluded } = signals;
      const indices = new Uint32Array(count * limit);
      const values = new Float64Array(count * limit);
      const rowStarts = new Uint32Array(count + 1);
      for (let signal = 0; signal < count; signal++) {
        own.set(cross.subarray(signal * atoms, (signal + 1) * atoms));
        const left = excluded ? excluded[signal] : -1;
        const found = simd.localRidge(gramAt, stride, crossAt, normsAt, left, limit, penalty, ...places);
        const start = rowStarts[signal];
        if (found < limit) checkNoOverflow(signal, own, cross);
        for (let i = 0; i < found; i++) {
          if (!Number.isFinite(solution[i])) throw overflow(signal);
          indices[start + i] = chosen[i];
          values[start + i] = solution[i];
        }
        rowStarts[signal + 1] = start + found;
      }
      const total = rowStarts[count];
      return {
        rows: count,
        cols: atoms,
        rowStarts,
        indices: indices.subarray(0, total),
        values: values.subarray(0, total),
      };
    });
  };
  return (gram) => {
    checkGram(gram);
    return inOrdinaryUnits(gram, prepare);
  };
}

/** An atom may be passed over because its inner product is masked, not because single precision does not hold it. */
function checkNoOverflow(signal: number, own: Float32Array, cross: Products): void {
  for (let atom = 0; atom < own.length; atom++)
    if (!Number.isFinite(own[atom]) && Number.isFinite(cross[signal * own.length + atom]))
      throw overflow(signal);
}

function overflow(signal: number): RangeError {
  return new RangeError(
    `signal ${signal} has inner products with the atoms that single precision does not hold; expected signals of about the atoms' scale: scale or remove it`,
  );
}
