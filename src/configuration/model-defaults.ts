import type { BackboneName } from '../features';
import type { GranularityName, SamplerName } from '../reconstruction';
import type { SolverConfig } from '../subspace';

/** The solver, sampler and scaling of a granularity where the configuration gives none. */
interface ModelDefaults {
  solver: SolverConfig;
  sampler: SamplerName;
  unitNorm: boolean;
}

/**
 * The granularities where the configuration gives none. Gaussians per place keep `channels²` numbers of every position, hundreds of
 * megabytes of networks whose levels are wide.
 */
export function usualGranularities(backbone: BackboneName): GranularityName[] {
  if (backbone === 'scattering') return ['image'];
  const isNarrow = backbone === 'efficientnet_lite0' || backbone === 'efficientnet_lite2';
  return isNarrow ? ['image', 'patch', 'place'] : ['image', 'patch'];
}

/**
 * Whole images are reconstructed from all exemplars at once, patches from their nearest ones: a combination of thousands of patches
 * would reconstruct defects, too.
 */
export const modelDefaults: Record<GranularityName, ModelDefaults> = {
  image: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  position: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  patch: {
    solver: { name: 'localRidge', neighbours: 8, penalty: 0.01 },
    sampler: 'kCenter',
    unitNorm: false,
  },
  // A Gaussian has no solver and no exemplars.
  place: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  direction: { solver: { name: 'ridge', penalty: 1e-9 }, sampler: 'subspace', unitNorm: false },
};
