import { type GranularityName, granularityNames } from '../reconstruction';
import {
  type SolverConfig,
  solverConfigWith,
  type SolverName,
  solverNames,
  solverParameters,
  solvers,
} from '../subspace';
import { automatic, choiceOrDefault, type Control, type Controls } from './control';
import { levelsOf } from './feature-controls';

/** The levels that are used come first. */
export const levelChoice = choiceOrDefault(({ backbone, levels }) =>
  [...new Set([...levels, ...levelsOf(backbone)])].map((level) => [`${level}`, level] as const),
);

/** All sets of granularities by the choice that names them; those that are used most come first. */
const combinations: readonly (readonly GranularityName[])[] = [
  ['image', 'patch', 'place'],
  ...granularityNames.map((name) => [name]),
  ...subsetsOf(granularityNames).filter((names) => names.length > 1 && names.join() !== 'image,patch,place'),
];

function subsetsOf<Value>([first, ...rest]: readonly Value[]): Value[][] {
  if (first === undefined) return [[]];
  const others = subsetsOf(rest);
  return [...others, ...others.map((values) => [first, ...values])];
}

const joined = ' + ';

/** A choice of every set of granularities; the one to begin with keeps its order. */
export const granularityChoice: Controls<readonly GranularityName[]> = {
  show(_name, { base: { granularities } }) {
    const sorted = [...granularities].sort().join();
    const options = combinations.map((names) =>
      ([...names].sort().join() === sorted ? granularities : names).join(joined),
    );
    return [{ name: 'granularity', kind: 'choice', options, default: granularities.join(joined) }];
  },
  read: (_name, values) => (values.granularity as string).split(joined) as GranularityName[],
};

/** The count of patches, and a fraction that takes its place. */
export const patchSliders: Controls<number> = {
  show: (name, { base: { patches = 1500 } }) => [
    {
      ...{ name, kind: 'number', min: 10, max: 5000, step: 1, isLogarithmic: true },
      default: patches < 1 ? 1500 : patches,
      unused: (configuration) => ((configuration.patches ?? 1) < 1 ? 'a fraction is kept' : undefined),
    },
    {
      ...{
        name: 'patchFraction',
        label: 'fraction of patches',
        kind: 'number',
        min: 0,
        max: 0.5,
        step: 0.001,
      },
      default: patches < 1 ? patches : 0,
      help: 'Fraction of all nominal patches that the memory bank keeps, instead of a count; with 0 the count holds.',
    },
  ],
  read: (name, values) => (values.patchFraction as number) || (values[name] as number),
};

/** The solver, and the parameters of all solvers. */
export const solverControls: Controls<SolverConfig> = {
  show(name, { base }) {
    const own = base.solver as Record<string, number> | undefined;
    return [
      {
        ...{ name, kind: 'choice', options: [automatic, ...solverNames] },
        default: base.solver?.name ?? automatic,
      },
      ...Object.entries(solverParameters).map(([parameter, row]): Control => {
        const {
          label,
          help,
          range: [min, max, step],
        } = row;
        const usual = 'default' in row ? row.default : 0;
        return {
          ...{ name: parameter, label, kind: 'number', min, max, step },
          isLogarithmic: 'isLogarithmic' in row,
          help: `${solversWith(parameter).join(', ')}: ${help}`,
          default: own?.[parameter] ?? usual,
          unused: ({ solver }) => unusedOfSolver(parameter, solver),
        };
      }),
    ];
  },
  read(name, values) {
    const chosen = values[name] as SolverName;
    if (!solverNames.includes(chosen)) return undefined;
    const given = Object.keys(solverParameters).map((parameter): [string, number | undefined] => {
      const value = values[parameter] as number;
      const isNone = value === 0 && (parameter === 'tolerance' || parameter === 'variance');
      return [parameter, isNone ? undefined : value];
    });
    return solverConfigWith(chosen, Object.fromEntries(given));
  },
};

/** The solvers that have a parameter. */
export function solversWith(parameter: string): SolverName[] {
  return solverNames.filter((name) => (solvers[name].parameters as readonly string[]).includes(parameter));
}

function unusedOfSolver(parameter: string, solver: SolverConfig | undefined): string | undefined {
  const having = solversWith(parameter);
  if (!solver || !having.includes(solver.name))
    return `only ${having.join(' and ')} ${having.length > 1 ? 'have' : 'has'} it`;
  return parameter === 'penalty' && 'variance' in solver ? 'the variance takes its place' : undefined;
}
