/**
 * Adds the products of features with themselves, `Σ x xᵀ`, to the lower triangle of a matrix; beyond its diagonal a row holds one more
 * value than it needs.
 *
 * @param features `[count, stride]` of f64; `count` is a multiple of 4, `stride` is even
 * @param scatter `[cols, stride]` of f64
 */
export function addScatter(features: usize, count: i32, cols: i32, stride: i32, scatter: usize): void {
  const step = (<usize>stride) << 3;
  for (let image = 0; image < count; image += 4, features += step << 2) {
    for (let row = 0; row < cols; row++) {
      const own = features + ((<usize>row) << 3);
      const a = v128.load64_splat(own);
      const b = v128.load64_splat(own + step);
      const c = v128.load64_splat(own + 2 * step);
      const d = v128.load64_splat(own + 3 * step);
      let line = scatter + <usize>row * step;
      const end = line + ((<usize>(row & ~1)) << 3) + 16;
      for (let other = features; line < end; line += 16, other += 16) {
        const first = f64x2.add(f64x2.mul(a, v128.load(other)), f64x2.mul(b, v128.load(other + step)));
        const second = f64x2.add(
          f64x2.mul(c, v128.load(other + 2 * step)),
          f64x2.mul(d, v128.load(other + 3 * step)),
        );
        v128.store(line, f64x2.add(v128.load(line), f64x2.add(first, second)));
      }
    }
  }
}
