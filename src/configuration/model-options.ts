import { granularities, type GranularityName, type ReconstructorOptions } from '../reconstruction';
import { type SolverConfig, solverOf } from '../subspace';
import type { Configuration } from './configuration';
import { modelDefaults } from './model-defaults';
import { parameterNames, parameters } from './parameters';

/** The parameters that decide exemplars and models, under the names that {@link ReconstructorOptions} has for them, too. */
const modelParameters = parameterNames.filter(
  (name) =>
    ['exemplars', 'bank'].includes(parameters[name].stage) && name !== 'granularities' && name !== 'patches',
);

/** The solver of a granularity. */
export function solverConfigOf(configuration: Configuration, granularity: GranularityName): SolverConfig {
  return configuration.solver ?? modelDefaults[granularity].solver;
}

/** How a granularity's memory bank is fitted: by the configuration, and by the granularity's defaults where that gives none. */
export function modelOptionsOf(
  configuration: Configuration,
  granularity: GranularityName,
): ReconstructorOptions {
  const { sampler, unitNorm } = modelDefaults[granularity];
  const ofModel = {
    ...configuration,
    sampler: configuration.sampler ?? sampler,
    unitNorm: configuration.unitNorm ?? unitNorm,
    // Concatenated levels have one to choose from.
    referenceLevel: configuration.concatenate ? undefined : configuration.referenceLevel,
    solver: solverOf(solverConfigOf(configuration, granularity)),
    exemplars: granularities[granularity].keepsImages ? configuration.exemplars : configuration.patches,
  };
  return { granularity, ...Object.fromEntries(modelParameters.map((name) => [name, ofModel[name]])) };
}
