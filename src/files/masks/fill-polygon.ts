import type { Mask } from '../../images';

/** A point in pixels: the upper left corner of an image is (0, 0), the middle of its first pixel (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/**
 * Marks the pixels whose middle lies in a polygon, by the even-odd rule, as pycocotools, Pillow and OpenCV fill polygons. A polygon
 * that holds no pixel's middle, such as a thin scratch, marks the pixels that its outline passes through instead.
 *
 * @param points the corners, at least 3; the last one is joined to the first; those outside of the mask are cut off
 */
export function fillPolygon(mask: Mask, points: readonly Point[]): void {
  const crossings = crossingsOf(mask, points);
  let marked = false;
  for (const [row, own] of crossings) {
    own.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < own.length; pair += 2) {
      const from = Math.max(0, Math.ceil(own[pair] - 0.5));
      const to = Math.min(mask.width, Math.ceil(own[pair + 1] - 0.5));
      if (from >= to) continue;
      mask.data.fill(1, row * mask.width + from, row * mask.width + to);
      marked = true;
    }
  }
  if (!marked) drawOutline(mask, points);
}

/** Where the outline crosses the middle of each row. */
function crossingsOf({ height }: Mask, points: readonly Point[]): Map<number, number[]> {
  const crossings = new Map<number, number[]>();
  points.forEach(([x0, y0], index) => {
    const [x1, y1] = points[(index + 1) % points.length];
    const [top, bottom] = y0 < y1 ? [y0, y1] : [y1, y0];
    const end = Math.min(height, Math.ceil(bottom - 0.5));
    for (let row = Math.max(0, Math.ceil(top - 0.5)); row < end; row++) {
      const x = x0 + ((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0);
      const own = crossings.get(row);
      if (own) own.push(x);
      else crossings.set(row, [x]);
    }
  });
  return crossings;
}

/** Steps per pixel along an outline. */
const stepsPerPixel = 4;

function drawOutline(mask: Mask, points: readonly Point[]): void {
  points.forEach(([x0, y0], index) => {
    const [x1, y1] = points[(index + 1) % points.length];
    const longest = mask.width + mask.height;
    const length = Math.min(longest, Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)));
    const steps = Math.max(1, Math.ceil(length * stepsPerPixel));
    for (let step = 0; step <= steps; step++) {
      const column = Math.floor(x0 + ((x1 - x0) * step) / steps);
      const row = Math.floor(y0 + ((y1 - y0) * step) / steps);
      if (column >= 0 && row >= 0 && column < mask.width && row < mask.height)
        mask.data[row * mask.width + column] = 1;
    }
  });
}

/** Marks the pixels of a box. */
export function fillBox(mask: Mask, [x0, y0]: Point, [x1, y1]: Point): void {
  fillPolygon(mask, [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ]);
}

/** Marks the pixels whose middle lies within a distance of a line between two points; a disc where they are one. */
export function fillNear(mask: Mask, [x0, y0]: Point, [x1, y1]: Point, distance: number): void {
  const { width, height, data } = mask;
  const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const first = (low: number) => Math.max(0, Math.floor(low - distance));
  const [right, bottom] = [Math.max(x0, x1) + distance, Math.max(y0, y1) + distance];
  for (let row = first(Math.min(y0, y1)); row < Math.min(height, bottom); row++)
    for (let column = first(Math.min(x0, x1)); column < Math.min(width, right); column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      const along = squared > 0 ? ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared : 0;
      const at = Math.min(1, Math.max(0, along));
      const away = (x - x0 - at * (x1 - x0)) ** 2 + (y - y0 - at * (y1 - y0)) ** 2;
      if (away <= distance ** 2) data[row * width + column] = 1;
    }
}
