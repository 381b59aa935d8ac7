import { createPlane, type Plane } from '../images';

/** Anomaly maps of one kind that are fused with others. */
export interface FusedPart {
  /** A map per image. */
  maps: readonly Plane[];
  /** Divisor of the maps, > 0. */
  spread: number;
  /** Weight beside the other parts, ≥ 0, one of them > 0. */
  weight: number;
}

/** Added to a map in units of its spread before the logarithm is taken. */
export const fusionOffset = 0.5;
/** The least number whose logarithm is taken: pixels far below the usual nominal ones all count the same. */
export const leastFused = 0.05;

/**
 * Fuses the anomaly maps of several models of the same images as their weighted geometric mean:
 * `Σ w log(max(0.05, map / spread + 0.5)) / Σ w`. A place that one of them finds remarkable and another does not is weighed down more than in
 * the arithmetic mean, so that a model that is blind to a defect, or sees some where there are none, spoils less.
 *
 * @param parts at least one, all of the same images and sizes
 * @returns a new plane per image; larger is more anomalous
 * @example
 * ```ts
 * const map = (value: number) => [createPlane({ width: 1, height: 1 }, Float32Array.of(value))];
 * const parts = [{ maps: map(1), spread: 2, weight: 1 }, { maps: map(7), spread: 2, weight: 3 }];
 * fuseMaps(parts)[0].data[0].toFixed(4) // '1.0397': (log 1 + 3 log 4) / 4
 * ```
 */
export function fuseMaps(parts: readonly FusedPart[]): Plane[] {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts[0].maps.map((first, image) => {
    const fused = createPlane(first);
    for (const { maps, spread, weight } of parts) {
      const { data } = maps[image];
      const share = weight / total;
      for (let at = 0; at < data.length; at++)
        fused.data[at] += share * Math.log(Math.max(leastFused, data[at] / spread + fusionOffset));
    }
    return fused;
  });
}
