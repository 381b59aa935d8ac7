import type { Plane } from '../images';

/**
 * Gaussian smoothing in place, `Σ g(u) map(x - u)` with `g(u) ∝ exp(-u² / 2σ²)` cut off at four standard deviations, mirrored at
 * the border: `scipy.ndimage.gaussian_filter` with its defaults.
 *
 * @param sigma standard deviation in pixels, > 0
 * @example
 * ```ts
 * const plane = createPlane({ width: 3, height: 1 }, Float32Array.of(0, 3, 0));
 * gaussianSmooth(plane, 0.5);
 * plane.data[1] > plane.data[0] // true
 * ```
 */
export function gaussianSmooth({ width, height, data: map }: Plane, sigma: number): void {
  const radius = Math.floor(4 * sigma + 0.5);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, value) => total + value, 0);
  kernel.forEach((value, index) => {
    kernel[index] = value / sum;
  });
  const smoothLine = (length: number, start: number, step: number, padded: Float64Array) => {
    for (let index = -radius; index < length + radius; index++) {
      const folded = ((index % (2 * length)) + 2 * length) % (2 * length);
      padded[index + radius] = map[start + step * (folded < length ? folded : 2 * length - 1 - folded)];
    }
    for (let index = 0; index < length; index++) {
      let value = kernel[radius] * padded[index + radius];
      for (let offset = 1; offset <= radius; offset++) {
        value +=
          kernel[radius + offset] * (padded[index + radius - offset] + padded[index + radius + offset]);
      }
      map[start + step * index] = value;
    }
  };
  const padded = new Float64Array(Math.max(height, width) + 2 * radius);
  for (let x = 0; x < width; x++) smoothLine(height, x, width, padded);
  for (let y = 0; y < height; y++) smoothLine(width, y * width, 1, padded);
}
