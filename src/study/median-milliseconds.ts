import { integerIn } from '../base';

/**
 * Measures how long work takes: the median of several runs after one that is not counted, so that neither compilation nor a busy moment
 * decides.
 *
 * @param runs that are counted. Default 5
 * @throws RangeError when `runs` is not a positive integer; what the work throws
 * @example
 * ```ts
 * (await medianMilliseconds(async () => 1)) < 50 // true
 * ```
 */
export async function medianMilliseconds(work: () => Promise<unknown>, runs = 5): Promise<number> {
  integerIn({ runs }, [1]);
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}
