import { sortScores } from '../scoring';

/** Values of nominal pixels in decreasing order, of which few are kept: those at {@link ranksOf} ranks. */
export interface NominalPixels {
  /** Number of all values. */
  count: number;
  values: readonly number[];
}

/** Up to this rank every value is kept, and beyond it ranks grow by the factor. */
const allUpTo = 100;
const growth = 1.01;

/** Ranks whose values are kept, the largest value having rank 1: those beyond 100 grow by 1 %, so that a rate is known to 1 % of itself. */
export function ranksOf(count: number): number[] {
  const ranks: number[] = [];
  for (let rank = 1; rank < count; rank = rank < allUpTo ? rank + 1 : Math.ceil(rank * growth))
    ranks.push(rank);
  return [...ranks, count];
}

/** Keeps a bounded part of values; of 10 million 1,300. */
export function nominalPixelsOf(values: Float32Array): NominalPixels {
  const sorted = values.slice();
  sortScores(sorted);
  return { count: sorted.length, values: ranksOf(sorted.length).map((rank) => sorted[rank - 1]) };
}

/** What would be kept of the values of both, to within 1 % of their ranks. */
export function joinPixels(one: NominalPixels, other: NominalPixels): NominalPixels {
  const parts = [...weighted(one), ...weighted(other)].sort((a, b) => b.value - a.value);
  const count = one.count + other.count;
  const values: number[] = [];
  let [at, below] = [0, parts[0].weight];
  for (const rank of ranksOf(count)) {
    while (below < rank) below += parts[++at].weight;
    values.push(parts[at].value);
  }
  return { count, values };
}

/** The kept value whose rank is the given one or the next. */
export function valueAtRank({ count, values }: NominalPixels, rank: number): number {
  return values[ranksOf(count).findIndex((kept) => kept >= rank)];
}

/** Kept values with the number of values that they stand for. */
function weighted({ count, values }: NominalPixels): { value: number; weight: number }[] {
  const ranks = ranksOf(count);
  return values.map((value, at) => ({ value, weight: ranks[at] - (at > 0 ? ranks[at - 1] : 0) }));
}
