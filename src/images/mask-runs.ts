import { frameMask } from './frame-image';
import type { Framing } from './framing';
import type { Mask } from './mask';

/** A mask in few numbers, which a memory bank keeps. */
export interface MaskRuns {
  width: number;
  height: number;
  /** Lengths of runs of pixels, row by row: of those that are not marked and those that are, in turn. */
  runs: readonly number[];
}

/** The longest side of a mask that is kept, in pixels: anomaly maps are smaller. */
const longest = 1024;

/**
 * A mask as runs, reduced by nearest neighbour to at most 1024 pixels a side.
 *
 * @example
 * ```ts
 * runsOf({ width: 3, height: 2, data: Uint8Array.of(0, 0, 1, 1, 0, 0) }).runs // [2, 2, 2]
 * ```
 */
export function runsOf(mask: Mask): MaskRuns {
  const scale = Math.min(1, longest / Math.max(mask.width, mask.height));
  const width = Math.max(1, Math.round(mask.width * scale));
  const height = Math.max(1, Math.round(mask.height * scale));
  const { data } = scale < 1 ? frameMask(mask, { size: { width, height } }) : mask;
  const runs: number[] = [];
  for (let at = 0, marked = 0; at < data.length; marked = 1 - marked) {
    const start = at;
    while (at < data.length && data[at] === marked) at++;
    runs.push(at - start);
  }
  return { width, height, runs };
}

/** The inverse of {@link runsOf}, brought to the size of a framing as images are: where their border is continued, so is the mask. */
export function maskOfRuns({ width, height, runs }: MaskRuns, framing: Framing): Mask {
  const data = new Uint8Array(width * height);
  let at = 0;
  for (const [index, length] of runs.entries()) data.fill(index % 2, at, (at += length));
  return frameMask({ width, height, data }, framing, { isContinued: true });
}
