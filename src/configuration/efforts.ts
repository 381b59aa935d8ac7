import type { Configuration } from './configuration';

/** How much time an image may take. */
export type EffortName = 'fast' | 'balanced' | 'best';

/**
 * What the method does with more or less time, as configurations: `fast` has smaller images and fewer granularities, `balanced` is the default,
 * and `best` sees larger images at two scales. On 2 cores an image takes about 15, 30 and 100 ms.
 *
 * @example
 * ```ts
 * const { side, scales } = configure(efforts.best);
 * [side, scales] // [448, [1, 0.7]]
 * ```
 */
export const efforts: Record<EffortName, Partial<Configuration>> = {
  fast: { side: 224, granularities: ['image', 'patch'] },
  balanced: {},
  best: { side: 448, scales: [1, 0.7] },
};

export const effortNames = Object.keys(efforts) as EffortName[];
