import { type Configuration, modelOptionsOf, solverConfigOf } from '../detector';
import type { GranularityName } from '../reconstruction';

/** What decides each stage of a configuration, as text. */
export function stageKeys(
  configuration: Configuration,
  granularity?: GranularityName,
): Record<'features' | 'exemplars' | 'bank' | 'maps', string> {
  const { backbone, weights, engine, size, fit, resize, tile } = configuration;
  const { levels, neighbourhood, pooling, concatenate } = configuration;
  const features = JSON.stringify({
    ...{ backbone, weights, engine, size, fit, resize, tile, levels, neighbourhood, pooling, concatenate },
  });
  const chosen = granularity ? [granularity] : configuration.granularities;
  const models = chosen.map((name) => modelOptionsOf(configuration, name));
  const exemplars = JSON.stringify([
    features,
    models.map(({ granularity, sampler, lambda, seed, referenceLevel, standardize, centre, unitNorm }) => [
      ...[granularity, sampler, lambda, seed, referenceLevel, standardize, centre, unitNorm],
    ]),
  ]);
  const bank = JSON.stringify([
    exemplars,
    chosen.map((name) => solverConfigOf(configuration, name)),
    models.map(({ exemplars: count, window, metric, shrinkage }) => [count, window, metric, shrinkage]),
  ]);
  const { mapSize, sigma, levelWeights, imageScore, topFraction } = configuration;
  const maps = JSON.stringify([bank, mapSize, sigma, levelWeights, imageScore, topFraction]);
  return { features, exemplars, bank, maps };
}
