import type { Mask } from '../images';
import type { FeatureMaps } from './feature-maps';

/**
 * The positions of a map whose cells are ignored by more than half. A position's cell reaches half way to its neighbours.
 *
 * @param mask what is ignored, framed as the images are
 * @returns 1 where ignored, `height * width` values
 */
export function ignoredPositions(
  mask: Mask,
  { height, width, placement }: Pick<FeatureMaps, 'height' | 'width' | 'placement'>,
): Uint8Array {
  const rows = cellsAlong(height, mask.height, placement?.y);
  const columns = cellsAlong(width, mask.width, placement?.x);
  const ignored = new Uint8Array(height * width);
  for (const [row, [top, bottom]] of rows.entries())
    for (const [column, [left, right]] of columns.entries()) {
      let marked = 0;
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) marked += mask.data[y * mask.width + x];
      ignored[row * width + column] = 2 * marked > (bottom - top) * (right - left) ? 1 : 0;
    }
  return ignored;
}

/** The pixels whose centres lie in each cell along an axis. */
function cellsAlong(
  positions: number,
  side: number,
  { first, step } = { first: 0.5 / positions, step: 1 / positions },
): [start: number, end: number][] {
  const pixelAt = (place: number) => Math.min(side, Math.max(0, Math.ceil(place * side - 0.5 - 1e-9)));
  return Array.from({ length: positions }, (_, at) => [
    pixelAt(first + (at - 0.5) * step),
    pixelAt(first + (at + 0.5) * step),
  ]);
}
