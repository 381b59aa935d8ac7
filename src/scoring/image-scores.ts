import { numberIn } from '../base';
import type { Plane } from '../images';

/**
 * One score per image: the mean of the largest values of its map.
 *
 * @param maps anomaly maps
 * @param topFraction of the pixels whose mean is taken, in (0, 1]; the smallest positive value gives the maximum. Default 0.01
 * @returns a score per map; larger is more anomalous
 * @throws RangeError when the fraction is out of range
 * @example
 * ```ts
 * const map = createPlane({ width: 2, height: 2 }, Float32Array.of(1, 4, 2, 3));
 * [...imageScores([map], 0.5)] // [3.5]
 * ```
 */
export function imageScores(maps: readonly Plane[], topFraction = 0.01): Float32Array {
  numberIn({ topFraction }, { above: 0, to: 1 });
  return Float32Array.from(maps, ({ data }) => {
    const top = Math.max(1, Math.round(topFraction * data.length));
    const sorted = data.slice().sort();
    let sum = 0;
    for (let index = data.length - top; index < data.length; index++) sum += sorted[index];
    return sum / top;
  });
}
