/**
 * The quantile of some values by the nearest rank: the value at index `round(fraction · (n - 1))` of the sorted values. No value
 * between two of them is made up, so that a fraction of 0.5 gives the upper median of an even number of values.
 *
 * @param fraction in [0, 1]
 * @returns one of the values; undefined when there are none
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.round(fraction * (sorted.length - 1))];
}
