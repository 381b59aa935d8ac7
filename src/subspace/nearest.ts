import { checkGram, checkSignals, codesBuilder, type Solver } from './solver';

/**
 * The nearest atom with coefficient 1: PatchCore's model (Roth et al., CVPR 2022), whose residual is the distance to the
 * nearest neighbour. A baseline behind the interface of the self-expressive models.
 */
export function nearest(): Solver {
  return (gram) => {
    checkGram(gram);
    const { atoms, data } = gram;
    return async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, excluded } = signals;
      const codes = codesBuilder(count, atoms);
      for (let signal = 0; signal < count; signal++) {
        let best = -1;
        let least = Number.POSITIVE_INFINITY;
        for (let atom = 0; atom < atoms; atom++) {
          const distance = data[atom * atoms + atom] - 2 * cross[signal * atoms + atom];
          if (distance < least && atom !== excluded?.[signal]) {
            least = distance;
            best = atom;
          }
        }
        if (best >= 0) codes.push(best, 1);
        codes.endRow();
      }
      return codes.finish();
    };
  };
}
