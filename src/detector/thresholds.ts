import { concatenate } from '../base';
import type { Plane } from '../images';
import { sortScores } from '../scoring';

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

/**
 * Thresholds from nominal images that were each reconstructed without themselves, or validation images; labels of anomalies are not used. A threshold lies
 * just above the `⌈(1 - rate) (n + 1)⌉`-th smallest of `n` values, so that a further nominal value reaches it with at most the chosen
 * probability (as in conformal prediction; Vovk et al., 2005). Where the rate is too small for `n` values, it lies just above the
 * largest.
 *
 * @param maps anomaly maps of these images
 * @param scores their image scores
 */
export function nominalThresholds(
  { maps, scores }: { maps: readonly Plane[]; scores: Float32Array },
  falseAlarms: FalseAlarms,
): Thresholds {
  const pixels = concatenate(
    maps.map(({ data }) => data),
    Float32Array,
  );
  return { pixel: quantile(pixels, falseAlarms.pixel), image: quantile(scores, falseAlarms.image) };
}

/** The least number above the quantile, so that what equals it is not called anomalous. */
function quantile(values: Float32Array, rate: number): number {
  const sorted = values.slice();
  sortScores(sorted);
  const rank = Math.ceil((1 - rate) * (values.length + 1));
  const value = sorted[Math.max(0, values.length - rank)];
  return value + Math.max(1e-6, Math.abs(value) * 1e-6);
}
