import { type Configuration, mapSizeOf, type Stage } from '../detector';
import type { GranularityName } from '../reconstruction';
import { stageKeys } from './stage-keys';

/** What decides a stage of a configuration beside the data. */
export function keyOf(stage: Stage, configuration: Configuration, granularity?: GranularityName): unknown {
  const { features, exemplars, bank, maps } = stageKeys(configuration, granularity);
  const { mapSize, fit, resize, imageFalseAlarms, pixelFalseAlarms } = configuration;
  const keys: Record<Stage, unknown> = {
    ...{ features, exemplars, bank, image: bank, residuals: bank, maps },
    weights: [bank, mapSize],
    limits: [maps, imageFalseAlarms, pixelFalseAlarms],
    masks: [mapSizeOf(configuration), fit, resize],
    metrics: [maps, imageFalseAlarms, pixelFalseAlarms],
  };
  return keys[stage];
}
