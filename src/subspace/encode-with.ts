import { type Encoder, type Gram, type Solver, type SparseCodes, withProducts } from './solver';

/** The Gram matrix, solver and encoder from which {@link encoderWith} makes an encoder. */
export interface Encoding {
  gram: Gram;
  solver: Solver;
  /** The solver over all atoms. */
  encoder: Encoder;
}

/** An encoder that uses some of a dictionary's atoms only; its codes are in terms of the whole dictionary. */
export function encoderWith(kept: readonly number[], { gram, solver, encoder }: Encoding): Encoder {
  const { atoms, data } = gram;
  if (kept.length === atoms) return encoder;
  if (kept.length === 0) {
    return async ({ count }) => ({
      rows: count,
      cols: atoms,
      rowStarts: new Uint32Array(count + 1),
      indices: new Uint32Array(0),
      values: new Float64Array(0),
    });
  }
  if (encoder.without) {
    const used = new Set(kept);
    return encoder.without(
      Array.from({ length: atoms }, (_, atom) => atom).filter((atom) => !used.has(atom)),
    );
  }
  const size = kept.length;
  const columns = Uint32Array.from(kept);
  const columnsOf = (products: typeof data, rows: ArrayLike<number>) => {
    const part =
      products instanceof Float32Array
        ? new Float32Array(rows.length * size)
        : new Float64Array(rows.length * size);
    for (let row = 0, at = 0; row < rows.length; row++) {
      const from = rows[row] * atoms;
      for (let col = 0; col < size; col++, at++) part[at] = products[from + columns[col]];
    }
    return part;
  };
  const partial = solver({ atoms: size, data: columnsOf(data, columns) });
  return async (signals) => {
    const cross = columnsOf(
      signals.cross,
      Array.from({ length: signals.count }, (_, signal) => signal),
    );
    const codes = await partial(Object.assign(withProducts(signals, cross), { excluded: undefined }));
    return { ...codes, cols: atoms, indices: codes.indices.map((atom) => kept[atom]) };
  };
}

/** Rows `start` to `end - 1` of codes. */
export function sliceCodes(
  { cols, rowStarts, indices, values }: SparseCodes,
  start: number,
  end: number,
): SparseCodes {
  const [first, last] = [rowStarts[start], rowStarts[end]];
  return {
    rows: end - start,
    cols,
    rowStarts: rowStarts.slice(start, end + 1).map((offset) => offset - first),
    indices: indices.subarray(first, last),
    values: values.subarray(first, last),
  };
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
