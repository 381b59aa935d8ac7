import type { RgbImage } from '../images';

/**
 * A square part of an image; the area beyond the border is white.
 *
 * @param part its left and top edge and its side, in pixels
 * @example
 * ```ts
 * const { image } = drawSynthetic('nut', { size: 32 });
 * crop(image, { left: -4, top: 0, size: 8 }).data[0] // 1
 * ```
 */
export function crop(
  image: RgbImage,
  { left, top, size }: { left: number; top: number; size: number },
): RgbImage {
  const data = new Float32Array(size * size * 3).fill(1);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [column, row] = [left + x, top + y];
      if (column < 0 || row < 0 || column >= image.width || row >= image.height) continue;
      const from = (row * image.width + column) * 3;
      data.set(image.data.subarray(from, from + 3), (y * size + x) * 3);
    }
  }
  return { width: size, height: size, data };
}
