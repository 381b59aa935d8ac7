import type { Encoder, Gram, Signals, Solver, SparseCodes } from './solver';

/** What {@link encodeWith} encodes, and by what. */
interface Encoding {
  gram: Gram;
  solver: Solver;
  /** The solver over all atoms. */
  encoder: Encoder;
  signals: Signals;
}

/** Codes of signals over some of a dictionary's atoms, in terms of the whole dictionary. */
export async function encodeWith(
  kept: readonly number[],
  { gram, solver, encoder, signals }: Encoding,
): Promise<SparseCodes> {
  const { atoms, data } = gram;
  if (kept.length === atoms) return encoder(signals);
  if (kept.length === 0) {
    const rowStarts = new Uint32Array(signals.count + 1);
    return {
      rows: signals.count,
      cols: atoms,
      rowStarts,
      indices: new Uint32Array(0),
      values: new Float64Array(0),
    };
  }
  if (solver.mask !== undefined) {
    const masked = signals.cross.slice();
    const used = new Set(kept);
    for (let atom = 0; atom < atoms; atom++) {
      if (used.has(atom)) continue;
      for (let signal = 0; signal < signals.count; signal++) masked[signal * atoms + atom] = solver.mask;
    }
    return encoder({ ...signals, cross: masked });
  }
  const size = kept.length;
  const part = data instanceof Float32Array ? new Float32Array(size * size) : new Float64Array(size * size);
  const cross =
    signals.cross instanceof Float32Array
      ? new Float32Array(signals.count * size)
      : new Float64Array(signals.count * size);
  const columns = Uint32Array.from(kept);
  for (let row = 0, at = 0; row < size; row++) {
    const from = columns[row] * atoms;
    for (let col = 0; col < size; col++, at++) part[at] = data[from + columns[col]];
  }
  for (let signal = 0, at = 0; signal < signals.count; signal++) {
    const from = signal * atoms;
    for (let col = 0; col < size; col++, at++) cross[at] = signals.cross[from + columns[col]];
  }
  const codes = await solver({ atoms: size, data: part })({ ...signals, cross, excluded: undefined });
  return { ...codes, cols: atoms, indices: codes.indices.map((atom) => kept[atom]) };
}

/** Codes over the same atoms, one under the other. */
export function stackCodes(parts: readonly SparseCodes[]): SparseCodes {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const total = parts.reduce((sum, part) => sum + part.values.length, 0);
  const stacked = {
    rows,
    cols: parts[0].cols,
    rowStarts: new Uint32Array(rows + 1),
    indices: new Uint32Array(total),
    values: new Float64Array(total),
  };
  let [row, length] = [0, 0];
  for (const { rows: count, rowStarts, indices, values } of parts) {
    stacked.indices.set(indices, length);
    stacked.values.set(values, length);
    for (let own = 1; own <= count; own++) stacked.rowStarts[row + own] = length + rowStarts[own];
    row += count;
    length += values.length;
  }
  return stacked;
}
