import { concatenate, invalid, numberIn } from '../base';
import type { Mask, Plane } from '../images';
import { sortScores } from './sort-scores';

/** Parameters of {@link aupimo}. */
export interface AupimoOptions {
  /** Fractions of nominal pixels between which recall is averaged, in (0, 1]. Default `[1e-5, 1e-4]`. */
  falseAlarms?: readonly [number, number];
  /** Number of thresholds between the least and the largest value on nominal images. Default 300 000. */
  thresholds?: number;
}

/**
 * AUPIMO: the recall of every anomalous image's defect pixels, averaged over thresholds at which only very few pixels of
 * nominal images are false positives. With `F(t)` the fraction of nominal images' pixels at or above t and `R(t)` the fraction of an
 * image's anomalous pixels, it is `∫ R d log F / log(high / low)` over the thresholds with F from `low` to `high`.
 *
 * @param maps anomaly maps of one size
 * @param masks their ground truth; null leaves an image out
 * @returns a value in [0, 1] per map, larger is better; undefined for an image without anomalous pixels
 * @throws RangeError when there is no nominal image, a bound is out of range, or the thresholds are too coarse for the bounds
 * @see Bertoldo et al., AUPIMO, BMVC 2024; equal to anomalib's `aupimo_scores`
 * @example
 * ```ts
 * const plane = (values: number[]) => createPlane({ width: 4, height: 1 }, Float32Array.from(values));
 * const mask = (values: number[]) => ({ width: 4, height: 1, data: Uint8Array.from(values) });
 * const scores = aupimo([plane([0, 1, 2, 3]), plane([0, 0, 9, 1])], [mask([0, 0, 0, 0]), mask([0, 0, 1, 1])], {
 *   falseAlarms: [0.25, 1],
 * });
 * scores[1]! > 0.6 // true
 * ```
 */
export function aupimo(
  maps: readonly Plane[],
  masks: readonly (Mask | null)[],
  options: AupimoOptions = {},
): (number | undefined)[] {
  const { falseAlarms = [1e-5, 1e-4], thresholds: count = 300_000 } = options;
  const [low, high] = falseAlarms;
  numberIn({ 'upper bound of false alarms': high }, { above: 0, to: 1 });
  numberIn({ 'lower bound of false alarms': low }, { above: 0, below: high });
  const nominal = sorted(
    maps.filter((_, index) => masks[index] && !masks[index].data.includes(1)).map(({ data }) => data),
  );
  if (nominal.length === 0)
    throw invalid({ 'nominal images': 0 }, 'at least one, which gives the false alarms');
  const least = nominal[nominal.length - 1];
  const step = (nominal[0] - least) / (count - 1);
  const threshold = (index: number) => least + step * index;
  const rates = ratesAt(
    nominal,
    Array.from({ length: count }, (_, index) => threshold(index)),
  );
  const [first, last] = [nearest(rates, high), nearest(rates, low)];
  if (!(last > first))
    throw invalid(
      { thresholds: count },
      `more, so that false alarms of ${low} and ${high} have thresholds of their own, or more nominal images`,
    );
  const used = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (at) => rates[at] > 0,
  );
  const logs = used.map((index) => Math.log(rates[index]));
  const places = used.map(threshold);
  return maps.map(({ data }, image) => {
    const mask = masks[image];
    const anomalous = data.filter((_, pixel) => mask?.data[pixel]);
    if (anomalous.length === 0) return undefined;
    const recalls = ratesAt(sorted([anomalous]), places);
    let area = 0;
    for (let at = 1; at < used.length; at++)
      area += ((recalls[at - 1] + recalls[at]) / 2) * (logs[at - 1] - logs[at]);
    return Math.min(1, Math.max(0, area / Math.log(high / low)));
  });
}

/** All values in decreasing order. */
function sorted(parts: readonly Float32Array[]): Float32Array {
  const values = concatenate(parts, Float32Array);
  sortScores(values);
  return values;
}

/** Fraction of values, in decreasing order, at or above each threshold; thresholds in increasing order. */
function ratesAt(values: Float32Array, thresholds: readonly number[]): Float64Array {
  const rates = new Float64Array(thresholds.length);
  let above = values.length;
  thresholds.forEach((threshold, index) => {
    while (above > 0 && values[above - 1] < threshold) above--;
    rates[index] = above / values.length;
  });
  return rates;
}

/** The first index whose rate is nearest. */
function nearest(rates: Float64Array, wanted: number): number {
  let best = 0;
  for (let index = 1; index < rates.length; index++)
    if (Math.abs(rates[index] - wanted) < Math.abs(rates[best] - wanted)) best = index;
  return best;
}
