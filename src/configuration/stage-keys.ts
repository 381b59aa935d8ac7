import type { GranularityName } from '../reconstruction';
import type { Configuration, SizedConfiguration } from './configuration';
import { modelDefaults } from './model-defaults';
import { type ParameterStage, stages } from './parameter-row';
import { parameterNames, parameters } from './parameters';

/**
 * The key of each stage of a configuration, as text: the values of its parameters that have an effect, and the keys of the stages
 * before it.
 *
 * @param configuration one whose size is known: `auto` would be the same key for other sizes
 * @param granularity the one whose memory bank is meant; default: all
 */
export function stageKeys(
  configuration: SizedConfiguration,
  granularity?: GranularityName,
): Record<ParameterStage, string> {
  const chosen = granularity ? [granularity] : configuration.granularities;
  const ofGranularities = chosen.map((name) => ({
    ...modelDefaults[name],
    ...configuration,
    granularities: [name],
  }));
  const keys: Partial<Record<ParameterStage, string>> = {};
  let before: string | undefined;
  for (const stage of stages) {
    // Exemplars and models are fitted for each granularity separately.
    const isOwn = stage === 'exemplars' || stage === 'bank';
    const values = (isOwn ? ofGranularities : [configuration]).map((one) => valuesOf(one, stage));
    keys[stage] = before = JSON.stringify([before, values]);
  }
  return keys as Record<ParameterStage, string>;
}

function valuesOf(configuration: Configuration, stage: ParameterStage): Record<string, unknown> {
  const names = parameterNames.filter(
    (name) => parameters[name].stage === stage && parameters[name].unused?.(configuration) === undefined,
  );
  return Object.fromEntries(names.map((name) => [name, configuration[name]]));
}
