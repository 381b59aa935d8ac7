import {
  array,
  boolean,
  finite,
  type GenericSchema,
  number,
  optional,
  picklist,
  pipe,
  strictObject,
  string,
  union,
  variant,
  literal,
} from 'valibot';
import { parseAs } from '../base';
import { backboneNames, engineNames, poolingNames } from '../features';
import { fits } from '../images';
import { granularityNames, residualMetricNames, samplerNames } from '../reconstruction';
import type { SolverConfig } from '../subspace';
import { checkConfiguration, type Configuration, imageScoreNames } from './configuration';

const real = pipe(number(), finite());

const solverSchema = variant('name', [
  strictObject({ name: literal('omp'), atoms: real, tolerance: optional(real) }),
  strictObject({ name: literal('lasso'), multiple: real }),
  strictObject({ name: literal('elasticNet'), mu: real, multiple: real }),
  strictObject({ name: literal('ridge'), penalty: real }),
  strictObject({ name: literal('ridge'), variance: real }),
  strictObject({ name: literal('localRidge'), neighbours: real, penalty: real }),
  strictObject({ name: literal('nearest') }),
]) satisfies GenericSchema<SolverConfig>;

/** The types of a configuration's parameters; {@link checkConfiguration} knows their ranges. */
export const configurationSchema = strictObject({
  backbone: picklist(backboneNames),
  weights: optional(string()),
  engine: picklist(engineNames),
  size: union([real, strictObject({ width: real, height: real })]),
  fit: picklist(fits),
  resize: optional(real),
  tile: optional(real),
  levels: array(real),
  neighbourhood: real,
  pooling: picklist(poolingNames),
  concatenate: boolean(),
  granularities: array(picklist(granularityNames)),
  window: real,
  solver: optional(solverSchema),
  sampler: optional(picklist(samplerNames)),
  exemplars: optional(real),
  patches: optional(real),
  lambda: real,
  referenceLevel: optional(real),
  standardize: boolean(),
  unitNorm: optional(boolean()),
  centre: boolean(),
  metric: picklist(residualMetricNames),
  shrinkage: real,
  levelWeights: optional(array(real)),
  mapSize: real,
  sigma: real,
  imageScore: picklist(imageScoreNames),
  topFraction: real,
  imageFalseAlarms: real,
  pixelFalseAlarms: real,
  seed: real,
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
