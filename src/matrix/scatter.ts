import type { FeatureMatrix } from './feature-matrix';
import { instantiateSimd } from './simd';

/** Features that the kernel takes at a time. */
const together = 4;

/**
 * Adds the scatter of features about the mean of their place, `Σ (x - m) (x - m)ᵀ`, to a matrix per place, in double precision.
 *
 * @param scatters a matrix `[cols, cols]` per place, whose lower triangle is added to
 * @param features `[images * places, cols]`: image by image
 * @param means `[places, cols]`
 */
export function addScatters(
  scatters: readonly Float64Array[],
  { rows, cols, data }: FeatureMatrix,
  means: FeatureMatrix,
): void {
  const places = means.rows;
  const images = rows / places;
  const count = Math.ceil(images / together) * together;
  const stride = Math.ceil(cols / 2) * 2;
  const simd = instantiateSimd(8 * stride * (count + cols) + 32);
  const [featuresAt, scatterAt] = [count, cols].map((lines) => simd.allocate(8 * lines * stride));
  const apart = new Float64Array(simd.buffer, featuresAt, count * stride);
  const lower = new Float64Array(simd.buffer, scatterAt, cols * stride);
  for (const [place, scatter] of scatters.entries()) {
    for (let image = 0; image < images; image++) {
      const from = (image * places + place) * cols;
      for (let col = 0, into = image * stride; col < cols; col++)
        apart[into++] = data[from + col] - means.data[place * cols + col];
    }
    lower.fill(0);
    simd.addScatter(featuresAt, count, cols, stride, scatterAt);
    for (let row = 0; row < cols; row++)
      for (let col = 0; col <= row; col++) scatter[row * cols + col] += lower[row * stride + col];
  }
}
