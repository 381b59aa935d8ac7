import { concatenate } from '../base';
import type { Reconstructor } from '../reconstruction';
import { anomalyMaps, sortScores } from '../scoring';
import { mapSizeOf, type SizedConfiguration } from '../configuration';

/** Fraction of the left-out nominal pixels above the quantile by which a granularity's spread is measured. */
const tail = 0.001;
/** Power of the spread in the weight. The larger it is, the more the granularity with the smaller spread dominates the average. */
export const sharpness = 4;

/**
 * Gives the levels of each granularity a weight, so that several granularities' maps can be averaged: `1 / (q - median)⁴` for the
 * 99.9 % quantile q of the pixels of nominal images that were left out, the mean weight 1. A granularity whose maps vary much on
 * nominal images counts less. One granularity alone keeps weight 1.
 */
export function weighGranularities(
  reconstructors: readonly Reconstructor[],
  configuration: SizedConfiguration,
): readonly Reconstructor[] {
  if (reconstructors.length === 1) return reconstructors;
  const size = mapSizeOf(configuration);
  const inverses = reconstructors.map(({ leftOut, calibration }) => {
    const maps = anomalyMaps(leftOut, calibration, { size });
    const pixels = concatenate(
      maps.map(({ data }) => data),
      Float32Array,
    );
    sortScores(pixels);
    const spread = pixels[Math.floor(tail * pixels.length)] - pixels[pixels.length >> 1];
    return spread > 0 ? spread ** -sharpness : 1;
  });
  const mean = inverses.reduce((sum, value) => sum + value, 0) / inverses.length;
  return reconstructors.map((reconstructor, index) => {
    const weight = inverses[index] / mean;
    const bank = reconstructor.bank.map((level) => ({
      ...level,
      calibration: { ...level.calibration, weight },
    }));
    return { ...reconstructor, bank, calibration: bank.map(({ calibration }) => calibration) };
  });
}
