import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Signals } from './solver';

/** Turns a problem over all atoms into one without some, row by row. */
export interface LeavingOut {
  /** Changes coefficients of the problem with all atoms to those of the problem without some. */
  fromCodes(codes: Float64Array): void;
  /** Sets to zero what the equations of the atoms that are left out leave: they need not hold. */
  fromResidual(residual: Float64Array | Float32Array): void;
}

/**
 * With `A = (G + weight I)⁻¹`, coefficients `c = A b` and atoms J to leave out, `c - A_{·J} A_{JJ}⁻¹ c_J` solves the problem that has
 * no J: it is zero there, and the other atoms' equations still hold.
 *
 * @param inverse A, `atoms * atoms` values
 * @param unused atoms that no signal may use
 */
export function leavingOut(
  inverse: Float64Array,
  atoms: number,
  unused: readonly number[],
  { count, excluded }: Signals,
): LeavingOut {
  const known = new Map<number, { left: readonly number[]; block: Matrix }>();
  const blockOf = (one: number) => {
    const left = one < 0 || unused.includes(one) ? unused : [...unused, one];
    const own = new Matrix(left.map((row) => left.map((col) => inverse[row * atoms + col])));
    const block = new CholeskyDecomposition(own).solve(Matrix.eye(left.length));
    known.set(one, { left, block });
    return { left, block };
  };
  const forEachRow = (visit: (start: number, left: readonly number[], block: Matrix) => void) => {
    for (let row = 0; row < count; row++) {
      const one = excluded ? excluded[row] : -1;
      if (one < 0 && unused.length === 0) continue;
      const { left, block } = known.get(one) ?? blockOf(one);
      visit(row * atoms, left, block);
    }
  };
  return {
    fromCodes(codes) {
      forEachRow((start, left, block) => {
        const own = left.map((atom) => codes[start + atom]);
        for (const [row, atom] of left.entries()) {
          const factor = own.reduce((sum, value, col) => sum + block.get(row, col) * value, 0);
          for (let other = 0; other < atoms; other++)
            codes[start + other] -= factor * inverse[atom * atoms + other];
        }
        for (const atom of left) codes[start + atom] = 0;
      });
    },
    fromResidual(residual) {
      forEachRow((start, left) => {
        for (const atom of left) residual[start + atom] = 0;
      });
    },
  };
}
