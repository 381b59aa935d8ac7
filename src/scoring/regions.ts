import type { Mask } from '../images';

/** Connected regions of a mask. */
export interface Regions {
  count: number;
  /** Region of every pixel, from 1; 0 where nominal. */
  labels: Uint32Array;
  /** Pixels of region i + 1. */
  sizes: number[];
}

/** Labels the 8-connected anomalous regions of a mask, in the order of their first pixel. */
export function labelRegions({ width, height, data }: Mask): Regions {
  const labels = new Uint32Array(width * height);
  const sizes: number[] = [];
  const stack: number[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (!data[seed] || labels[seed]) continue;
    const label = sizes.length + 1;
    let size = 0;
    labels[seed] = label;
    stack.push(seed);
    while (stack.length > 0) {
      const pixel = stack.pop()!;
      size++;
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const neighbour = ny * width + nx;
          if (!data[neighbour] || labels[neighbour]) continue;
          labels[neighbour] = label;
          stack.push(neighbour);
        }
      }
    }
    sizes.push(size);
  }
  return { count: sizes.length, labels, sizes };
}
