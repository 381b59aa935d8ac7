import {
  checkGram,
  checkSignals,
  codesBuilder,
  type Gram,
  maskedBy,
  type Solver,
  squaredNormsOf,
} from './solver';

/**
 * The nearest atom with coefficient 1, `argmin_j ‖x - x_j‖`: PatchCore's model, whose residual is the distance to the nearest
 * neighbour. It is a baseline behind the interface of the self-expressive models.
 *
 * @returns a solver for {@link encode} and {@link selfExpress}
 * @see Roth et al., CVPR 2022
 * @example
 * ```ts
 * const dictionary = featureMatrixFrom([[0, 0], [5, 5]]);
 * (await encode(featureMatrixFrom([[4, 4]]), dictionary, nearest())).indices[0] // 1
 * ```
 */
export function nearest(): Solver {
  const solver = (gram: Gram) => {
    if (!gram.squaredNorms) checkGram(gram);
    const { atoms } = gram;
    const squaredNorms = squaredNormsOf(gram);
    return maskedBy(Number.NEGATIVE_INFINITY, atoms, async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, excluded } = signals;
      const codes = codesBuilder(count, atoms);
      for (let signal = 0; signal < count; signal++) {
        let best = -1;
        let least = Number.POSITIVE_INFINITY;
        for (let atom = 0; atom < atoms; atom++) {
          const distance = squaredNorms[atom] - 2 * cross[signal * atoms + atom];
          if (distance < least && atom !== excluded?.[signal]) {
            least = distance;
            best = atom;
          }
        }
        if (best >= 0) codes.push(best, 1);
        codes.endRow();
      }
      return codes.finish();
    });
  };
  return Object.assign(solver, { usesNormsOnly: true });
}
