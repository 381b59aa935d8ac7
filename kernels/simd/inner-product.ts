/** Inner product of `count` f64 values. */
export function innerProduct(left: usize, right: usize, count: i32): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let k = 0;
  for (; k + 3 < count; k += 4, left += 32, right += 32) {
    a = f64x2.add(a, f64x2.mul(v128.load(left), v128.load(right)));
    b = f64x2.add(b, f64x2.mul(v128.load(left, 16), v128.load(right, 16)));
  }
  a = f64x2.add(a, b);
  let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (; k < count; k++, left += 8, right += 8) sum += load<f64>(left) * load<f64>(right);
  return sum;
}
