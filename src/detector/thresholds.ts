import { concatenate } from '../base';
import type { Plane } from '../images';
import { sortScores } from '../scoring';
import { type NominalPixels, valueAtRank } from './nominal-pixels';
import { predictionLimit } from './prediction-limit';

/** Values at and above which something is anomalous. */
export interface Thresholds {
  /** Threshold of map values. */
  pixel: number;
  /** Threshold of image scores. */
  image: number;
}

/** Fractions of nominal images and pixels that the thresholds may call anomalous: the rates of false positives. */
export interface FalseAlarms {
  image: number;
  pixel: number;
}

/** With fewer left-out scores above the threshold than this, it is fitted. */
const leastAbove = 3;

/** The number of values above the conformal quantile of `count` values. */
const valuesAbove = (count: number, rate: number) => count + 1 - Math.ceil((1 - rate) * (count + 1) - 1e-9);

/** The least number of left-out images with which the image threshold is counted, not fitted. */
export const leastCounted = (rate: number) => Math.ceil(leastAbove / rate - 1 - 1e-9);

/**
 * Thresholds from nominal images that were each reconstructed without themselves, or validation images; labels of anomalies are not used. A threshold lies
 * just above the `⌈(1 - rate) (n + 1)⌉`-th smallest of `n` values, so that a further nominal value reaches it with at most the chosen
 * probability (as in conformal prediction; Vovk et al., 2005). Where that leaves fewer than 3 of the image scores at or above the
 * threshold, it would hang on one or two images: it is then the {@link predictionLimit} of a normal distribution of the scores.
 *
 * @param maps anomaly maps of these images, at least two
 * @param scores their image scores
 */
export function nominalThresholds(
  { maps, scores }: { maps: readonly Pick<Plane, 'data'>[]; scores: Float32Array },
  falseAlarms: FalseAlarms,
): Thresholds {
  const pixels = concatenate(
    maps.map(({ data }) => data),
    Float32Array,
  );
  return {
    pixel: quantile(pixels, falseAlarms.pixel),
    image: imageThreshold(scores, falseAlarms.image),
  };
}

/** The threshold of image scores. */
export function imageThreshold(scores: Float32Array, rate: number): number {
  const isCounted = valuesAbove(scores.length, rate) >= leastAbove;
  return isCounted ? quantile(scores, rate) : justAbove(predictionLimit(scores, rate));
}

/** The threshold of pixels of which a part is kept. */
export function pixelThreshold(pixels: NominalPixels, rate: number): number {
  return justAbove(valueAtRank(pixels, Math.max(1, valuesAbove(pixels.count, rate))));
}

/** The least number above the quantile, so that what equals it is not called anomalous. */
function quantile(values: Float32Array, rate: number): number {
  const sorted = values.slice();
  sortScores(sorted);
  return justAbove(sorted[Math.max(0, valuesAbove(values.length, rate) - 1)]);
}

const justAbove = (value: number) => value + Math.max(1e-6, Math.abs(value) * 1e-6);
