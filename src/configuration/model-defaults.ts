import type { GranularityName, SamplerName } from '../reconstruction';
import type { SolverConfig } from '../subspace';

/** What a granularity uses where the configuration does not say. */
interface ModelDefaults {
  solver: SolverConfig;
  sampler: SamplerName;
  unitNorm: boolean;
}

/**
 * Whole images are rebuilt by all exemplars at once, patches by their nearest ones: a combination of all of thousands of patches
 * would rebuild defects, too.
 */
export const modelDefaults: Record<GranularityName, ModelDefaults> = {
  image: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  position: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  patch: {
    solver: { name: 'localRidge', neighbours: 8, penalty: 0.01 },
    sampler: 'kCenter',
    unitNorm: false,
  },
  direction: { solver: { name: 'ridge', penalty: 1e-9 }, sampler: 'subspace', unitNorm: false },
};
