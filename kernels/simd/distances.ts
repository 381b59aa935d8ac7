/** Features of so few dimensions are summed in double precision. */
const toyCols: i32 = 32;

/**
 * Lowers every feature's least squared distance to a centre where `centre` is nearer than those before, and finds the farthest
 * feature. A feature is compared in full only where a bound does not already show that `centre` is farther:
 * `|head - head'|^2 + (|tail| - |tail'|)^2` is at most the squared distance.
 *
 * @param features `[rows, cols]` f32
 * @param heads leading coordinates in an orthonormal basis, `[rows, headCols]` f32; `headCols` is a multiple of 8, or 0
 * @param lows lower bounds of the tails' norms, `rows` f32
 * @param highs their upper bounds
 * @param margin rounding error of a bound, absolute
 * @param least `rows` f32; negative for a centre
 * @param counted out: u32, features compared in full
 * @returns index of the farthest feature, the lowest of equal ones; -1 when every one is a centre
 */
export function lowerDistances(
  features: usize,
  rows: i32,
  cols: i32,
  heads: usize,
  headCols: i32,
  lows: usize,
  highs: usize,
  margin: f32,
  least: usize,
  centre: i32,
  counted: usize,
): i32 {
  const step = (<usize>cols) << 2;
  const headStep = (<usize>headCols) << 2;
  const own = features + <usize>centre * step;
  const ownHead = heads + <usize>centre * headStep;
  const ownLow = load<f32>(lows + ((<usize>centre) << 2));
  const ownHigh = load<f32>(highs + ((<usize>centre) << 2));
  let count = 0;
  let farthest = -1;
  let largest: f32 = -1;
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row) << 2;
    let nearest = load<f32>(least + at);
    if (nearest < 0) continue;
    let near = true;
    if (headCols > 0) {
      const apart: f32 = max<f32>(
        0,
        max<f32>(load<f32>(lows + at) - ownHigh, ownLow - load<f32>(highs + at)),
      );
      const bound: f32 = headDistance(heads + <usize>row * headStep, ownHead, headStep) + apart * apart;
      near = <f32>0.9999 * bound <= nearest + margin;
    }
    if (near) {
      count++;
      const distance = squaredDistance(features + <usize>row * step, own, cols);
      if (distance < nearest) {
        nearest = distance;
        store<f32>(least + at, nearest);
      }
    }
    if (nearest > largest) {
      largest = nearest;
      farthest = row;
    }
  }
  store<u32>(counted, count);
  return farthest;
}

function headDistance(left: usize, right: usize, bytes: usize): f32 {
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
  let sum: f64 = headDistance(left, right, whole);
  for (let at = whole; at < (<usize>cols) << 2; at += 4) {
    const difference = <f64>load<f32>(left + at) - <f64>load<f32>(right + at);
    sum += difference * difference;
  }
  return <f32>sum;
}
