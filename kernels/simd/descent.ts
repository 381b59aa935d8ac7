import { innerProduct } from './inner-product';

/** Violating atoms that enter the active set per round, the largest first. */
const entrantsPerRound: i32 = 8;

let gram: usize = 0;
let stride: i32 = 0;
let capacity: i32 = 0;
let own: usize = 0;
let correlations: usize = 0;
let isActive: usize = 0;
/** The active set: atoms (u32) and coefficients (f64). */
let atoms: usize = 0;
let coefficients: usize = 0;
/** The Gram matrix of the active set, `[size, size]`. */
let local: usize = 0;
let localCorrelations: usize = 0;
/** Cholesky factor of the support's Gram matrix, `[capacity, capacity]`. */
let factor: usize = 0;
/** Half-way and whole solution by the factor. */
let forward: usize = 0;
let target: usize = 0;
/** Places in the active set of nonzero coefficients. */
let support: usize = 0;
/** Rows of the Gram matrix and coefficients that correlations change by. */
let rows: usize = 0;
let weights: usize = 0;
/** The atoms that violate optimality most, and by how much. */
let entrants: usize = 0;
let violations: usize = 0;
let entrantCount: i32 = 0;
let dualNorm: f64 = 0;
let gap: f64 = 0;

function f(base: usize, index: i32): f64 {
  return load<f64>(base + ((<usize>index) << 3));
}

function put(base: usize, index: i32, value: f64): void {
  store<f64>(base + ((<usize>index) << 3), value);
}

function atomAt(index: i32): i32 {
  return load<i32>(atoms + ((<usize>index) << 2));
}

function supportAt(index: i32): i32 {
  return load<i32>(support + ((<usize>index) << 2));
}

/**
 * Lays out the working memory.
 *
 * @param gramAt the Gram matrix `[_, columns]` of f64, symmetric; `columns` is a multiple of 8 and unused columns are zero
 * @param start of free memory, a multiple of 16
 * @param largest size of an active set
 */
export function prepareDescent(gramAt: usize, columns: i32, start: usize, largest: i32): void {
  gram = gramAt;
  stride = columns;
  capacity = largest;
  const line = (<usize>columns) << 3;
  const short = (<usize>((largest + 1) & ~1)) << 3;
  own = start;
  correlations = own + line;
  isActive = correlations + line;
  coefficients = isActive + line;
  atoms = coefficients + short;
  localCorrelations = atoms + short;
  forward = localCorrelations + short;
  target = forward + short;
  support = target + short;
  rows = support + short;
  weights = rows + short;
  entrants = weights + short;
  violations = entrants + 64;
  local = violations + 64;
  factor = local + ((<usize>largest * largest) << 3);
}

export function ownAt(): usize {
  return own;
}

export function activeAtomsAt(): usize {
  return atoms;
}

export function coefficientsAt(): usize {
  return coefficients;
}

export function lastGap(): f64 {
  return gap;
}

/**
 * Minimises `1/2 |x - X c|^2 + l1 |c|_1 + l2/2 |c|^2` from the active set in memory, into it, until the duality gap is at most
 * `gapLimit` or after `maxRounds` of growing the set.
 *
 * @param count atoms of the dictionary
 * @param size of the active set at the start
 * @param excluded an atom that may not be used, or -1
 * @returns size of the active set; its coefficients are nonzero
 */
export function descend(
  count: i32,
  squaredNorm: f64,
  l1: f64,
  l2: f64,
  excluded: i32,
  size: i32,
  gapLimit: f64,
  maxRounds: i32,
): i32 {
  if (excluded >= 0) put(own, excluded, NaN);
  let round = 0;
  while (true) {
    for (let i = 0; i < size; i++) store<u8>(isActive + atomAt(i), 1);
    correlate(count, size);
    scan(count, size, l1, l2);
    for (let i = 0; i < size; i++) store<u8>(isActive + atomAt(i), 0);
    gap = dualityGap(squaredNorm, size, l1, l2);
    size = dropZeros(size);
    if (gap <= gapLimit || round >= maxRounds) break;
    round++;
    size = enter(size);
    minimise(size, l1, l2);
  }
  return size;
}

/**
 * Whether no atom of `[from, to)` can lower the cost that the active set gives: each one's correlation is at most `l1`.
 */
export function certify(from: i32, to: i32, size: i32, l1: f64): bool {
  for (let atom = from; atom < to; atom++) {
    let value = f(own, atom);
    const row = gram + ((<usize>atom * stride) << 3);
    for (let i = 0; i < size; i++) value -= f(coefficients, i) * f(row, atomAt(i));
    if (Math.abs(value) > l1) return false;
  }
  return true;
}

/** `l1 |c|_1 + 1/2 |x - X c|^2` of a unit-norm x. */
export function objective(size: i32, l1: f64): f64 {
  let value: f64 = 0.5;
  for (let i = 0; i < size; i++) {
    const row = gram + ((<usize>atomAt(i) * stride) << 3);
    let quadratic: f64 = 0;
    for (let j = 0; j < size; j++) quadratic += f(coefficients, j) * f(row, atomAt(j));
    value += f(coefficients, i) * (quadratic / 2 - f(own, atomAt(i))) + l1 * Math.abs(f(coefficients, i));
  }
  return value;
}

/** `X^T (x - X c)`. */
function correlate(count: i32, size: i32): void {
  let used = 0;
  for (let i = 0; i < size; i++) {
    const value = f(coefficients, i);
    if (value === 0) continue;
    store<usize>(rows + ((<usize>used) << 2), gram + ((<usize>atomAt(i) * stride) << 3));
    put(weights, used++, value);
  }
  const end = (<usize>((count + 7) & ~7)) << 3;
  for (let at: usize = 0; at < end; at += 64) {
    let a = v128.load(own + at);
    let b = v128.load(own + at, 16);
    let c = v128.load(own + at, 32);
    let d = v128.load(own + at, 48);
    for (let i = 0; i < used; i++) {
      const weight = v128.load64_splat(weights + ((<usize>i) << 3));
      const row = load<usize>(rows + ((<usize>i) << 2)) + at;
      a = f64x2.sub(a, f64x2.mul(weight, v128.load(row)));
      b = f64x2.sub(b, f64x2.mul(weight, v128.load(row, 16)));
      c = f64x2.sub(c, f64x2.mul(weight, v128.load(row, 32)));
      d = f64x2.sub(d, f64x2.mul(weight, v128.load(row, 48)));
    }
    v128.store(correlations + at, a);
    v128.store(correlations + at, b, 16);
    v128.store(correlations + at, c, 32);
    v128.store(correlations + at, d, 48);
  }
}

/**
 * Finds the largest correlation, for the elastic net of the augmented data (Fercoq, Gramfort, Salmon, ICML 2015), and the
 * atoms to enter.
 */
function scan(count: i32, size: i32, l1: f64, l2: f64): void {
  if (l2 > 0) {
    for (let i = 0; i < size; i++) {
      put(correlations, atomAt(i), f(correlations, atomAt(i)) - l2 * f(coefficients, i));
    }
  }
  entrantCount = 0;
  let best = f64x2.splat(0);
  const limit = f64x2.splat(l1);
  const padded = (count + 1) & ~1;
  for (let atom = 0; atom < padded; atom += 2) {
    const magnitude = f64x2.abs(v128.load(correlations + ((<usize>atom) << 3)));
    best = f64x2.pmax(best, magnitude);
    const above = f64x2.gt(magnitude, limit);
    if (v128.any_true(above)) {
      if (i64x2.extract_lane(above, 0)) note(atom, f64x2.extract_lane(magnitude, 0));
      if (i64x2.extract_lane(above, 1)) note(atom + 1, f64x2.extract_lane(magnitude, 1));
    }
  }
  dualNorm = Math.max(f64x2.extract_lane(best, 0), f64x2.extract_lane(best, 1));
  if (l2 > 0) {
    for (let i = 0; i < size; i++) {
      put(correlations, atomAt(i), f(correlations, atomAt(i)) + l2 * f(coefficients, i));
    }
  }
}

/** Keeps the largest violations, in decreasing order. */
function note(atom: i32, magnitude: f64): void {
  if (load<u8>(isActive + atom)) return;
  if (entrantCount === entrantsPerRound) {
    if (!(magnitude > f(violations, entrantCount - 1))) return;
    entrantCount--;
  }
  let place = entrantCount++;
  for (; place > 0 && f(violations, place - 1) < magnitude; place--) {
    put(violations, place, f(violations, place - 1));
    store<i32>(entrants + ((<usize>place) << 2), load<i32>(entrants + ((<usize>(place - 1)) << 2)));
  }
  put(violations, place, magnitude);
  store<i32>(entrants + ((<usize>place) << 2), atom);
}

function enter(size: i32): i32 {
  for (let i = 0; i < entrantCount && size < capacity; i++, size++) {
    store<i32>(atoms + ((<usize>size) << 2), load<i32>(entrants + ((<usize>i) << 2)));
    put(coefficients, size, 0);
  }
  return size;
}

function dropZeros(size: i32): i32 {
  let kept = 0;
  for (let i = 0; i < size; i++) {
    if (f(coefficients, i) === 0) continue;
    store<i32>(atoms + ((<usize>kept) << 2), atomAt(i));
    put(coefficients, kept++, f(coefficients, i));
  }
  return kept;
}

function dualityGap(squaredNorm: f64, size: i32, l1: f64, l2: f64): f64 {
  let fit: f64 = 0;
  let quadratic: f64 = 0;
  let absolute: f64 = 0;
  let square: f64 = 0;
  for (let i = 0; i < size; i++) {
    const value = f(coefficients, i);
    const product = f(own, atomAt(i));
    fit += value * product;
    quadratic += value * (product - f(correlations, atomAt(i)));
    absolute += Math.abs(value);
    square += value * value;
  }
  const residual = Math.max(0, squaredNorm - 2 * fit + quadratic);
  const scale = dualNorm > l1 ? l1 / dualNorm : 1;
  const shared = 0.5 * (1 + scale * scale) * (residual + l2 * square);
  return shared + l1 * absolute - scale * (squaredNorm - fit);
}

/**
 * Minimises over the active set alone: a sweep of coordinate descent settles the signs of what entered, then Newton steps stay
 * within the signs' orthant.
 */
function minimise(size: i32, l1: f64, l2: f64): void {
  for (let i = 0; i < size; i++) {
    put(localCorrelations, i, f(correlations, atomAt(i)));
    const row = gram + ((<usize>atomAt(i) * stride) << 3);
    for (let j = 0; j < size; j++) put(local, i * size + j, f(row, atomAt(j)));
  }
  sweep(size, l1, l2);
  newton(size, l1, l2);
}

function sweep(size: i32, l1: f64, l2: f64): void {
  for (let i = 0; i < size; i++) {
    const norm = f(local, i * size + i);
    const old = f(coefficients, i);
    const pull = f(localCorrelations, i) + old * norm;
    const shrunk = pull > l1 ? pull - l1 : pull < -l1 ? pull + l1 : 0;
    const step = shrunk / (norm + l2) - old;
    if (step === 0) continue;
    put(coefficients, i, old + step);
    for (let j = 0; j < size; j++) {
      put(localCorrelations, j, f(localCorrelations, j) - step * f(local, i * size + j));
    }
  }
}

/**
 * Goes to the minimum among coefficients of the present signs; one that reaches zero on the way stays there, and the rest go
 * on.
 */
function newton(size: i32, l1: f64, l2: f64): void {
  let factorised = 0;
  for (;;) {
    let count = 0;
    let same = factorised;
    for (let i = 0; i < size; i++) {
      if (f(coefficients, i) === 0) continue;
      if (count < same && supportAt(count) !== i) same = count;
      store<i32>(support + ((<usize>count) << 2), i);
      count++;
    }
    const dependent = factorise(same, count, size, l1, l2);
    if (dependent >= 0) {
      shedAlongNullSpace(dependent);
      factorised = dependent;
      continue;
    }
    factorised = count;
    for (let row = count - 1; row >= 0; row--) {
      let value = f(forward, row);
      for (let k = row + 1; k < count; k++) value -= f(factor, k * capacity + row) * f(target, k);
      put(target, row, value / f(factor, row * capacity + row));
    }
    let share: f64 = 1;
    let blocking = -1;
    for (let row = 0; row < count; row++) {
      const old = f(coefficients, supportAt(row));
      if (old * f(target, row) > 0) continue;
      const reach = old / (old - f(target, row));
      if (reach < share) {
        share = reach;
        blocking = supportAt(row);
      }
    }
    for (let row = 0; row < count; row++) {
      const old = f(coefficients, supportAt(row));
      put(coefficients, supportAt(row), old + share * (f(target, row) - old));
    }
    if (blocking < 0) return;
    put(coefficients, blocking, 0);
  }
}

/**
 * Factorises the support's Gram matrix and solves forward.
 *
 * @param from rows before this are factorised already
 * @returns the first row of the support that depends on those before it, or -1
 */
function factorise(from: i32, count: i32, size: i32, l1: f64, l2: f64): i32 {
  for (let row = from; row < count; row++) {
    const place = supportAt(row);
    const line = factor + ((<usize>row * capacity) << 3);
    for (let col = 0; col <= row; col++) {
      const other = factor + ((<usize>col * capacity) << 3);
      let value = f(local, place * size + supportAt(col)) - innerProduct(line, other, col);
      if (row === col) {
        value += l2;
        if (!(value > 1e-10 * f(local, place * (size + 1)))) return row;
        put(line, row, Math.sqrt(value));
      } else {
        put(line, col, value / f(other, col));
      }
    }
    const pull = f(own, atomAt(place)) - (f(coefficients, place) > 0 ? l1 : -l1);
    put(forward, row, (pull - innerProduct(line, forward, row)) / f(line, row));
  }
  return -1;
}

/**
 * Atom `row` of the support depends on those before it: there is a direction that leaves `X c` as it is. Follows it towards a
 * smaller `|c|_1` until a coefficient is zero.
 */
function shedAlongNullSpace(row: i32): void {
  for (let i = row - 1; i >= 0; i--) {
    let value = f(factor, row * capacity + i);
    for (let k = i + 1; k < row; k++) value += f(factor, k * capacity + i) * f(target, k);
    put(target, i, -value / f(factor, i * capacity + i));
  }
  put(target, row, 1);
  let slope: f64 = 0;
  for (let i = 0; i <= row; i++) slope += f(coefficients, supportAt(i)) > 0 ? f(target, i) : -f(target, i);
  const way: f64 = slope > 0 ? -1 : 1;
  let reach: f64 = Infinity;
  let blocking = supportAt(row);
  for (let i = 0; i <= row; i++) {
    const old = f(coefficients, supportAt(i));
    if (old * way * f(target, i) >= 0) continue;
    const distance = -old / (way * f(target, i));
    if (distance < reach) {
      reach = distance;
      blocking = supportAt(i);
    }
  }
  if (reach < Infinity) {
    for (let i = 0; i <= row; i++) {
      put(coefficients, supportAt(i), f(coefficients, supportAt(i)) + reach * way * f(target, i));
    }
  }
  put(coefficients, blocking, 0);
}
