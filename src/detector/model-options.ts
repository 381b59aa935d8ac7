import {
  granularities,
  type GranularityName,
  type ReconstructorOptions,
  type SamplerName,
} from '../reconstruction';
import { type SolverConfig, solverOf } from '../subspace';
import type { Configuration } from './configuration';

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
const modelDefaults: Record<GranularityName, ModelDefaults> = {
  image: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  position: { solver: { name: 'ridge', penalty: 0.01 }, sampler: 'subspace', unitNorm: true },
  patch: {
    solver: { name: 'localRidge', neighbours: 8, penalty: 0.01 },
    sampler: 'kCenter',
    unitNorm: false,
  },
  direction: { solver: { name: 'ridge', penalty: 1e-9 }, sampler: 'subspace', unitNorm: false },
};

/** The solver of a granularity. */
export function solverConfigOf(configuration: Configuration, granularity: GranularityName): SolverConfig {
  return configuration.solver ?? modelDefaults[granularity].solver;
}

/** How a granularity's memory bank is fitted: by the configuration, and by its own defaults where that does not say. */
export function modelOptionsOf(
  configuration: Configuration,
  granularity: GranularityName,
): ReconstructorOptions {
  const { window, lambda, referenceLevel, standardize, centre, metric, shrinkage, seed } = configuration;
  const defaults = modelDefaults[granularity];
  const { sampler = defaults.sampler, unitNorm = defaults.unitNorm } = configuration;
  const exemplars = granularities[granularity].keepsImages ? configuration.exemplars : configuration.patches;
  const solver = solverOf(solverConfigOf(configuration, granularity));
  return {
    granularity,
    window,
    lambda,
    referenceLevel,
    standardize,
    centre,
    metric,
    shrinkage,
    seed,
    exemplars,
    sampler,
    unitNorm,
    solver,
  };
}
