/** The lane-wise and overall largest magnitude of a vector, found while it is written. */
let largest: f64 = 0;
let largestAt: i32 = -1;

/**
 * Batch-OMP of one signal. Every chosen atom adds a row `w = X^T q` to `basis`, where q is the atom made orthogonal to those
 * before it: `w` is both the next column of the Cholesky factor and what the correlations change by.
 *
 * @param gram `[atoms, stride]`; columns beyond the atoms are zero
 * @param stride a multiple of 4
 * @param correlations in: `X^T x`, NaN for an atom that may not be used; overwritten
 * @param basis room for `[limit, stride]`
 * @param factor room for `[limit, limit]`
 * @param forward room for `limit` values
 * @param chosen out: `limit` u32
 * @param solution out: `limit` values
 * @returns number of atoms chosen
 */
export function omp(
  gram: usize,
  stride: i32,
  correlations: usize,
  squaredNorm: f64,
  limit: i32,
  tolerance: f64,
  basis: usize,
  factor: usize,
  forward: usize,
  chosen: usize,
  solution: usize,
): i32 {
  const negligible = 1e-12 * Math.sqrt(squaredNorm);
  let size = 0;
  let explained: f64 = 0;
  findLargest(correlations, stride);
  while (size < limit && Math.sqrt(Math.max(0, squaredNorm - explained)) > tolerance) {
    const best = largestAt;
    if (best < 0) break;
    const row = gram + ((<usize>best * stride) << 3);
    const norm = load<f64>(row + ((<usize>best) << 3));
    if (largest <= negligible * Math.sqrt(norm)) break;
    const line = factor + ((<usize>size * limit) << 3);
    let rest = norm;
    for (let j = 0; j < size; j++) {
      const value = load<f64>(basis + ((<usize>j * stride + best) << 3));
      store<f64>(line + ((<usize>j) << 3), value);
      rest -= value * value;
    }
    if (!(rest > 1e-12 * norm)) break;
    const length = Math.sqrt(rest);
    store<f64>(line + ((<usize>size) << 3), length);
    const share = load<f64>(correlations + ((<usize>best) << 3)) / length;
    store<f64>(forward + ((<usize>size) << 3), share);
    store<u32>(chosen + ((<usize>size) << 2), best);
    explained += share * share;
    if (size + 1 < limit) orthogonalise(row, stride, size, line, basis, correlations, share);
    size++;
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = load<f64>(forward + ((<usize>i) << 3));
    for (let j = i + 1; j < size; j++) {
      value -= load<f64>(factor + ((<usize>j * limit + i) << 3)) * load<f64>(solution + ((<usize>j) << 3));
    }
    store<f64>(solution + ((<usize>i) << 3), value / load<f64>(factor + ((<usize>i * limit + i) << 3)));
  }
  return size;
}

/** Makes row `size` of the basis, takes its share off the correlations and finds the largest of them, in one pass. */
function orthogonalise(
  row: usize,
  stride: i32,
  size: i32,
  line: usize,
  basis: usize,
  correlations: usize,
  share: f64,
): void {
  const step = (<usize>stride) << 3;
  const inverse = f64x2.splat(1 / load<f64>(line + ((<usize>size) << 3)));
  const shares = f64x2.splat(share);
  const last = line + ((<usize>size) << 3);
  let best = f64x2.splat(0);
  let bestAt = i64x2.splat(-1);
  let at0 = i64x2(0, 1);
  let at1 = i64x2(2, 3);
  const four = i64x2.splat(4);
  let own = basis + <usize>size * step;
  let column = basis;
  const end = row + step;
  while (row < end) {
    let a = v128.load(row);
    let b = v128.load(row, 16);
    let other = column;
    for (let value = line; value < last; value += 8) {
      const weight = v128.load64_splat(value);
      a = f64x2.sub(a, f64x2.mul(weight, v128.load(other)));
      b = f64x2.sub(b, f64x2.mul(weight, v128.load(other, 16)));
      other += step;
    }
    a = f64x2.mul(a, inverse);
    b = f64x2.mul(b, inverse);
    v128.store(own, a);
    v128.store(own, b, 16);
    const c = f64x2.sub(v128.load(correlations), f64x2.mul(shares, a));
    const d = f64x2.sub(v128.load(correlations, 16), f64x2.mul(shares, b));
    v128.store(correlations, c);
    v128.store(correlations, d, 16);
    const magnitude = f64x2.abs(c);
    let larger = f64x2.gt(magnitude, best);
    best = v128.bitselect(magnitude, best, larger);
    bestAt = v128.bitselect(at0, bestAt, larger);
    const second = f64x2.abs(d);
    larger = f64x2.gt(second, best);
    best = v128.bitselect(second, best, larger);
    bestAt = v128.bitselect(at1, bestAt, larger);
    at0 = i64x2.add(at0, four);
    at1 = i64x2.add(at1, four);
    row += 32;
    own += 32;
    column += 32;
    correlations += 32;
  }
  settle(best, bestAt);
}

function findLargest(values: usize, count: i32): void {
  let best = f64x2.splat(0);
  let bestAt = i64x2.splat(-1);
  let at = i64x2(0, 1);
  const two = i64x2.splat(2);
  for (const end = values + ((<usize>count) << 3); values < end; values += 16) {
    const magnitude = f64x2.abs(v128.load(values));
    const larger = f64x2.gt(magnitude, best);
    best = v128.bitselect(magnitude, best, larger);
    bestAt = v128.bitselect(at, bestAt, larger);
    at = i64x2.add(at, two);
  }
  settle(best, bestAt);
}

/** Of two lanes the larger; of equal ones that of lower index. */
function settle(best: v128, bestAt: v128): void {
  const left = f64x2.extract_lane(best, 0);
  const right = f64x2.extract_lane(best, 1);
  const leftAt = <i32>i64x2.extract_lane(bestAt, 0);
  const rightAt = <i32>i64x2.extract_lane(bestAt, 1);
  const takeRight = right > left || (right == left && rightAt >= 0 && rightAt < leftAt);
  largest = takeRight ? right : left;
  largestAt = takeRight ? rightAt : leftAt;
}
