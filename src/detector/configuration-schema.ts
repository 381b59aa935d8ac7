import {
  array,
  boolean,
  type GenericSchema,
  optional,
  picklist,
  strictObject,
  string,
  union,
  variant,
  literal,
} from 'valibot';
import { parseAs, realSchema } from '../base';
import { backboneNames, engineNames, poolingNames } from '../features';
import { fits } from '../images';
import { granularityNames, residualMetricNames, samplerNames } from '../reconstruction';
import type { SolverConfig } from '../subspace';
import { checkConfiguration, type Configuration, imageScoreNames } from './configuration';

const solverSchema = variant('name', [
  strictObject({ name: literal('omp'), atoms: realSchema, tolerance: optional(realSchema) }),
  strictObject({ name: literal('lasso'), multiple: realSchema }),
  strictObject({ name: literal('elasticNet'), mu: realSchema, multiple: realSchema }),
  strictObject({ name: literal('ridge'), penalty: realSchema }),
  strictObject({ name: literal('ridge'), variance: realSchema }),
  strictObject({ name: literal('localRidge'), neighbours: realSchema, penalty: realSchema }),
  strictObject({ name: literal('nearest') }),
]) satisfies GenericSchema<SolverConfig>;

/** The types of a configuration's parameters; {@link checkConfiguration} knows their ranges. */
export const configurationSchema = strictObject({
  backbone: picklist(backboneNames),
  weights: optional(string()),
  engine: picklist(engineNames),
  size: union([realSchema, strictObject({ width: realSchema, height: realSchema })]),
  fit: picklist(fits),
  resize: optional(realSchema),
  tile: optional(realSchema),
  levels: array(realSchema),
  neighbourhood: realSchema,
  pooling: picklist(poolingNames),
  concatenate: boolean(),
  granularities: array(picklist(granularityNames)),
  window: realSchema,
  solver: optional(solverSchema),
  sampler: optional(picklist(samplerNames)),
  exemplars: optional(realSchema),
  patches: optional(realSchema),
  lambda: realSchema,
  referenceLevel: optional(realSchema),
  standardize: boolean(),
  unitNorm: optional(boolean()),
  centre: boolean(),
  metric: picklist(residualMetricNames),
  shrinkage: realSchema,
  levelWeights: optional(array(realSchema)),
  mapSize: realSchema,
  sigma: realSchema,
  imageScore: picklist(imageScoreNames),
  topFraction: realSchema,
  imageFalseAlarms: realSchema,
  pixelFalseAlarms: realSchema,
  seed: realSchema,
}) satisfies GenericSchema<Configuration>;

/**
 * Checks a configuration that a file or another machine gave: every parameter is there, of its type, in its range, and nothing else.
 *
 * @throws RangeError naming the parameter, its value and what was expected
 */
export function parseConfiguration(value: unknown): Configuration {
  const configuration: Configuration = parseAs(configurationSchema, value, 'configuration');
  checkConfiguration(configuration);
  return configuration;
}
