import { mapSizeOf, type SizedConfiguration, stageKeys } from '../configuration';
import type { Stage } from '../detector';
import type { GranularityName } from '../reconstruction';

/** The key of a stage: the values of a configuration that decide it, beside the data. */
export function keyOf(
  stage: Stage,
  configuration: SizedConfiguration,
  granularity?: GranularityName,
): unknown {
  const { features, exemplars, bank, maps, limits } = stageKeys(configuration, granularity);
  const { mapSize, fit, resize } = configuration;
  const keys: Record<Stage, unknown> = {
    ...{ features, exemplars, bank, image: bank, residuals: bank, maps, limits, metrics: limits },
    weights: [bank, mapSize],
    masks: [mapSizeOf(configuration), fit, resize],
  };
  return keys[stage];
}
