import type { RgbImage } from '../images';
import { heatColour } from './overlay';

/** A map as an image: grey, or heat colours, over its own or a given range. */
export function mapImage(
  map: ArrayLike<number>,
  height: number,
  width: number,
  { range, heat = false }: { range?: readonly [number, number]; heat?: boolean } = {},
): RgbImage {
  const values = Float32Array.from(map);
  const [low, high] = range ?? [Math.min(...values), Math.max(...values)];
  const data = new Float32Array(height * width * 3);
  values.forEach((value, pixel) => {
    const share = (value - low) / (high - low || 1);
    data.set(heat ? heatColour(share) : [share, share, share], pixel * 3);
  });
  return { width, height, data };
}

/** An image enlarged by a whole factor, every pixel a square. */
export function enlarge({ width, height, data }: RgbImage, factor: number): RgbImage {
  if (!Number.isInteger(factor) || factor < 1)
    throw new RangeError(`factor is ${factor}; expected a positive integer`);
  const large = new Float32Array(width * height * factor * factor * 3);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 3;
      large.set(data.subarray(from, from + 3), (y * width * factor + x) * 3);
    }
  }
  return { width: width * factor, height: height * factor, data: large };
}

/** A part of an image; what lies beyond the border is white. */
export function crop(image: RgbImage, left: number, top: number, size: number): RgbImage {
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

/**
 * Images in rows of `columns`, with white gaps; smaller ones lie at the top left of their cell.
 *
 * @throws RangeError when there is no image or `columns` is not a positive integer
 */
export function tile(images: readonly RgbImage[], columns: number, gap = 4): RgbImage {
  if (images.length === 0) throw new RangeError('there are no images; expected at least one');
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`columns is ${columns}; expected a positive integer`);
  const cellWidth = Math.max(...images.map(({ width }) => width));
  const cellHeight = Math.max(...images.map(({ height }) => height));
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
