/** Features of so few dimensions are summed in double precision. */
const toyCols: i32 = 32;

/**
 * Inner products of one feature with features `from` to `to`.
 *
 * @param feature `cols` f32
 * @param others `[to, cols]` f32
 * @param out `to - from` f32
 */
export function products(feature: usize, cols: i32, others: usize, from: i32, to: i32, out: usize): void {
  const step = (<usize>cols) << 2;
  others += <usize>from * step;
  if (cols <= toyCols) {
    for (let other = from; other < to; other++, out += 4, others += step) {
      let sum: f64 = 0;
      for (let at: usize = 0; at < step; at += 4)
        sum += <f64>load<f32>(feature + at) * <f64>load<f32>(others + at);
      store<f32>(out, <f32>sum);
    }
    return;
  }
  for (let other = from; other < to; other++, out += 4, others += step) {
    store<f32>(out, innerProduct(feature, others, cols));
  }
}

/** In sixteen single-precision sums. */
function innerProduct(left: usize, right: usize, cols: i32): f32 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  const whole = left + ((<usize>(cols & ~15)) << 2);
  const end = left + ((<usize>cols) << 2);
  for (; left < whole; left += 64, right += 64) {
    a = f32x4.add(a, f32x4.mul(v128.load(left), v128.load(right)));
    b = f32x4.add(b, f32x4.mul(v128.load(left, 16), v128.load(right, 16)));
    c = f32x4.add(c, f32x4.mul(v128.load(left, 32), v128.load(right, 32)));
    d = f32x4.add(d, f32x4.mul(v128.load(left, 48), v128.load(right, 48)));
  }
  a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  let sum: f32 =
    f32x4.extract_lane(a, 0) +
    f32x4.extract_lane(a, 1) +
    (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
  for (; left < end; left += 4, right += 4) sum += load<f32>(left) * load<f32>(right);
  return sum;
}
