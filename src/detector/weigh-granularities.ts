import { concatenate } from '../base';
import type { GranularityName, Reconstructor } from '../reconstruction';
import { anomalyMaps, sortScores } from '../scoring';
import { ignoredPixels, mapSizeOf, type SizedConfiguration } from '../configuration';
import { usedValues } from './used-values';

/** Fraction of the left-out nominal pixels above the quantile by which a granularity's spread is measured. */
const tail = 0.001;
/** Power of the spread in the weight. The larger it is, the more the granularity with the smaller spread dominates. */
export const sharpness = 2;
/** A Gaussian per place sees much of what whole images see, which compare a place with itself, too: it counts half. */
const shares: Partial<Record<GranularityName, number>> = { place: 0.5 };

/**
 * Gives each granularity a spread and a weight, by which the maps of several are fused, see {@link fuseMaps}. The spread is `q - median`
 * for the 99.9 % quantile q of the pixels of nominal images that were left out; the weight `1 / spread²`, for `place` half of it, the mean
 * weight 1. A granularity whose maps vary much on nominal images counts less. One granularity alone has neither.
 */
export function weighGranularities(
  reconstructors: readonly Reconstructor[],
  configuration: SizedConfiguration,
): readonly Reconstructor[] {
  if (reconstructors.length === 1) return reconstructors;
  const size = mapSizeOf(configuration);
  const ignored = ignoredPixels(configuration);
  const spreads = reconstructors.map(({ leftOut, calibration }) => {
    const maps = anomalyMaps(leftOut, calibration, { size });
    const pixels = concatenate(
      maps.map((map) => usedValues(map, ignored)),
      Float32Array,
    );
    sortScores(pixels);
    const spread = pixels[Math.floor(tail * pixels.length)] - pixels[pixels.length >> 1];
    return spread > 0 ? spread : 1;
  });
  const inverses = reconstructors.map(
    ({ granularity }, index) => (shares[granularity] ?? 1) * spreads[index] ** -sharpness,
  );
  const mean = inverses.reduce((sum, value) => sum + value, 0) / inverses.length;
  return reconstructors.map((reconstructor, index) => {
    const fusion = { weight: inverses[index] / mean, spread: spreads[index] };
    const bank = reconstructor.bank.map((level) => ({
      ...level,
      calibration: { ...level.calibration, ...fusion },
    }));
    return { ...reconstructor, bank, calibration: bank.map(({ calibration }) => calibration) };
  });
}
