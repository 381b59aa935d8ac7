import { integerIn, invalid, numberIn, oddInteger, oneOf } from '../base';
import { type BackboneName, backboneNames, type EngineName, engineNames } from '../features';
import { checkFraming, type Fit } from '../images';
import {
  type GranularityName,
  granularityNames,
  type ResidualMetricName,
  residualMetricNames,
  type SamplerName,
  samplerNames,
} from '../reconstruction';
import { checkMapOptions } from '../scoring';
import { type SolverConfig, solverOf } from '../subspace';

/** Everything that decides the result of an experiment, but the data. */
export interface Configuration {
  backbone: BackboneName;
  /** Weights file; every backbone but `scattering` needs one. */
  weights?: string;
  /** What runs the backbone. */
  engine: EngineName;
  /** Side of the square images, in pixels. */
  size: number;
  /** How images become square. */
  fit: Fit;
  /** With `crop`: the shorter side before cropping. */
  resize: number;
  /** Hierarchy levels of the backbone, in [1, 4]. */
  levels: readonly number[];
  /** Side of the neighbourhood whose mean a patch feature is, odd. */
  neighbourhood: number;
  /** Bring all levels to the finest one's grid. */
  align: boolean;
  /** What one entry of the memory bank is. */
  granularity: GranularityName;
  /** With `position`: side of the square of positions around, odd. */
  window: number;
  /** The self-expressive model. */
  solver: SolverConfig;
  /** How exemplars are chosen. */
  sampler: SamplerName;
  /** At most so many exemplars. Default: all images, or 1000 patches. */
  exemplars?: number;
  /** Weight of the squared error in subspace sampling's cost, > 1. */
  lambda: number;
  /** The level at which exemplars are chosen. Default: the highest. */
  referenceLevel?: number;
  /** Give every channel mean 0 and standard deviation 1. */
  standardize: boolean;
  /** Scale every feature to unit norm. */
  unitNorm: boolean;
  /** How residuals are measured. */
  metric: ResidualMetricName;
  /** Of the Mahalanobis metric, in mean variances, > 0. */
  shrinkage: number;
  /** Side of the anomaly maps, in pixels. */
  mapSize: number;
  /** Standard deviation of the maps' smoothing, in map pixels. */
  sigma: number;
  /** Fraction of the largest map values whose mean is the image score, in (0, 1]. */
  topFraction: number;
  /** Of splits and sampling. */
  seed: number;
}

/** The defaults of a backbone. */
function defaultsOf(backbone: BackboneName): Configuration {
  const isPretrained = backbone !== 'scattering';
  const size = isPretrained ? 384 : 128;
  const mapSize = isPretrained ? 224 : 128;
  return {
    backbone,
    engine: 'auto',
    size,
    fit: 'stretch',
    resize: size,
    levels: isPretrained ? [3] : [1, 2],
    neighbourhood: 3,
    align: false,
    granularity: 'image',
    window: 1,
    solver: { name: 'ridge', penalty: 0.01 },
    sampler: 'subspace',
    lambda: 50,
    standardize: false,
    unitNorm: isPretrained,
    metric: 'mahalanobis',
    shrinkage: 1,
    mapSize,
    sigma: isPretrained ? mapSize / 28 : mapSize / 64,
    topFraction: 0.01,
    seed: 0,
  };
}

/**
 * A whole configuration from the parameters that are to differ from the defaults. The defaults are those of the backbone; the
 * map's side is at most the image's, and the smoothing is in proportion to it.
 *
 * @throws RangeError as {@link checkConfiguration} does
 * @example
 * ```ts
 * const { size, mapSize, sigma } = configure({ size: 64 });
 * [size, mapSize, sigma] // [64, 64, 1]
 * ```
 */
export function configure(changes: Partial<Configuration> = {}): Configuration {
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<Configuration>;
  oneOf({ backbone: given.backbone ?? 'scattering' }, backboneNames);
  const defaults = defaultsOf(given.backbone ?? 'scattering');
  const size = given.size ?? defaults.size;
  const mapSize = given.mapSize ?? Math.min(defaults.mapSize, size);
  const derived = { resize: size, mapSize, sigma: (defaults.sigma * mapSize) / defaults.mapSize };
  const configuration = { ...defaults, ...derived, ...given };
  checkConfiguration(configuration);
  return configuration;
}

/** What decides the result: the path of the weights and the engine are a machine's. */
export function withoutMachine({
  weights: _weights,
  engine: _engine,
  ...rest
}: Configuration): Omit<Configuration, 'weights' | 'engine'> {
  return rest;
}

/**
 * Checks a configuration before any work.
 *
 * @throws RangeError naming the value and what was expected
 */
export function checkConfiguration(configuration: Configuration): void {
  const { backbone, engine, granularity, sampler, metric, levels, exemplars } = configuration;
  const { window, neighbourhood, lambda, shrinkage, topFraction, mapSize, sigma } = configuration;
  oneOf({ backbone }, backboneNames);
  oneOf({ engine }, engineNames);
  oneOf({ granularity }, granularityNames);
  oneOf({ sampler }, samplerNames);
  oneOf({ metric }, residualMetricNames);
  checkFraming(configuration);
  checkMapOptions({ size: mapSize, sigma });
  solverOf(configuration.solver);
  oddInteger({ window });
  oddInteger({ neighbourhood });
  numberIn({ lambda }, { above: 1 });
  numberIn({ shrinkage }, { above: 0 });
  numberIn({ topFraction }, { above: 0, to: 1 });
  if (exemplars !== undefined) integerIn({ exemplars }, [1]);
  if (levels.length === 0 || levels.some((level) => !Number.isInteger(level) || level < 1 || level > 4))
    throw invalid({ levels }, 'hierarchy levels in [1, 4]');
}
