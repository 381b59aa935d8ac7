import { createPlane, type Plane } from '../images';

/**
 * Bilinear interpolation with half-pixel centres; values beyond the border are the border's.
 *
 * @param size of the result, in pixels
 * @returns a new plane
 * @example
 * ```ts
 * const plane = createPlane({ width: 2, height: 1 }, Float32Array.of(0, 1));
 * [...upsample(plane, { width: 4, height: 1 }).data] // [0, 0.25, 0.75, 1]
 * ```
 */
export function upsample({ width, height, data }: Plane, size: { width: number; height: number }): Plane {
  const large = createPlane(size);
  const columns = sourcePositions(width, size.width);
  const rows = sourcePositions(height, size.height);
  for (let y = 0; y < size.height; y++) {
    const [top, bottom] = [rows.low[y] * width, rows.high[y] * width];
    for (let x = 0; x < size.width; x++) {
      const [left, right, fraction] = [columns.low[x], columns.high[x], columns.fraction[x]];
      const above = data[top + left] + (data[top + right] - data[top + left]) * fraction;
      const below = data[bottom + left] + (data[bottom + right] - data[bottom + left]) * fraction;
      large.data[y * size.width + x] = above + (below - above) * rows.fraction[y];
    }
  }
  return large;
}

function sourcePositions(length: number, newLength: number) {
  const low = new Uint32Array(newLength);
  const high = new Uint32Array(newLength);
  const fraction = new Float32Array(newLength);
  for (let index = 0; index < newLength; index++) {
    const position = Math.min(length - 1, Math.max(0, ((index + 0.5) * length) / newLength - 0.5));
    low[index] = Math.floor(position);
    high[index] = Math.min(length - 1, low[index] + 1);
    fraction[index] = position - low[index];
  }
  return { low, high, fraction };
}
