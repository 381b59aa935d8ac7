import type { Configuration } from './configuration';
import { changesFrom, withDefaults } from './configure';
import type { Parameter, ParameterContext, ParameterValues } from './control';
import { type ParameterName, parameterNames, parameters, rowOf } from './parameters';

const controlled = parameterNames.filter((name) => parameters[name].controls !== undefined);
const groups = [...new Set(controlled.map((name) => parameters[name].group))];

/** All controls, with what is unused for the given values; a value that is not given is the control's default. */
export function parametersOf(context: ParameterContext, values: ParameterValues): Parameter[] {
  const all = controlled.flatMap((name) => shownOf(name, context));
  const configuration = asked(context, { ...defaultsOf(all), ...values });
  const shown = controlled.flatMap((name) => {
    const reason = rowOf(name).unused?.(configuration);
    return shownOf(name, context).map(({ unusedOf, ...parameter }) => ({
      ...parameter,
      unused: reason ?? unusedOf?.(configuration),
    }));
  });
  return groups.flatMap((group) => shown.filter((parameter) => parameter.group === group));
}

/**
 * The configuration that values of controls ask for, as changes of the defaults. A parameter keeps the value of the configuration to
 * begin with where its controls were not moved, and where they have no effect.
 *
 * @throws RangeError when the values do not go together
 */
export function changesOf(context: ParameterContext, values: ParameterValues): Partial<Configuration> {
  const defaults = defaultsOf(controlled.flatMap((name) => shownOf(name, context)));
  return changesFrom(asked(context, { ...defaults, ...values }));
}

type Shown = Parameter & { unusedOf?: (configuration: Configuration) => string | undefined };

function shownOf(name: ParameterName, context: ParameterContext): Shown[] {
  const { label, help, group, controls } = rowOf(name);
  return (controls?.show(name, context) ?? []).map(({ unused: unusedOf, ...control }) => ({
    label,
    help,
    group,
    ...control,
    unusedOf,
  }));
}

function defaultsOf(controls: readonly Parameter[]): ParameterValues {
  return Object.fromEntries(controls.map((control) => [control.name, control.default]));
}

/** The configuration that the values ask for; what has no effect stays as it was. */
function asked(context: ParameterContext, values: ParameterValues): Configuration {
  const { base } = context;
  const configuration: Record<string, unknown> = { ...base };
  const moved = new Set<ParameterName>();
  for (const name of parameterNames) {
    const { controls } = rowOf(name);
    if (!controls) continue;
    const isMoved =
      shownOf(name, context).some((control) => values[control.name] !== control.default) ||
      controls.follows?.some((other) => moved.has(other));
    if (!isMoved) continue;
    moved.add(name);
    configuration[name] = controls.read(name, values, configuration as unknown as Configuration);
  }
  const used: Record<string, unknown> = { ...withDefaults(configuration) };
  for (const name of moved) {
    const { unused, controls } = rowOf(name);
    if (!controls?.follows && unused?.(used as unknown as Configuration)) used[name] = base[name];
  }
  return withDefaults(used);
}
