import type { Configuration } from './configuration';

/** A published method, as a configuration. */
export type PresetName = 'patchcore' | 'patchcore_authors' | 'padim' | 'crd' | 'pca';

const shared = { concatenate: true, unitNorm: false } as const;

/**
 * Published methods under the same roof, for comparison; each takes the features of all levels, concatenated on the finest grid.
 *
 * `patchcore` (Roth et al., CVPR 2022): a coreset of 1 % of all patches by k-center, the distance to the nearest exemplar, and the
 * largest distance as the image score, weighted by the neighbours of that exemplar, as in anomalib (which keeps 10 %).
 *
 * `patchcore_authors`: the same with the features and the score of the authors' code, see `pooling` and `imageScore`.
 *
 * `padim` (Defard et al., ICPR 2021): a Gaussian at every position, with 0.01 added to the variances, and the Mahalanobis distance;
 * of the features all channels are used, not some at random. It is computed by ridge regression, see {@link ridge}.
 *
 * `crd` (Han and Yan, arXiv 2401.09443): ridge regression on the features of all images at a position, and the length of the
 * residual. The paper's penalty is not known to us; 0.01 of the mean squared norm is ours.
 *
 * `pca` (SubspaceAD, Lendering et al., arXiv 2602.23013): the principal directions that hold 99 % of the variance of all patches,
 * and the length of the residual. The paper has DINOv2's features and augments the nominal images; this does not.
 *
 * @example
 * ```ts
 * const { patches, concatenate } = configure({ ...presets.patchcore, size: 224 });
 * [patches, concatenate] // [0.01, true]
 * ```
 */
export const presets: Record<PresetName, Partial<Configuration>> = {
  patchcore: {
    ...shared,
    granularities: ['patch'],
    patches: 0.01,
    solver: { name: 'nearest' },
    sampler: 'kCenter',
    metric: 'euclidean',
    imageScore: 'neighbours',
  },
  patchcore_authors: {
    ...shared,
    pooling: 'unfold',
    granularities: ['patch'],
    patches: 0.01,
    solver: { name: 'nearest' },
    sampler: 'kCenter',
    metric: 'euclidean',
    imageScore: 'patch',
  },
  padim: {
    ...shared,
    granularities: ['position'],
    solver: { name: 'ridge', variance: 0.01 },
    centre: true,
    metric: 'energy',
    imageScore: 'patch',
  },
  crd: {
    ...shared,
    granularities: ['position'],
    solver: { name: 'ridge', penalty: 0.01 },
    metric: 'euclidean',
    imageScore: 'patch',
  },
  pca: { ...shared, granularities: ['direction'], centre: true, metric: 'euclidean' },
};

export const presetNames = Object.keys(presets) as PresetName[];
