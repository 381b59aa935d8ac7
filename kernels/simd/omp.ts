import { innerProduct } from './inner-product';

let largest: f64 = 0;

/** {@link pursue} in single or double precision. */
export function omp(
  single: bool,
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
  return single
    ? pursue<f32>(
        gram,
        stride,
        correlations,
        squaredNorm,
        limit,
        tolerance,
        basis,
        factor,
        forward,
        chosen,
        solution,
      )
    : pursue<f64>(
        gram,
        stride,
        correlations,
        squaredNorm,
        limit,
        tolerance,
        basis,
        factor,
        forward,
        chosen,
        solution,
      );
}

/**
 * Batch-OMP of one signal. Every chosen atom adds a row `w = X^T q` to `basis`, where q is the atom made orthogonal to those
 * before it: `w` is both the next column of the Cholesky factor and what the correlations change by. The factor from which
 * coefficients come is computed once more, in double precision, from the Gram matrix.
 *
 * @param gram `[atoms, stride]`; columns beyond the atoms are zero
 * @param stride a multiple of 8 in double, of 16 in single precision
 * @param correlations `[2, stride]`, in: the first row is `X^T x`, NaN for an atom that may not be used; the second is room
 * @param basis room for `[limit, stride]`
 * @param factor room for `[limit, limit]` f64
 * @param forward room for `limit` f64
 * @param chosen out: `limit` u32
 * @param solution out: `limit` f64; meanwhile room for weights
 * @returns number of atoms chosen
 */
function pursue<T>(
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
  const negligible = (sizeof<T>() === 4 ? 1e-7 : 1e-12) * Math.sqrt(squaredNorm);
  const step = <usize>stride * sizeof<T>();
  const present = correlations + step;
  let size = 0;
  let explained: f64 = 0;
  memory.copy(present, correlations, step);
  findLargest<T>(present, step);
  while (size < limit && Math.sqrt(Math.max(0, squaredNorm - explained)) > tolerance) {
    const best = locate<T>(present, stride);
    if (best < 0) break;
    const row = gram + <usize>best * step;
    const norm = <f64>load<T>(row + <usize>best * sizeof<T>());
    if (largest <= negligible * Math.sqrt(norm)) break;
    const line = factor + ((<usize>size * limit) << 3);
    let rest = norm;
    for (let j = 0; j < size; j++) {
      const other = factor + ((<usize>j * limit) << 3);
      const product = <f64>load<T>(row + <usize>load<u32>(chosen + ((<usize>j) << 2)) * sizeof<T>());
      const value = (product - innerProduct(line, other, j)) / load<f64>(other + ((<usize>j) << 3));
      store<f64>(line + ((<usize>j) << 3), value);
      store<T>(solution + <usize>j * sizeof<T>(), <T>value);
      rest -= value * value;
    }
    if (!(rest > 1e-12 * norm)) break;
    const length = Math.sqrt(rest);
    store<f64>(line + ((<usize>size) << 3), length);
    const own = <f64>load<T>(correlations + <usize>best * sizeof<T>());
    const share = (own - innerProduct(line, forward, size)) / length;
    store<f64>(forward + ((<usize>size) << 3), share);
    store<u32>(chosen + ((<usize>size) << 2), best);
    explained += share * share;
    if (size + 1 < limit) orthogonalise<T>(row, step, size, 1 / length, solution, basis, present, share);
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
function orthogonalise<T>(
  row: usize,
  step: usize,
  size: i32,
  scale: f64,
  weights: usize,
  basis: usize,
  correlations: usize,
  share: f64,
): void {
  const inverse = v128.splat<T>(<T>scale);
  const shares = v128.splat<T>(<T>share);
  let best = v128.splat<T>(0);
  let own = basis + <usize>size * step;
  let column = basis;
  const end = row + step;
  while (row < end) {
    let a = v128.load(row);
    let b = v128.load(row, 16);
    let c = v128.load(row, 32);
    let d = v128.load(row, 48);
    let other = column;
    for (let j = 0; j < size; j++) {
      const weight = v128.load_splat<T>(weights + <usize>j * sizeof<T>());
      a = v128.sub<T>(a, v128.mul<T>(weight, v128.load(other)));
      b = v128.sub<T>(b, v128.mul<T>(weight, v128.load(other, 16)));
      c = v128.sub<T>(c, v128.mul<T>(weight, v128.load(other, 32)));
      d = v128.sub<T>(d, v128.mul<T>(weight, v128.load(other, 48)));
      other += step;
    }
    a = v128.mul<T>(a, inverse);
    b = v128.mul<T>(b, inverse);
    c = v128.mul<T>(c, inverse);
    d = v128.mul<T>(d, inverse);
    v128.store(own, a);
    v128.store(own, b, 16);
    v128.store(own, c, 32);
    v128.store(own, d, 48);
    a = v128.sub<T>(v128.load(correlations), v128.mul<T>(shares, a));
    b = v128.sub<T>(v128.load(correlations, 16), v128.mul<T>(shares, b));
    c = v128.sub<T>(v128.load(correlations, 32), v128.mul<T>(shares, c));
    d = v128.sub<T>(v128.load(correlations, 48), v128.mul<T>(shares, d));
    v128.store(correlations, a);
    v128.store(correlations, b, 16);
    v128.store(correlations, c, 32);
    v128.store(correlations, d, 48);
    best = v128.pmax<T>(best, v128.abs<T>(a));
    best = v128.pmax<T>(best, v128.abs<T>(b));
    best = v128.pmax<T>(best, v128.abs<T>(c));
    best = v128.pmax<T>(best, v128.abs<T>(d));
    row += 64;
    own += 64;
    column += 64;
    correlations += 64;
  }
  settle<T>(best);
}

function findLargest<T>(values: usize, step: usize): void {
  let best = v128.splat<T>(0);
  for (const end = values + step; values < end; values += 16) {
    best = v128.pmax<T>(best, v128.abs<T>(v128.load(values)));
  }
  settle<T>(best);
}

function settle<T>(best: v128): void {
  if (sizeof<T>() === 4) {
    const left = max<f32>(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1));
    largest = max<f32>(left, max<f32>(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)));
  } else {
    largest = max<f64>(f64x2.extract_lane(best, 0), f64x2.extract_lane(best, 1));
  }
}

/** The first place of the largest magnitude, or -1 where all are zero. */
function locate<T>(values: usize, count: i32): i32 {
  if (largest === 0) return -1;
  const wanted = v128.splat<T>(<T>largest);
  const lanes = 16 / sizeof<T>();
  for (let at = 0; at < count; at += <i32>lanes) {
    const equal = v128.eq<T>(v128.abs<T>(v128.load(values + <usize>at * sizeof<T>())), wanted);
    if (v128.any_true(equal)) {
      let place = at;
      while (abs<T>(load<T>(values + <usize>place * sizeof<T>())) !== <T>largest) place++;
      return place;
    }
  }
  return -1;
}
