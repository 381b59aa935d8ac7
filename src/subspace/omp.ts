import { integerIn, numberIn } from '../base';
import { instantiateSimd } from '../matrix';
import { checkGram, checkSignals, codesBuilder, maskedBy, type Solver } from './solver';

/** When orthogonal matching pursuit stops. */
export interface OmpOptions {
  /** Largest number of atoms per signal, a positive integer; at most the dictionary's size is used. */
  atoms: number;
  /** Stop as soon as the residual's norm is at or below this. Default 0: stop at `atoms`. */
  tolerance?: number;
}

/**
 * Orthogonal matching pursuit: atoms are taken one by one, always the one of largest inner product with the residual, and
 * coefficients are solved for anew by least squares. It runs as Batch-OMP, from the Gram matrix alone, with a Cholesky factor that
 * grows by a row per atom. Atoms need not have unit norm, as in scikit-learn. Correlations are kept in the Gram matrix's
 * precision, coefficients are solved for in double.
 *
 * A signal ends early when no atom correlates with its residual or the best one depends linearly on those chosen.
 *
 * @param options how many atoms, and at which residual a signal is done
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @see Pati et al., 1993; for self-expression: You, Robinson, Vidal, CVPR 2016; Batch-OMP: Rubinstein, Zibulevsky, Elad, 2008
 * @example
 * ```ts
 * const dictionary = featureMatrixFrom([[1, 0], [0, 1]]);
 * const codes = await encode(featureMatrixFrom([[3, 1]]), dictionary, omp({ atoms: 1 }));
 * [...denseCodes(codes)] // [3, 0]
 * ```
 * @throws RangeError when `atoms` is not a positive integer, `tolerance` is negative or not finite, or the Gram matrix does not
 *   fit into 4 GB
 */
export function omp({ atoms: maximalAtoms, tolerance = 0 }: OmpOptions): Solver {
  integerIn({ atoms: maximalAtoms }, [1]);
  numberIn({ tolerance }, { from: 0 });
  return (gram) => {
    checkGram(gram);
    const { atoms, data } = gram;
    const limit = Math.min(maximalAtoms, atoms);
    const stride = Math.ceil(atoms / 16) * 16;
    const single = data instanceof Float32Array;
    const rows = single ? Float32Array : Float64Array;
    const line = rows.BYTES_PER_ELEMENT * stride;
    const sizes = [atoms * line, 2 * line, limit * line, 8 * limit * limit, 8 * limit, 4 * limit, 8 * limit];
    const simd = instantiateSimd(sizes.reduce((sum, size) => sum + size + 16, 0));
    const [gramAt, correlationsAt, basisAt, factorAt, forwardAt, chosenAt, solutionAt] = sizes.map(
      simd.allocate,
    );
    const padded = new rows(simd.buffer, gramAt, atoms * stride);
    for (let atom = 0; atom < atoms; atom++)
      padded.set(data.subarray(atom * atoms, (atom + 1) * atoms), atom * stride);
    const correlations = new rows(simd.buffer, correlationsAt, atoms);
    const chosen = new Uint32Array(simd.buffer, chosenAt, limit);
    const solution = new Float64Array(simd.buffer, solutionAt, limit);

    return maskedBy(Number.NaN, atoms, async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, squaredNorms, excluded } = signals;
      const codes = codesBuilder(count, atoms);
      for (let signal = 0; signal < count; signal++) {
        correlations.set(cross.subarray(signal * atoms, (signal + 1) * atoms));
        if (excluded && excluded[signal] >= 0) correlations[excluded[signal]] = Number.NaN;
        const size = simd.omp(
          single,
          gramAt,
          stride,
          correlationsAt,
          squaredNorms[signal],
          limit,
          tolerance,
          basisAt,
          factorAt,
          forwardAt,
          chosenAt,
          solutionAt,
        );
        for (let i = 0; i < size; i++) codes.push(chosen[i], solution[i]);
        codes.endRow();
      }
      return codes.finish();
    });
  };
}
