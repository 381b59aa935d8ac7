import { numberIn } from '../base';
import type { Plane } from '../images';

/**
 * One score per image: the mean of the largest values of its map.
 *
 * @param maps anomaly maps
 * @param topFraction of the pixels whose mean is taken, in (0, 1]; the smallest positive value gives the maximum. Default 0.01
 * @param pixels that count; the others have the least values of the map. Default: all
 * @returns a score per map; larger is more anomalous
 * @throws RangeError when the fraction is out of range
 * @example
 * ```ts
 * const map = createPlane({ width: 2, height: 2 }, Float32Array.of(1, 4, 2, 3));
 * [...imageScores([map], 0.5)] // [3.5]
 * ```
 */
export function imageScores(maps: readonly Plane[], topFraction = 0.01, pixels?: number): Float32Array {
  numberIn({ topFraction }, { above: 0, to: 1 });
  return Float32Array.from(maps, ({ data }) => {
    const top = topCount(topFraction, pixels ?? data.length);
    const largest = largestOf(data, top);
    let sum = 0;
    for (let index = 0; index < top; index++) sum += largest[index];
    return sum / top;
  });
}

/** The number of values whose mean is a score. */
export function topCount(topFraction: number, pixels: number): number {
  return Math.max(1, Math.round(topFraction * pixels));
}

/** The `count` largest values in increasing order: those above a bound that a sample gives, sorted. */
function largestOf(data: Float32Array, count: number): Float32Array {
  const step = Math.max(1, Math.floor(data.length / 1024));
  const sample = Float32Array.from(
    { length: Math.floor(data.length / step) },
    (_, index) => data[index * step],
  ).sort();
  // About twice as many values as needed lie above the bound; where too few do, all values are sorted.
  const bound = sample[Math.max(0, sample.length - 1 - Math.ceil((2 * count) / step) - 8)];
  const above = data.filter((value) => value >= bound);
  const candidates = above.length >= count ? above : data.slice();
  return candidates.sort().subarray(candidates.length - count);
}
