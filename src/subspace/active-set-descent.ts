import { instantiateSimd } from '../matrix';

/** `1/2 |x - X c|^2 + l1 |c|_1 + l2/2 |c|^2`, by inner products. */
interface DescentProblem {
  /** Atoms in use: the first of the dictionary. */
  atoms: number;
  squaredNorm: number;
  l1: number;
  l2: number;
  /** An atom that may not be used, or -1. */
  excluded: number;
}

/** Descent on an active set over one dictionary, whose data lie in the memory of the SIMD kernels. */
export interface ActiveSetDescent {
  /** Values per row of `gram`. */
  stride: number;
  /** Inner products of the atoms, `atoms * stride` values, symmetric; what is not in use is zero. */
  gram: Float64Array;
  /** `X^T x` of the present signal; beyond the atoms in use zero. */
  own: Float64Array;
  /** The active set: atoms, and their coefficients. */
  atoms: Uint32Array;
  coefficients: Float64Array;
  /**
   * Solves for the present signal, from the first `size` entries of the active set and into it, until the duality gap is at
   * most `gapLimit` or after `maxRounds` of growing the active set.
   *
   * @returns size of the active set
   */
  solve(problem: DescentProblem, size: number, gapLimit: number, maxRounds: number): number;
  /** Duality gap of the last solution. */
  lastGap(): number;
  /** Whether the active set's residual has an inner product of at most `l1` with each atom of `[from, to)`. */
  certify(from: number, to: number, size: number, l1: number): boolean;
  /** `l1 |c|_1 + 1/2 |x - X c|^2` of a unit-norm signal. */
  objective(size: number, l1: number): number;
}

/** An active set larger than this stops growing. */
const largestActiveSet = 4096;

/**
 * Prepares active-set descent over up to `atoms` atoms: violating atoms enter a few at a time, and Newton steps within the
 * signs' orthant, with a way out along null spaces, find the minimum among those active.
 *
 * @throws RangeError when the Gram matrix does not fit into 4 GB
 */
export function activeSetDescent(atoms: number): ActiveSetDescent {
  const stride = Math.ceil(atoms / 8) * 8;
  const capacity = Math.min(atoms, largestActiveSet);
  const gramBytes = 8 * atoms * stride;
  const workBytes = 8 * (3 * stride + 8 * (capacity + 1) + 16 + 2 * capacity * capacity);
  const simd = instantiateSimd(gramBytes + workBytes + 32);
  const gramAt = simd.allocate(gramBytes);
  simd.prepareDescent(gramAt, stride, simd.allocate(workBytes), capacity);
  return {
    stride,
    gram: new Float64Array(simd.buffer, gramAt, atoms * stride),
    own: new Float64Array(simd.buffer, simd.ownAt(), stride),
    atoms: new Uint32Array(simd.buffer, simd.activeAtomsAt(), capacity),
    coefficients: new Float64Array(simd.buffer, simd.coefficientsAt(), capacity),
    solve: ({ atoms: count, squaredNorm, l1, l2, excluded }, size, gapLimit, maxRounds) =>
      simd.descend(count, squaredNorm, l1, l2, excluded, size, gapLimit, maxRounds),
    lastGap: simd.lastGap,
    certify: (from, to, size, l1) => simd.certify(from, to, size, l1) !== 0,
    objective: simd.objective,
  };
}
