import type { Configuration } from './configuration';

/** A published method, as a configuration. */
export type PresetName = 'patchcore';

/**
 * Published methods under the same roof, for comparison.
 *
 * `patchcore` (Roth et al., CVPR 2022): the features of all levels concatenated on the finest grid, a coreset of 1 % of all
 * patches by k-center, the distance to the nearest exemplar, and the largest value of the map as the image score. That score is not
 * weighted anew by the neighbours of the nearest exemplar, as equation 7 of the paper has it.
 *
 * @example
 * ```ts
 * const { patches, concatenate } = configure({ ...presets.patchcore, size: 224 });
 * [patches, concatenate] // [0.01, true]
 * ```
 */
export const presets: Record<PresetName, Partial<Configuration>> = {
  patchcore: {
    concatenate: true,
    granularities: ['patch'],
    patches: 0.01,
    solver: { name: 'nearest' },
    sampler: 'kCenter',
    unitNorm: false,
    metric: 'euclidean',
    topFraction: 1e-6,
  },
};

export const presetNames = Object.keys(presets) as PresetName[];
