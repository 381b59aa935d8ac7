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
  smoothRows({ width, height, data: map }, kernel);
  smoothColumns({ width, height, data: map }, kernel);
}

/** The place that a place beyond the border is mirrored to. */
function mirrored(place: number, length: number): number {
  const folded = ((place % (2 * length)) + 2 * length) % (2 * length);
  return folded < length ? folded : 2 * length - 1 - folded;
}

function smoothRows({ width, height, data }: Plane, kernel: Float64Array): void {
  const radius = (kernel.length - 1) / 2;
  const padded = new Float64Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    for (let x = -radius; x < 0; x++) padded[x + radius] = row[mirrored(x, width)];
    for (let x = 0; x < width; x++) padded[x + radius] = row[x];
    for (let x = width; x < width + radius; x++) padded[x + radius] = row[mirrored(x, width)];
    for (let x = 0; x < width; x++) {
      let value = kernel[radius] * padded[x + radius];
      for (let offset = 1; offset <= radius; offset++)
        value += kernel[radius + offset] * (padded[x + radius - offset] + padded[x + radius + offset]);
      row[x] = value;
    }
  }
}

/** Row after row, so that memory is read in its order. */
function smoothColumns({ width, height, data }: Plane, kernel: Float64Array): void {
  const radius = (kernel.length - 1) / 2;
  const source = data.slice();
  const sum = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width; x < width; x++) sum[x] = kernel[radius] * source[at++];
    for (let offset = 1; offset <= radius; offset++) {
      const weight = kernel[radius + offset];
      let above = mirrored(y - offset, height) * width;
      let below = mirrored(y + offset, height) * width;
      for (let x = 0; x < width; x++) sum[x] += weight * (source[above++] + source[below++]);
    }
    data.set(sum, y * width);
  }
}
