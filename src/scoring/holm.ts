import { numberIn } from '../base';

/**
 * Significance levels corrected for the number of comparisons, step by step from the smallest: the k-th smallest of m times
 * `m - k + 1`, at least as large as the one before it, at most 1. Where none of the m compared things differs, the probability that any corrected
 * level is below α is at most α, however the comparisons depend on each other.
 *
 * @param levels a level per comparison, in [0, 1]
 * @returns the corrected levels, in the order of `levels`
 * @throws RangeError when a level is not in [0, 1]
 * @see Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 1979
 * @example
 * ```ts
 * holm([0.01, 0.04, 0.03]).map((level) => level.toFixed(2)) // ['0.03', '0.06', '0.06']
 * ```
 */
export function holm(levels: readonly number[]): number[] {
  levels.forEach((level, index) => numberIn({ [`levels[${index}]`]: level }, { from: 0, to: 1 }));
  const corrected = new Array<number>(levels.length);
  let largest = 0;
  [...levels.keys()]
    .sort((a, b) => levels[a] - levels[b])
    .forEach((index, rank) => {
      largest = Math.min(1, Math.max(largest, (levels.length - rank) * levels[index]));
      corrected[index] = largest;
    });
  return corrected;
}
