import { type BackboneName, backboneNames, type EngineName, engineNames } from '../features';
import { checkFraming } from '../images';
import {
  type Granularity,
  granularities,
  type ResidualMetricName,
  type SamplerName,
  samplerNames,
} from '../reconstruction';
import { checkMapOptions } from '../scoring';
import { type SolverConfig, solverOf } from '../subspace';

/** Everything that decides the result of an experiment, but the data. */
export interface Configuration {
  backbone: BackboneName;
  /** Weights file; null for `scattering`. */
  weights: string | null;
  engine: EngineName;
  /** Side of the square images, in pixels. */
  size: number;
  fit: 'stretch' | 'crop';
  /** With `crop`: the shorter side before cropping. */
  resize: number;
  levels: readonly number[];
  neighbourhood: number;
  /** Bring all levels to the finest one's grid. */
  align: boolean;
  granularity: Granularity;
  window: number;
  solver: SolverConfig;
  sampler: SamplerName;
  /** At most so many exemplars; null for all images, or 1000 patches. */
  exemplars: number | null;
  lambda: number;
  /** The level at which exemplars are chosen; null for the highest. */
  referenceLevel: number | null;
  standardize: boolean;
  unitNorm: boolean;
  metric: ResidualMetricName;
  shrinkage: number;
  /** Side of the anomaly maps, in pixels. */
  mapSize: number;
  /** Deviation of the maps' smoothing, in map pixels. */
  sigma: number;
  /** Share of the largest map values whose mean is the image score. */
  topShare: number;
  seed: number;
}

/** The defaults for a backbone: what the README's tables were found to favour. */
export function defaultConfiguration(backbone: BackboneName = 'scattering'): Configuration {
  const pretrained = backbone !== 'scattering';
  const size = pretrained ? 384 : 128;
  const mapSize = pretrained ? 224 : 128;
  return {
    backbone,
    weights: null,
    engine: 'auto',
    size,
    fit: 'stretch',
    resize: size,
    levels: pretrained ? [3] : [1, 2],
    neighbourhood: 3,
    align: false,
    granularity: 'image',
    window: 1,
    solver: { name: 'ridge', penalty: 0.01 },
    sampler: 'subspace',
    exemplars: null,
    lambda: 50,
    referenceLevel: null,
    standardize: false,
    unitNorm: pretrained,
    metric: 'mahalanobis',
    shrinkage: 1,
    mapSize,
    sigma: pretrained ? mapSize / 28 : mapSize / 64,
    topShare: 0.01,
    seed: 0,
  };
}

/** What decides the result: the path of the weights and the engine are a machine's. */
export function withoutMachine({ weights: _weights, engine: _engine, ...rest }: Configuration) {
  return rest;
}

/**
 * Refuses a configuration that cannot work, before any work.
 *
 * @throws RangeError or Error naming the value, what was expected and what to do
 */
export function checkConfiguration(configuration: Configuration): void {
  const { backbone, engine, granularity, sampler, exemplars, lambda, shrinkage, topShare, levels } =
    configuration;
  const among = (name: string, value: string, known: readonly string[]) => {
    if (!known.includes(value))
      throw new RangeError(`${name} is ${value}; expected one of ${known.join(', ')}`);
  };
  among('backbone', backbone, backboneNames);
  among('engine', engine, engineNames);
  among('granularity', granularity, granularities);
  among('sampler', sampler, samplerNames);
  among('metric', configuration.metric, ['euclidean', 'mahalanobis']);
  checkFraming(configuration);
  checkMapOptions({ size: configuration.mapSize, sigma: configuration.sigma });
  solverOf(configuration.solver);
  const above = (name: string, value: number, least: number) => {
    if (!(value > least && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${name} is ${value}; expected a finite number > ${least}`);
    }
  };
  above('lambda', lambda, 1);
  above('shrinkage', shrinkage, 0);
  if (!(topShare > 0 && topShare <= 1))
    throw new RangeError(`topShare is ${topShare}; expected a number in (0, 1]`);
  if (exemplars !== null && (!Number.isInteger(exemplars) || exemplars < 1)) {
    throw new RangeError(`exemplars is ${exemplars}; expected a positive integer`);
  }
  if (levels.length === 0 || levels.some((level) => !Number.isInteger(level) || level < 1 || level > 4)) {
    throw new RangeError(`levels is [${levels}]; expected hierarchy levels in [1, 4]`);
  }
}
