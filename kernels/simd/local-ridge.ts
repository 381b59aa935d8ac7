import { innerProduct } from './inner-product';

/**
 * Ridge regression of one signal on its nearest atoms: `min_c |x - X_N c|^2 + penalty * mean|x_j|^2 * |c|^2`.
 *
 * @param gram `[atoms, stride]` f32
 * @param stride a multiple of 4, at least the number of atoms
 * @param cross `stride` f32: `X^T x`; what lies beyond the atoms has no effect
 * @param squaredNorms `stride` f32, infinite beyond the atoms
 * @param excluded an atom that may not be used, or -1
 * @param limit number of nearest atoms
 * @param distances room for `limit` f32
 * @param factor room for `[limit, limit]` f64
 * @param chosen out: `limit` u32, the nearest first
 * @param solution out: `limit` f64
 * @returns number of atoms chosen
 */
export function localRidge(
  gram: usize,
  stride: i32,
  cross: usize,
  squaredNorms: usize,
  excluded: i32,
  limit: i32,
  penalty: f64,
  distances: usize,
  factor: usize,
  chosen: usize,
  solution: usize,
): i32 {
  const found = nearest(stride, cross, squaredNorms, excluded, limit, distances, chosen);
  if (found === 0) return 0;
  let trace: f64 = 0;
  for (let i = 0; i < found; i++) {
    const atom = load<u32>(chosen + ((<usize>i) << 2));
    const row = gram + <usize>atom * ((<usize>stride) << 2);
    const line = factor + <usize>(i * limit) * 8;
    for (let j = 0; j <= i; j++) {
      const other = load<u32>(chosen + ((<usize>j) << 2));
      store<f64>(line + ((<usize>j) << 3), <f64>load<f32>(row + ((<usize>other) << 2)));
    }
    trace += load<f64>(line + ((<usize>i) << 3));
    store<f64>(solution + ((<usize>i) << 3), <f64>load<f32>(cross + ((<usize>atom) << 2)));
  }
  const scaled = (penalty * trace) / <f64>found;
  const added = scaled > 0 ? scaled : penalty;
  for (let i = 0; i < found; i++) {
    const line = factor + <usize>(i * limit) * 8;
    for (let j = 0; j < i; j++) {
      const other = factor + <usize>(j * limit) * 8;
      const value = load<f64>(line + ((<usize>j) << 3)) - innerProduct(line, other, j);
      store<f64>(line + ((<usize>j) << 3), value / load<f64>(other + ((<usize>j) << 3)));
    }
    const pivot = load<f64>(line + ((<usize>i) << 3)) + added - innerProduct(line, line, i);
    const root = Math.sqrt(Math.max(pivot, added * 1e-9));
    store<f64>(line + ((<usize>i) << 3), root);
    const value = load<f64>(solution + ((<usize>i) << 3)) - innerProduct(line, solution, i);
    store<f64>(solution + ((<usize>i) << 3), value / root);
  }
  for (let i = found - 1; i >= 0; i--) {
    let value = load<f64>(solution + ((<usize>i) << 3));
    for (let k = i + 1; k < found; k++) {
      value -= load<f64>(factor + <usize>(k * limit + i) * 8) * load<f64>(solution + ((<usize>k) << 3));
    }
    store<f64>(solution + ((<usize>i) << 3), value / load<f64>(factor + <usize>(i * limit + i) * 8));
  }
  return found;
}

/**
 * Finds the atoms of least `|x_j|^2 - 2 <x, x_j>`. Exemplars are searched farthest first, so that near ones come late: the last atoms
 * are looked at first, which makes the bound small early.
 */
function nearest(
  stride: i32,
  cross: usize,
  squaredNorms: usize,
  excluded: i32,
  limit: i32,
  distances: usize,
  chosen: usize,
): i32 {
  let found = 0;
  let worst: f32 = f32.MAX_VALUE;
  let bound = f32x4.splat(worst);
  const two = f32x4.splat(2);
  for (let start = stride - 4; start >= 0; start -= 4) {
    const at = (<usize>start) << 2;
    const four = f32x4.sub(v128.load(squaredNorms + at), f32x4.mul(two, v128.load(cross + at)));
    const smaller = f32x4.lt(four, bound);
    if (!v128.any_true(smaller)) continue;
    let lanes = i32x4.bitmask(smaller);
    while (lanes) {
      const lane = ctz(lanes);
      lanes &= lanes - 1;
      const own = at + ((<usize>lane) << 2);
      const distance = load<f32>(squaredNorms + own) - 2 * load<f32>(cross + own);
      const atom = start + lane;
      if (!(distance < worst) || atom === excluded) continue;
      let place = found < limit ? found++ : limit - 1;
      while (place > 0 && load<f32>(distances + ((<usize>(place - 1)) << 2)) > distance) {
        store<f32>(distances + ((<usize>place) << 2), load<f32>(distances + ((<usize>(place - 1)) << 2)));
        store<u32>(chosen + ((<usize>place) << 2), load<u32>(chosen + ((<usize>(place - 1)) << 2)));
        place--;
      }
      store<f32>(distances + ((<usize>place) << 2), distance);
      store<u32>(chosen + ((<usize>place) << 2), atom);
      if (found === limit) {
        worst = load<f32>(distances + ((<usize>(limit - 1)) << 2));
        bound = f32x4.splat(worst);
      }
    }
  }
  return found;
}
