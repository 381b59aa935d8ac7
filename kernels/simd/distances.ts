/** Features of so few dimensions are summed in double precision. */
const toyCols: i32 = 32;

/**
 * Lowers every feature's least squared distance to a centre where `centre` is nearer than those before, and finds the farthest
 * feature. A feature is compared in full only where two lower bounds do not already show that `centre` is farther: by its first
 * leading coordinates, `|first - first'|^2 + (|rest| - |rest'|)^2`, then by all leading ones.
 *
 * @param features `[rows, cols]` f32
 * @param first the first leading coordinates in an orthonormal basis, four features side by side: `[blocks, firstCols, 4]` f32,
 *   with `blocks = ceil(rows / 4)`
 * @param further the further ones, `[rows, furtherCols]` f32; `furtherCols` is a multiple of 8, or 0
 * @param lows lower bounds of the norms of what the first coordinates leave, `4 * blocks` f32
 * @param highs their upper bounds
 * @param margin rounding error of a bound, absolute
 * @param least `4 * blocks` f32; negative for a centre, and beyond the rows
 * @param counted out: u32, features compared in full
 * @returns index of the farthest feature, the lowest of equal ones; -1 when every one is a centre
 */
export function lowerDistances(
  features: usize,
  rows: i32,
  cols: i32,
  first: usize,
  further: usize,
  firstCols: i32,
  furtherCols: i32,
  lows: usize,
  highs: usize,
  margin: f32,
  least: usize,
  centre: i32,
  counted: usize,
): i32 {
  const step = (<usize>cols) << 2;
  const firstStep = (<usize>firstCols) << 2;
  const furtherStep = (<usize>furtherCols) << 2;
  const own = features + <usize>centre * step;
  const ownFirst = first + <usize>(centre >> 2) * (firstStep << 2) + (((<usize>centre) & 3) << 2);
  const ownFurther = further + <usize>centre * furtherStep;
  const ownLow = load<f32>(lows + ((<usize>centre) << 2));
  const ownHigh = load<f32>(highs + ((<usize>centre) << 2));
  const margins = f32x4.splat(margin);
  const slack = f32x4.splat(1.0001);
  const zero = f32x4.splat(0);
  let count = 0;
  let farthest = -1;
  let largest: f32 = -1;
  for (let block = 0; block < rows; block += 4) {
    const at = (<usize>block) << 2;
    let nearest = v128.load(least + at);
    const limits = f32x4.mul(f32x4.add(nearest, margins), slack);
    let sum = zero;
    const heads = first + at * <usize>firstCols;
    for (let col: usize = 0; col < <usize>firstCols; col++) {
      const apart = f32x4.sub(v128.load(heads + (col << 4)), v128.load32_splat(ownFirst + (col << 4)));
      sum = f32x4.add(sum, f32x4.mul(apart, apart));
    }
    const rest = f32x4.max(
      zero,
      f32x4.max(
        f32x4.sub(v128.load(lows + at), f32x4.splat(ownHigh)),
        f32x4.sub(f32x4.splat(ownLow), v128.load(highs + at)),
      ),
    );
    const bounds = f32x4.add(sum, f32x4.mul(rest, rest));
    const near = v128.and(f32x4.le(bounds, limits), f32x4.ge(nearest, zero));
    if (v128.any_true(near)) {
      const lanes = i32x4.bitmask(near);
      for (let lane = 0; lane < 4; lane++) {
        if (!(lanes & (1 << lane))) continue;
        const row = block + lane;
        const place = (<usize>row) << 2;
        const known = load<f32>(least + place);
        if (firstCols > 0) {
          let bound: f32 = rowDistance(further + <usize>row * furtherStep, ownFurther, furtherStep);
          const firsts = heads + ((<usize>lane) << 2);
          for (let col: usize = 0; col < <usize>firstCols; col++) {
            const difference = load<f32>(firsts + (col << 4)) - load<f32>(ownFirst + (col << 4));
            bound += difference * difference;
          }
          if (bound > (known + margin) * <f32>1.0001) continue;
        }
        count++;
        const distance = squaredDistance(features + <usize>row * step, own, cols);
        if (distance < known) store<f32>(least + place, distance);
      }
      nearest = v128.load(least + at);
    }
    if (v128.any_true(f32x4.gt(nearest, f32x4.splat(largest)))) {
      for (let lane = 0; lane < 4; lane++) {
        const value = load<f32>(least + at + ((<usize>lane) << 2));
        if (value > largest) {
          largest = value;
          farthest = block + lane;
        }
      }
    }
  }
  store<u32>(counted, count);
  return farthest;
}

function rowDistance(left: usize, right: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const c = f32x4.sub(v128.load(left + at), v128.load(right + at));
    const d = f32x4.sub(v128.load(left + at, 16), v128.load(right + at, 16));
    a = f32x4.add(a, f32x4.mul(c, c));
    b = f32x4.add(b, f32x4.mul(d, d));
  }
  a = f32x4.add(a, b);
  return (
    f32x4.extract_lane(a, 0) +
    f32x4.extract_lane(a, 1) +
    (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3))
  );
}

function squaredDistance(left: usize, right: usize, cols: i32): f32 {
  const whole: usize = cols <= toyCols ? 0 : ((<usize>cols) & ~7) << 2;
  let sum: f64 = rowDistance(left, right, whole);
  for (let at = whole; at < (<usize>cols) << 2; at += 4) {
    const difference = <f64>load<f32>(left + at) - <f64>load<f32>(right + at);
    sum += difference * difference;
  }
  return <f32>sum;
}
