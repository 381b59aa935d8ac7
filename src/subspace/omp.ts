import { checkGram, checkSignals, codesBuilder, type Solver } from './solver';

/** When orthogonal matching pursuit stops. */
export interface OmpOptions {
  /** Largest number of atoms per signal, a positive integer; at most the dictionary's size is used. */
  atoms: number;
  /** Stop as soon as the residual's norm is at or below this. Default 0: stop at `atoms`. */
  tolerance?: number;
}

/**
 * Orthogonal matching pursuit (Pati et al., 1993; for self-expression: You, Robinson, Vidal, CVPR 2016) by Batch-OMP
 * (Rubinstein, Zibulevsky, Elad, 2008): from the Gram matrix alone, with a Cholesky factor that grows by a row per atom, and
 * without forming residuals. Atoms need not have unit norm; as in scikit-learn the next atom is the one of largest inner
 * product with the residual.
 *
 * A signal ends early when no atom correlates with its residual or the best one depends linearly on those chosen.
 *
 * @throws RangeError when `atoms` is not a positive integer or `tolerance` is negative or not finite
 */
export function omp({ atoms: maximalAtoms, tolerance = 0 }: OmpOptions): Solver {
  if (!Number.isInteger(maximalAtoms) || maximalAtoms < 1) {
    throw new RangeError(`atoms is ${maximalAtoms}; expected a positive integer`);
  }
  if (!(tolerance >= 0 && tolerance < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`tolerance is ${tolerance}; expected a finite number >= 0`);
  }
  return (gram) => {
    checkGram(gram);
    const { atoms, data } = gram;
    const limit = Math.min(maximalAtoms, atoms);
    const correlations = new Float64Array(atoms);
    const factor = new Float64Array(limit * limit);
    const chosen = new Uint32Array(limit);
    const forward = new Float64Array(limit);
    const solution = new Float64Array(limit);

    /** Extends the Cholesky factor by atom `next`; false when it depends on the atoms chosen. */
    const extend = (size: number, next: number): boolean => {
      const row = size * limit;
      let rest = data[next * atoms + next];
      for (let i = 0; i < size; i++) {
        let sum = data[next * atoms + chosen[i]];
        for (let j = 0; j < i; j++) sum -= factor[i * limit + j] * factor[row + j];
        factor[row + i] = sum / factor[i * limit + i];
        rest -= factor[row + i] ** 2;
      }
      if (!(rest > 1e-12 * data[next * atoms + next])) return false;
      factor[row + size] = Math.sqrt(rest);
      chosen[size] = next;
      return true;
    };
    const solve = (size: number, cross: Float64Array, offset: number) => {
      let sum = cross[offset + chosen[size - 1]];
      const last = (size - 1) * limit;
      for (let j = 0; j < size - 1; j++) sum -= factor[last + j] * forward[j];
      forward[size - 1] = sum / factor[last + size - 1];
      for (let i = size - 1; i >= 0; i--) {
        let value = forward[i];
        for (let j = i + 1; j < size; j++) value -= factor[j * limit + i] * solution[j];
        solution[i] = value / factor[i * limit + i];
      }
    };

    return async (signals) => {
      checkSignals(signals, atoms);
      const { count, cross, squaredNorms, excluded } = signals;
      const codes = codesBuilder(count, atoms);
      for (let signal = 0; signal < count; signal++) {
        const offset = signal * atoms;
        const excludedAtom = excluded ? excluded[signal] : -1;
        for (let atom = 0; atom < atoms; atom++) correlations[atom] = cross[offset + atom];
        const negligible = 1e-12 * Math.sqrt(squaredNorms[signal]);
        let size = 0;
        let explained = 0;
        while (size < limit && Math.sqrt(Math.max(0, squaredNorms[signal] - explained)) > tolerance) {
          let best = -1;
          let largest = 0;
          for (let atom = 0; atom < atoms; atom++) {
            const value = Math.abs(correlations[atom]);
            if (value > largest && atom !== excludedAtom) {
              largest = value;
              best = atom;
            }
          }
          if (best < 0 || largest <= negligible * Math.sqrt(data[best * atoms + best]) || !extend(size, best))
            break;
          size++;
          solve(size, cross, offset);
          explained += forward[size - 1] ** 2;
          if (size === limit) break;
          for (let atom = 0; atom < atoms; atom++) correlations[atom] = cross[offset + atom];
          for (let i = 0; i < size; i++) {
            const row = chosen[i] * atoms;
            const value = solution[i];
            for (let atom = 0; atom < atoms; atom++) correlations[atom] -= value * data[row + atom];
          }
          for (let i = 0; i < size; i++) correlations[chosen[i]] = 0;
        }
        for (let i = 0; i < size; i++) codes.push(chosen[i], solution[i]);
        codes.endRow();
      }
      return codes.finish();
    };
  };
}
