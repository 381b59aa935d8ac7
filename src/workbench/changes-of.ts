import { type Configuration, configure } from '../detector';
import { type SolverConfig, type SolverName, solverNames } from '../subspace';
import {
  automatic,
  fusions,
  type ParameterContext,
  parametersOf,
  type ParameterValues,
  usedBy,
} from './parameters';

/**
 * The configuration that values of controls ask for, as changes of the defaults.
 *
 * @throws RangeError when the values do not go together
 */
export function changesOf(
  { base, nominal }: ParameterContext,
  values: ParameterValues,
): Partial<Configuration> {
  const defaults = Object.fromEntries(
    parametersOf({ base, nominal }, values).map((parameter) => [parameter.name, parameter]),
  );
  const is = (name: string) => values[name] === defaults[name].default;
  const changes: Record<string, unknown> = { ...withoutDefaults(base) };
  const direct = ['size', 'neighbourhood', 'concatenate', 'patches', 'exemplars', 'lambda', 'seed'];
  const further = [
    'standardize',
    'centre',
    'metric',
    'shrinkage',
    'sigma',
    'topFraction',
    'pixelFalseAlarms',
  ];
  for (const name of [...direct, ...further])
    if (!is(name) && !defaults[name].unused) changes[name] = values[name];
  const levels = [1, 2, 3].filter((level) => values[`level${level}`]);
  if (levels.join() !== base.levels.join()) changes.levels = levels;
  if (!is('granularity')) changes.granularities = fusions[values.granularity as string];
  if (!is('sampler')) changes.sampler = values.sampler === automatic ? undefined : values.sampler;
  if (!is('unitNorm'))
    changes.unitNorm = values.unitNorm === automatic ? undefined : values.unitNorm === 'on';
  const isOfSolver = Object.keys(usedBy).some((name) => !is(name) && !defaults[name].unused);
  if (!is('solver') || isOfSolver) changes.solver = solverOfValues(values);
  const weights = levels.map((level) => values[`weight${level}`]);
  if (!values.concatenate && weights.some((weight) => weight !== 1)) changes.levelWeights = weights;
  return changes as Partial<Configuration>;
}

function solverOfValues(values: ParameterValues): SolverConfig | undefined {
  const name = values.solver as SolverName;
  if (!solverNames.includes(name)) return undefined;
  const own = Object.entries(usedBy).filter(([, solvers]) => solvers.includes(name));
  return {
    name,
    ...Object.fromEntries(own.map(([parameter]) => [parameter, values[parameter]])),
  } as SolverConfig;
}

/** What of a configuration differs from its backbone's defaults. */
function withoutDefaults(base: Configuration): Partial<Configuration> {
  const { backbone } = base;
  const defaults = configure({ backbone }) as unknown as Record<string, unknown>;
  const own = Object.entries(base).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
  );
  return { ...(backbone === 'efficientnet_lite0' ? {} : { backbone }), ...Object.fromEntries(own) };
}
