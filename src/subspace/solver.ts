import { ordinaryScale, type Products } from '../matrix';

/** Inner products of a dictionary's atoms: `atoms * atoms` values, row-major, symmetric. */
export interface Gram {
  atoms: number;
  /** Empty where `squaredNorms` are all that is known. */
  data: Products;
  /** Squared norms of the atoms, where `data` is empty: for a solver that looks at nothing else. */
  squaredNorms?: Float64Array;
  /** The same in double precision, from the atoms; absent where `data` is all that is known. */
  inDouble?: () => Float64Array;
}

/** Mean squared norm of the atoms. */
export function meanSquaredNorm({ atoms, data }: Gram): number {
  let trace = 0;
  for (let atom = 0; atom < atoms; atom++) trace += data[atom * (atoms + 1)];
  return trace / atoms;
}

/** Signals as a solver needs them: by their inner products with the dictionary's atoms. */
export interface Signals {
  count: number;
  /** `count * atoms` values: row i holds `X^T x_i`. */
  cross: Products;
  /** The same in double precision, from the features; absent where `cross` is all that is known. */
  inDouble?: () => Float64Array;
  /** `|x_i|^2`. */
  squaredNorms: Float64Array;
  /** For each signal an atom that it may not use, or -1. In self-expression a signal may not use itself. */
  excluded?: Int32Array;
}

/** Signals with other inner products; their norms are still computed only when a solver asks. */
export function withProducts(signals: Signals, cross: Products): Signals {
  return {
    count: signals.count,
    cross,
    excluded: signals.excluded,
    get squaredNorms() {
      return signals.squaredNorms;
    },
  };
}

/** Coefficients of signals over atoms, one signal a row, compressed by rows (CSR). */
export interface SparseCodes {
  rows: number;
  /** Number of atoms. */
  cols: number;
  /** `rows + 1` offsets into `indices` and `values`. */
  rowStarts: Uint32Array;
  /** Atom of every nonzero coefficient. */
  indices: Uint32Array;
  values: Float64Array;
}

/** Finds the coefficients of signals over one dictionary. */
export interface Encoder {
  (signals: Signals): Promise<SparseCodes>;
  /**
   * The encoder that does not use some atoms, derived from the encoder over all; its coefficients are those over the others. Values
   * that a solver computes from all atoms, such as the mean norm that scales ridge's penalty, stay. Absent where a solver has to begin
   * anew.
   */
  readonly without?: (unused: readonly number[]) => (signals: Signals) => Promise<SparseCodes>;
}

/**
 * A self-expressive model: given a dictionary's Gram matrix, what finds coefficients over it. All that depends on the
 * dictionary alone is done once, when the solver is called.
 */
export interface Solver {
  (gram: Gram): Encoder;
  /** Whether it looks at no inner products of different atoms, so that they need not be computed. Default false. */
  readonly usesNormsOnly?: boolean;
}

/**
 * Gives an encoder its `without`.
 *
 * @param mask an inner product with an atom that keeps the encoder from using the atom
 */
export function maskedBy(mask: number, atoms: number, encoder: Encoder): Encoder {
  const without = (unused: readonly number[]) => (signals: Signals) => {
    const cross = signals.cross.slice();
    for (const atom of unused)
      for (let signal = 0; signal < signals.count; signal++) cross[signal * atoms + atom] = mask;
    return encoder(withProducts(signals, cross));
  };
  return Object.assign((signals: Signals) => encoder(signals), { without });
}

/** Collects codes row by row; rows come in order. */
export function codesBuilder(rows: number, cols: number) {
  let indices = new Uint32Array(Math.max(16, rows * 8));
  let values = new Float64Array(indices.length);
  const rowStarts = new Uint32Array(rows + 1);
  let row = 0;
  let length = 0;
  return {
    push(index: number, value: number): void {
      if (length === indices.length) {
        const [oldIndices, oldValues] = [indices, values];
        indices = new Uint32Array(2 * length);
        values = new Float64Array(2 * length);
        indices.set(oldIndices);
        values.set(oldValues);
      }
      indices[length] = index;
      values[length++] = value;
    },
    endRow(): void {
      rowStarts[++row] = length;
    },
    finish(): SparseCodes {
      return { rows, cols, rowStarts, indices: indices.slice(0, length), values: values.slice(0, length) };
    },
  };
}

/**
 * The coefficients as a dense array.
 *
 * @returns `rows * cols` values, row-major
 * @example
 * ```ts
 * const codes = await encode(featureMatrixFrom([[2, 0]]), featureMatrixFrom([[1, 0], [0, 1]]), omp({ atoms: 1 }));
 * [...denseCodes(codes)] // [2, 0]
 * ```
 */
export function denseCodes({ rows, cols, rowStarts, indices, values }: SparseCodes): Float32Array {
  const dense = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) {
      dense[row * cols + indices[entry]] = values[entry];
    }
  }
  return dense;
}

/**
 * Solves in units in which single precision holds the atoms' squared norms; ordinary atoms are left as they are.
 *
 * @param prepare gives the encoder of the scaled problem; `scale` is what inner products were multiplied by
 */
export function inOrdinaryUnits(gram: Gram, prepare: (gram: Gram, scale: number) => Encoder): Encoder {
  const scale = ordinaryScale(Math.sqrt(largestSquaredNorm(gram))) ** 2;
  if (scale === 1) return prepare(gram, 1);
  const scaled = (values: Products) => Float64Array.from(values, (value) => value * scale);
  const scaledGram = (inDouble: Gram['inDouble']) => inDouble && (() => scaled(inDouble()));
  const encoder = prepare(
    { atoms: gram.atoms, data: scaled(gram.data), inDouble: scaledGram(gram.inDouble) },
    scale,
  );
  const scaledSignals = (signals: Signals): Signals => ({
    count: signals.count,
    cross: scaled(signals.cross),
    inDouble: scaledGram(signals.inDouble),
    excluded: signals.excluded,
    get squaredNorms() {
      return signals.squaredNorms.map((value) => value * scale);
    },
  });
  const { without } = encoder;
  return Object.assign((signals: Signals) => encoder(scaledSignals(signals)), {
    without:
      without &&
      ((unused: readonly number[]) => {
        const rest = without(unused);
        return (signals: Signals) => rest(scaledSignals(signals));
      }),
  });
}

function largestSquaredNorm({ atoms, data }: Gram): number {
  let largest = 0;
  for (let atom = 0; atom < atoms; atom++) largest = Math.max(largest, data[atom * (atoms + 1)]);
  return largest;
}

/**
 * The squared norms of the atoms.
 *
 * @throws RangeError naming one that its precision does not hold
 */
export function squaredNormsOf({ atoms, data, squaredNorms }: Gram): Float64Array {
  const norms = squaredNorms ?? Float64Array.from({ length: atoms }, (_, atom) => data[atom * (atoms + 1)]);
  for (let atom = 0; atom < atoms; atom++) {
    if (!(norms[atom] >= 0 && norms[atom] < Infinity))
      throw new RangeError(
        `gram holds ${norms[atom]} as the squared norm of atom ${atom}; expected a finite number >= 0: remove that atom, or compute products in double precision`,
      );
  }
  return norms;
}

/** Below it single precision loses inner products of atoms that are not quite the largest. */
const leastSingleSquare = 1e-30;

/**
 * Checks that a Gram matrix has the size that it says, and squared norms that its precision holds.
 *
 * @throws RangeError naming what is wrong
 */
export function checkGram(gram: Gram): void {
  const { atoms, data } = gram;
  if (atoms < 1 || data.length !== atoms * atoms) {
    throw new RangeError(
      `gram has ${data.length} values for ${atoms} atoms; expected atoms^2, with at least one atom`,
    );
  }
  squaredNormsOf(gram);
  const largest = largestSquaredNorm(gram);
  if (data instanceof Float32Array && largest > 0 && largest < leastSingleSquare)
    throw new RangeError(
      `gram's largest squared norm is ${largest} in single precision; expected at least ${leastSingleSquare}: scale the features, or compute products in double precision`,
    );
}

/** Checks that the arrays of signals fit the dictionary. */
export function checkSignals({ count, cross, excluded }: Signals, atoms: number): void {
  if (cross.length !== count * atoms || (excluded && excluded.length !== count)) {
    throw new RangeError(
      `signals have ${cross.length} inner products; expected ${count} * ${atoms}, and one excluded atom a signal`,
    );
  }
}
