import type { AxisPlacement, Placement } from '../features';
import { createPlane, type Plane, type Size } from '../images';

/**
 * Bilinear interpolation to another size; pixels beyond the outermost positions take the values of those.
 *
 * @param size of the result, in pixels
 * @param placement where the plane's positions lie, as fractions of the result's sides. Default: at the centres of cells that
 *   cover it (half-pixel centres)
 * @returns a new plane
 * @example
 * ```ts
 * const plane = createPlane({ width: 2, height: 1 }, Float32Array.of(0, 1));
 * [...upsample(plane, { width: 4, height: 1 }).data] // [0, 0.25, 0.75, 1]
 * ```
 */
export function upsample({ width, height, data }: Plane, size: Size, placement?: Placement): Plane {
  const large = createPlane({ width: size.width, height: size.height });
  const columns = sourcePositions(width, size.width, placement?.x);
  const rows = sourcePositions(height, size.height, placement?.y);
  const line = new Float32Array(width);
  for (let y = 0, at = 0; y < size.height; y++) {
    const [top, bottom, down] = [rows.low[y] * width, rows.high[y] * width, rows.fraction[y]];
    for (let x = 0; x < width; x++) line[x] = data[top + x] + (data[bottom + x] - data[top + x]) * down;
    for (let x = 0; x < size.width; x++, at++) {
      const left = line[columns.low[x]];
      large.data[at] = left + (line[columns.high[x]] - left) * columns.fraction[x];
    }
  }
  return large;
}

function sourcePositions(
  length: number,
  newLength: number,
  { first, step }: AxisPlacement = { first: 0.5 / length, step: 1 / length },
) {
  const low = new Uint32Array(newLength);
  const high = new Uint32Array(newLength);
  const fraction = new Float32Array(newLength);
  for (let index = 0; index < newLength; index++) {
    const position = Math.min(length - 1, Math.max(0, ((index + 0.5) / newLength - first) / step));
    low[index] = Math.floor(position);
    high[index] = Math.min(length - 1, low[index] + 1);
    fraction[index] = position - low[index];
  }
  return { low, high, fraction };
}
