import {
  type SolverConfig,
  solverConfigWith,
  type SolverName,
  solverNames,
  solverParameters,
  solvers,
} from '../subspace';
import type { BackboneName } from '../features';
import { type GranularityName, granularityNames } from '../reconstruction';
import type { ImageSize } from '../images';
import type { Configuration } from './configuration';
import { usualMapSize } from './map-defaults';
import { readSize, sizeText } from './text-forms';

/** The value of a control. */
export type ParameterValue = number | string | boolean;

/** Values by parameter. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A control of the workbench, and what it does. */
export interface Parameter {
  name: string;
  label: string;
  group: string;
  /** What the parameter does, in a sentence or two. */
  help: string;
  kind: 'choice' | 'number' | 'flag';
  options?: readonly string[];
  min?: number;
  max?: number;
  step?: number;
  /** Whether the slider moves in equal factors. */
  isLogarithmic?: boolean;
  default: ParameterValue;
  /** Why it has no effect now; absent where it has one. */
  unused?: string;
}

/** What the controls are about: a configuration to begin with, and the data. */
export interface ParameterContext {
  base: Configuration;
  /** Nominal images of the data set. */
  nominal: number;
}

/** A control of a parameter; its label and help are the parameter's where it has none of its own. */
interface Control extends Pick<
  Parameter,
  'name' | 'kind' | 'options' | 'min' | 'max' | 'step' | 'isLogarithmic' | 'default'
> {
  label?: string;
  help?: string;
  /** Why this control of several has no effect. */
  unused?: (configuration: Configuration) => string | undefined;
}

/** How a parameter becomes controls, and how their values become the parameter's. */
export interface Controls<Value> {
  show(name: string, context: ParameterContext): Control[];
  /** @param configuration what the controls before it have given */
  read(name: string, values: ParameterValues, configuration: Configuration): Value | undefined;
  /** Whether the value follows from other controls, too. */
  follows?: readonly (keyof Configuration)[];
}

/** The choice that leaves a parameter to the configuration's default. */
export const automatic = 'default';

type Key = keyof Configuration;

/** A slider; a value outside of its range stays until it is moved. */
export function slider(
  range: readonly [number, number, number],
  {
    isLogarithmic,
    absent = () => range[0],
    largest = () => range[1],
  }: {
    isLogarithmic?: boolean;
    /** What is used where the configuration has no value. */
    absent?: (context: ParameterContext) => number;
    largest?: (context: ParameterContext) => number;
  } = {},
): Controls<number> {
  const [min, , step] = range;
  return {
    show: (name, context) => [
      {
        ...{ name, kind: 'number', min, max: largest(context), step, isLogarithmic },
        default: (context.base[name as Key] as number | undefined) ?? absent(context),
      },
    ],
    read: (name, values) => values[name] as number,
  };
}

/** A box to tick. */
export const tick: Controls<boolean> = {
  show: (name, { base }) => [{ name, kind: 'flag', default: base[name as Key] as boolean }],
  read: (name, values) => values[name] as boolean,
};

/** A list to choose from. */
export function choice<Name extends string>(options: readonly Name[]): Controls<Name> {
  return {
    show: (name, { base }) => [{ name, kind: 'choice', options, default: base[name as Key] as string }],
    read: (name, values) => values[name] as Name,
  };
}

/** A list to choose from, with the default as a choice; options are the texts of values. */
export function choiceOrDefault<Value>(
  optionsOf: (base: Configuration) => readonly (readonly [string, Value])[],
): Controls<Value> {
  return {
    show(name, { base }) {
      const options = optionsOf(base);
      const [shown] = options.find(([, value]) => value === base[name as Key]) ?? [automatic];
      const texts = options.map(([text]) => text);
      return [{ name, kind: 'choice', options: [automatic, ...texts], default: shown }];
    },
    read: (name, values, configuration) =>
      optionsOf(configuration).find(([text]) => text === values[name])?.[1],
  };
}

/** The side of a square, or one of the sizes with the aspect ratio of the size to begin with. */
export const sizeControl: Controls<ImageSize> = {
  show(name, { base: { size } }) {
    if (typeof size === 'number')
      return [{ name, kind: 'number', min: 64, max: 512, step: 32, default: size }];
    const scaled = [0.5, 0.75, 1, 1.5, 2].map((scale) =>
      sizeText({ width: Math.round(size.width * scale), height: Math.round(size.height * scale) }),
    );
    return [{ name, kind: 'choice', options: scaled, default: sizeText(size) }];
  },
  read: (name, values) => readSize(String(values[name])),
};

/** The default of the backbone and the image size, or a side. */
export const mapSizeChoice: Controls<number> = {
  follows: ['size'],
  show(name, { base: { backbone, size, mapSize } }) {
    const usual = mapSize === usualMapSize(backbone, size);
    const sides = [...new Set([56, 112, 128, 224, 256, 320, 384, 512, mapSize])].sort((a, b) => a - b);
    return [
      {
        ...{ name, kind: 'choice', options: [automatic, ...sides.map(String)] },
        default: usual ? automatic : `${mapSize}`,
      },
    ];
  },
  read: (name, values) => (values[name] === automatic ? undefined : Number(values[name])),
};

/** The levels that are used come first. */
export const levelChoice = choiceOrDefault(({ backbone, levels }) =>
  [...new Set([...levels, ...levelsOf(backbone)])].map((level) => [`${level}`, level] as const),
);

const levelNames = ['fine texture', 'parts', 'large structures', 'the largest structures'];

/** The hierarchy levels that a backbone has. */
export function levelsOf(backbone: BackboneName): readonly number[] {
  return backbone === 'efficientnet_lite0' || backbone === 'scattering' ? [1, 2, 3] : [1, 2, 3, 4];
}

/** A box for every level of the backbone. */
export const levelTicks: Controls<readonly number[]> = {
  show: (_name, { base }) =>
    [...new Set([...levelsOf(base.backbone), ...base.levels])].map((level) => ({
      ...{
        name: `level${level}`,
        label: `level ${level}`,
        kind: 'flag',
        default: base.levels.includes(level),
      },
      help: `Use hierarchy level ${level}: ${levelNames[level - 1]}.`,
    })),
  read: (_name, values) => [1, 2, 3, 4].filter((level) => values[`level${level}`]),
};

/** The weight of every level of the backbone. */
export const weightSliders: Controls<readonly number[]> = {
  follows: ['levels', 'concatenate'],
  show: (_name, { base }) =>
    levelTicks.show('levels', { base, nominal: 1 }).map((_tick, at) => {
      const level = at + 1;
      const own = base.concatenate ? undefined : base.levelWeights?.[base.levels.indexOf(level)];
      return {
        ...{ name: `weight${level}`, label: `weight of level ${level}`, kind: 'number' },
        ...{ min: 0, max: 3, step: 0.05, default: own ?? 1 },
        help: `How much the residuals of level ${level} count in the anomaly map.`,
        unused: ({ levels }) => (levels.includes(level) ? undefined : 'the level is not used'),
      };
    }),
  read(_name, values, { levels, concatenate }) {
    const weights = levels.map((level) => values[`weight${level}`] as number);
    return concatenate || levels.length === 1 || weights.every((weight) => weight === 1)
      ? undefined
      : weights;
  },
};

/** All sets of granularities by the choice that names them; those that are used most come first. */
const combinations: readonly (readonly GranularityName[])[] = [
  ['image', 'patch'],
  ...granularityNames.map((name) => [name]),
  ...subsetsOf(granularityNames).filter((names) => names.length > 1 && names.join() !== 'image,patch'),
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
