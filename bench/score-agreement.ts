/** Spearman's rank correlation of two lists of scores, ties at the mean of their ranks. */
export function rankCorrelation(left: readonly number[], right: readonly number[]): number {
  return correlation(ranks(left), ranks(right));
}

/**
 * Largest difference of two lists of scores, in the range of the first, after the second was scaled by the factor that brings it
 * closest.
 */
export function largestDifference(left: readonly number[], right: readonly number[]): number {
  const factor = product(left, right) / product(right, right);
  const range = Math.max(...left) - Math.min(...left);
  return Math.max(...left.map((value, at) => Math.abs(value - factor * right[at]))) / range;
}

function product(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, at) => sum + value * right[at], 0);
}

function correlation(left: readonly number[], right: readonly number[]): number {
  const [own, other] = [left, right].map((list) => {
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    return list.map((value) => value - mean);
  });
  return product(own, other) / Math.sqrt(product(own, own) * product(other, other));
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same - 1) / 2;
  });
}
