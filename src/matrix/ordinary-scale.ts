import { createFeatureMatrix, type FeatureMatrix } from './feature-matrix';

/** Magnitudes whose squares and sums of squares single precision holds with room to spare: about 1e-12 to 1e12. */
const [leastOrdinary, largestOrdinary] = [2 ** -40, 2 ** 40];

/**
 * The factor for values of a largest magnitude so that single precision holds squares: a power of two, which rounds nothing.
 *
 * @returns 1 where it does already, for zero and for what is not finite
 */
export function ordinaryScale(largest: number): number {
  if (largest === 0 || !Number.isFinite(largest) || (largest >= leastOrdinary && largest <= largestOrdinary))
    return 1;
  return 2 ** -Math.floor(Math.log2(largest));
}

/** The largest magnitude among the values; NaN is passed over. */
export function largestMagnitude({ data }: FeatureMatrix): number {
  // Four at a time: features are looked at before every product.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length - (data.length % 4);
  for (let at = 0; at < whole; at += 4) {
    const first = Math.abs(data[at]);
    const second = Math.abs(data[at + 1]);
    const third = Math.abs(data[at + 2]);
    const fourth = Math.abs(data[at + 3]);
    if (first > a) a = first;
    if (second > b) b = second;
    if (third > c) c = third;
    if (fourth > d) d = fourth;
  }
  for (let at = whole; at < data.length; at++) if (Math.abs(data[at]) > a) a = Math.abs(data[at]);
  return Math.max(a, b, c, d);
}

/** Features times a number, copied; for 1 the features themselves. */
export function scaleFeatures(features: FeatureMatrix, scale: number): FeatureMatrix {
  if (scale === 1) return features;
  const { rows, cols, data } = features;
  return createFeatureMatrix(
    rows,
    cols,
    data.map((value) => value * scale),
  );
}
