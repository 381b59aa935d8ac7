import { extent, integerIn } from '../base';
import type { RgbImage } from '../images';

/**
 * Images in rows of `columns` (default: all in one row), with white gaps; smaller ones lie at the top left of their cell.
 *
 * @param options the number of columns, and the gap in pixels, default 4
 * @example
 * ```ts
 * const { image } = drawSynthetic('nut', { size: 32 });
 * tile([image, image], { gap: 4 }).width // 68
 * ```
 * @throws RangeError when there is no image or `columns` is not a positive integer
 */
export function tile(
  images: readonly RgbImage[],
  { columns = images.length, gap = 4 }: { columns?: number; gap?: number } = {},
): RgbImage {
  if (images.length === 0) throw new RangeError('there are no images; expected at least one');
  integerIn({ columns }, [1]);
  const [, cellWidth] = extent(images.map(({ width }) => width));
  const [, cellHeight] = extent(images.map(({ height }) => height));
  const across = Math.min(columns, images.length);
  const width = across * (cellWidth + gap) - gap;
  const height = Math.ceil(images.length / columns) * (cellHeight + gap) - gap;
  const data = new Float32Array(width * height * 3).fill(1);
  images.forEach((image, index) => {
    const left = (index % columns) * (cellWidth + gap);
    const top = Math.floor(index / columns) * (cellHeight + gap);
    for (let y = 0; y < image.height; y++) {
      const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
      data.set(row, ((top + y) * width + left) * 3);
    }
  });
  return { width, height, data };
}
