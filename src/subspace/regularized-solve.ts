import { choleskyInverse, createFeatureMatrix, multiply, type Products } from '../matrix';
import { type LeavingOut, leavingOut } from './leaving-out';
import { type Gram, meanSquaredNorm, type Signals } from './solver';

/** Coefficients `c` of `(G + weight I) c = b` for every signal, without `unused` and its excluded atom; `count * atoms` values. */
type RegularizedSolve = (signals: Signals, unused: readonly number[]) => Promise<Float64Array>;

/** From this many atoms on products run on an engine, in single precision. */
const manyAtoms = 512;
/** Unit roundoff of single precision. */
const singleRoundoff = 2 ** -24;

/**
 * Solves `(G + weight I) c = b` by the inverse, in double precision or, for many atoms, in single precision with refinement.
 *
 * The largest eigenvalue of G is at most `atoms * mean ‖x_j‖²`. Where the weight is less than a unit roundoff of that, single
 * precision loses the weight: refinement need not converge and a Gram matrix in single precision need not be positive definite. Then,
 * and where refinement turns out not to converge, all is computed in double precision, from the atoms where they are known.
 *
 * @throws RangeError when the matrix is singular in double precision
 */
export function regularizedSolve(gram: Gram, weight: number): RegularizedSolve {
  const { atoms, data } = gram;
  const inDouble = () => solveInDouble(gram, weight);
  const largest = atoms * meanSquaredNorm(gram);
  if (weight < singleRoundoff * largest) return inDouble();
  const inverse = regularizedInverse(gram, data, weight);
  if (atoms < manyAtoms) {
    return async (signals, unused) => {
      const codes = timesSymmetric(signals.cross, inverse, signals.count, atoms);
      leavingOut(inverse, atoms, unused, signals).fromCodes(codes);
      return codes;
    };
  }
  const single = (values: Products, rows: number) =>
    createFeatureMatrix(rows, atoms, values instanceof Float32Array ? values : new Float32Array(values));
  const [gramHere, inverseHere] = [single(data, atoms), single(inverse, atoms)];
  const product = (right: typeof gramHere) => async (values: Products, count: number) =>
    new Float64Array((await multiply(single(values, count), right)).data);
  const system = { atoms, weight, timesGram: product(gramHere), timesInverse: product(inverseHere) };
  let fallback: RegularizedSolve | undefined;
  return async (signals, unused) => {
    const left = leavingOut(inverse, atoms, unused, signals);
    const { codes, converged } = await refine(system, signals.cross, signals.count, left, 1e-8);
    return converged ? codes : (fallback ??= inDouble())(signals, unused);
  };
}

function solveInDouble(gram: Gram, weight: number): RegularizedSolve {
  const { atoms } = gram;
  const data = gram.inDouble?.() ?? gram.data;
  const inverse = regularizedInverse(gram, data, weight);
  const product = (matrix: Products) => async (values: Products, count: number) =>
    timesSymmetric(values, matrix, count, atoms);
  const system = { atoms, weight, timesGram: product(data), timesInverse: product(inverse) };
  return async (signals, unused) => {
    const left = leavingOut(inverse, atoms, unused, signals);
    const cross = signals.inDouble?.() ?? signals.cross;
    return (await refine(system, cross, signals.count, left, 1e-14)).codes;
  };
}

function regularizedInverse(gram: Gram, data: Products, weight: number): Float64Array {
  const { atoms } = gram;
  const regularized = new Float64Array(data);
  for (let atom = 0; atom < atoms; atom++) regularized[atom * (atoms + 1)] += weight;
  try {
    return choleskyInverse(regularized, atoms).inverse();
  } catch (cause) {
    const share = (weight / meanSquaredNorm(gram)).toExponential(1);
    throw new RangeError(
      `ridge's weight is ${share} of the atoms' mean squared norm, at which the Gram matrix of ${atoms} atoms is singular; expected more: raise the penalty or the variance`,
      { cause },
    );
  }
}

/** A matrix `G + weight I` and about its inverse, by the products of many rows with them. */
interface System {
  atoms: number;
  weight: number;
  timesGram(values: Products, count: number): Promise<Float64Array>;
  timesInverse(values: Products, count: number): Promise<Float64Array>;
}

const mostRefinements = 8;

/**
 * Solves for what the coefficients leave of b, again and again, until the next residual is about `tolerance` of b or less.
 *
 * @returns coefficients, and whether every residual was at most half of the one before
 */
async function refine(
  { atoms, weight, timesGram, timesInverse }: System,
  cross: Products,
  count: number,
  left: LeavingOut,
  tolerance: number,
): Promise<{ codes: Float64Array; converged: boolean }> {
  const codes = await timesInverse(cross, count);
  left.fromCodes(codes);
  let before = 1;
  for (let step = 0; step < mostRefinements; step++) {
    const residual = await timesGram(codes, count);
    for (let at = 0; at < residual.length; at++) residual[at] = cross[at] - residual[at] - weight * codes[at];
    left.fromResidual(residual);
    const now = largestShare(residual, cross, atoms);
    if (!(now <= before / 2)) return { codes, converged: false };
    const correction = await timesInverse(residual, count);
    left.fromCodes(correction);
    for (let at = 0; at < codes.length; at++) codes[at] += correction[at];
    if (now * (now / before) <= tolerance) return { codes, converged: true };
    before = now;
  }
  return { codes, converged: false };
}

/** The largest norm of a row as a fraction of that of the same row of `whole`. */
function largestShare(part: Products, whole: Products, cols: number): number {
  let largest = 0;
  for (let start = 0; start < part.length; start += cols) {
    let [above, below] = [0, 0];
    for (let at = start; at < start + cols; at++) {
      above += part[at] * part[at];
      below += whole[at] * whole[at];
    }
    // A value that overflowed is NaN and makes the result NaN.
    if (above !== 0) largest = Math.max(largest, above / below);
  }
  return Math.sqrt(largest);
}

function timesSymmetric(rows: Products, matrix: Products, count: number, size: number): Float64Array {
  const values = new Float64Array(count * size);
  for (let row = 0; row < count; row++) {
    for (let inner = 0; inner < size; inner++) {
      const value = rows[row * size + inner];
      if (value === 0) continue;
      for (let col = 0; col < size; col++) values[row * size + col] += value * matrix[inner * size + col];
    }
  }
  return values;
}
