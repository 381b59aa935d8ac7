import { integerIn } from '../base';
import type { Sample } from '../images';
import type { SplitFeatures } from './live';

/**
 * Where a sample of the split stands among those that were used.
 *
 * @throws RangeError when the split has no such sample; Error naming it and why it was skipped
 */
export function usedIndex(
  { indices, skipped }: SplitFeatures,
  all: readonly Sample[],
  index: number,
): number {
  integerIn({ index }, [0, all.length - 1]);
  const at = indices.indexOf(index);
  if (at >= 0) return at;
  const { path } = all[index];
  throw new Error(`${path} was skipped: ${skipped.find((one) => one.path === path)?.reason}`);
}
