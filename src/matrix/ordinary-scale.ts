import { createFeatureMatrix, type FeatureMatrix } from './feature-matrix';

/** Magnitudes whose squares and sums of squares single precision holds with room to spare: about 1e-12 to 1e12. */
const [leastOrdinary, largestOrdinary] = [2 ** -40, 2 ** 40];

/**
 * What a largest magnitude is to be multiplied by so that single precision holds squares: a power of two, which rounds nothing.
 *
 * @returns 1 where it does already, and for zero
 */
export function ordinaryScale(largest: number): number {
  if (largest === 0 || (largest >= leastOrdinary && largest <= largestOrdinary)) return 1;
  return 2 ** -Math.floor(Math.log2(largest));
}

/** The largest magnitude among the values. */
export function largestMagnitude({ data }: FeatureMatrix): number {
  let [a, b] = [0, 0];
  const whole = data.length - (data.length % 2);
  for (let at = 0; at < whole; at += 2) {
    const [even, odd] = [Math.abs(data[at]), Math.abs(data[at + 1])];
    if (even > a) a = even;
    if (odd > b) b = odd;
  }
  if (whole < data.length) a = Math.max(a, Math.abs(data[whole]));
  return Math.max(a, b);
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
