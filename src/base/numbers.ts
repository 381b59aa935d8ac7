/** The smallest and the largest of some values; `[Infinity, -Infinity]` where there are none. Unlike `Math.min(...values)` it takes any number of values. */
export function extent(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    if (values[index] < low) low = values[index];
    if (values[index] > high) high = values[index];
  }
  return [low, high];
}

/** `count` indices of `of` things, at even distances from the first on. */
export function evenIndices(count: number, of: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor((index * of) / count));
}

/** Arrays of one type, one after the other. */
export function concatenate<Values extends Float32Array | Uint32Array>(
  parts: readonly Values[],
  create: new (length: number) => Values,
): Values {
  const whole = new create(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The mean of some values and their standard deviation (of the population); NaN where there are none. */
export function moments(values: ArrayLike<number>): { mean: number; standardDeviation: number } {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  const mean = sum / values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index] - mean) ** 2;
  return { mean, standardDeviation: Math.sqrt(squares / values.length) };
}
