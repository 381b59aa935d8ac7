import type { Configuration } from './configuration';

/** How much time an image may take. */
export type EffortName = 'fast' | 'balanced' | 'best';

/**
 * What the method does with more or less time, as configurations: `fast` has images of half the area, `balanced` is the default, and `best` has
 * images of twice the area and sees them at the size of `balanced`, too. Their times are about as 0.6 to 1 to 2.7.
 *
 * @example
 * ```ts
 * const { side, scales } = configure(efforts.best);
 * [side, scales] // [448, [1, 0.7]]
 * ```
 */
export const efforts: Record<EffortName, Partial<Configuration>> = {
  fast: { side: 224 },
  balanced: {},
  best: { side: 448, scales: [1, 0.7] },
};

export const effortNames = Object.keys(efforts) as EffortName[];
