import { type GenericSchema, literal, optional, strictObject, variant } from 'valibot';
import { integerIn, meets, numberIn, oneOf } from '../base';
import { elasticNet, lasso } from './elastic-net';
import { localRidge } from './local-ridge';
import { nearest } from './nearest';
import { omp } from './omp';
import { largestPenalty, ridge, type RidgeOptions } from './ridge';
import type { Solver } from './solver';

/** A self-expressive model as plain data, as configurations and files hold it. */
export type SolverConfig =
  | { name: 'omp'; atoms: number; tolerance?: number }
  | { name: 'lasso'; multiple: number }
  | { name: 'elasticNet'; mu: number; multiple: number }
  | ({ name: 'ridge' } & RidgeOptions)
  | { name: 'localRidge'; neighbours: number; penalty: number }
  | { name: 'nearest' };

export type SolverName = SolverConfig['name'];

/** A solver's parameter: its range, its default, and how a control shows it. */
interface SolverParameter {
  schema: GenericSchema<number>;
  /** The value where a solver is chosen without it; absent where the solver can do without. */
  default?: number;
  label: string;
  help: string;
  /** Least value, largest value and step of its slider. */
  range: readonly [number, number, number];
  isLogarithmic?: boolean;
}

/** The parameters of all solvers. */
export const solverParameters = {
  atoms: {
    schema: meets((value) => integerIn(value, [1])),
    default: 20,
    label: 'atoms',
    help: 'Exemplars in a combination, at most.',
    range: [1, 40, 1],
  },
  tolerance: {
    schema: meets((value) => numberIn(value, { from: 0 })),
    label: 'tolerance',
    help: "A combination is done as soon as the residual's norm is at or below it; with 0 only the atoms limit it.",
    range: [0, 1, 0.01],
  },
  multiple: {
    schema: meets((value) => numberIn(value, { above: 1 })),
    default: 20,
    label: 'λ of the solver',
    help: 'λ in multiples of the smallest one that gives a coefficient. Large values allow many.',
    range: [1.1, 500, 0.1],
    isLogarithmic: true,
  },
  mu: {
    schema: meets((value) => numberIn(value, { above: 0, to: 1 })),
    default: 0.9,
    label: 'l1 fraction',
    help: 'Fraction of the l1 norm: 1 is the LASSO; small values spread a feature over many exemplars.',
    range: [0.05, 1, 0.05],
  },
  penalty: {
    schema: meets((value) => numberIn(value, { above: 0, to: largestPenalty })),
    default: 0.01,
    label: 'ridge penalty',
    help: "Weight of the coefficients, as a fraction of the exemplars' mean squared norm.",
    range: [1e-6, 1, 1e-6],
    isLogarithmic: true,
  },
  variance: {
    schema: meets((value) => numberIn(value, { above: 0, to: largestPenalty })),
    label: 'ridge variance',
    help: 'The variance that is added to the covariance of exemplars, instead of the penalty.',
    range: [0, 1, 0.001],
  },
  neighbours: {
    schema: meets((value) => integerIn(value, [1])),
    default: 8,
    label: 'nearest exemplars',
    help: 'Number of nearest exemplars that may rebuild a feature. Many of them rebuild defects, too.',
    range: [1, 64, 1],
    isLogarithmic: true,
  },
} satisfies Record<string, SolverParameter>;

export type SolverParameterName = keyof typeof solverParameters;

/** A solver: its parameters, how they are checked, and the function that they describe. */
interface SolverRow<Config> {
  parameters: readonly SolverParameterName[];
  /** Schemas of its forms, with one or the other parameter. */
  schemas: readonly GenericSchema<Config>[];
  make: (config: Config) => Solver;
}

const { atoms, tolerance, multiple, mu, penalty, variance, neighbours } = schemasOf(solverParameters);

/** All solvers by name. */
export const solvers: { [Name in SolverName]: SolverRow<Extract<SolverConfig, { name: Name }>> } = {
  omp: {
    parameters: ['atoms', 'tolerance'],
    schemas: [strictObject({ name: literal('omp'), atoms, tolerance: optional(tolerance) })],
    make: omp,
  },
  lasso: {
    parameters: ['multiple'],
    schemas: [strictObject({ name: literal('lasso'), multiple })],
    make: lasso,
  },
  elasticNet: {
    parameters: ['mu', 'multiple'],
    schemas: [strictObject({ name: literal('elasticNet'), mu, multiple })],
    make: elasticNet,
  },
  ridge: {
    parameters: ['penalty', 'variance'],
    schemas: [
      strictObject({ name: literal('ridge'), penalty }),
      strictObject({ name: literal('ridge'), variance }),
    ],
    make: ({ name: _name, ...options }) => ridge(options),
  },
  localRidge: {
    parameters: ['neighbours', 'penalty'],
    schemas: [strictObject({ name: literal('localRidge'), neighbours, penalty })],
    make: localRidge,
  },
  nearest: { parameters: [], schemas: [strictObject({ name: literal('nearest') })], make: () => nearest() },
};

export const solverNames = Object.keys(solvers) as readonly SolverName[];

/** A solver with its parameters, each in its range, and nothing else. */
export const solverSchema = variant(
  'name',
  Object.values(solvers).flatMap(({ schemas }) => schemas as never[]),
) as GenericSchema<SolverConfig>;

/** A solver from parameters of which some may be missing or another solver's; a variance takes the penalty's place. */
export function solverConfigWith(
  name: SolverName,
  given: Partial<Record<SolverParameterName, number>>,
): SolverConfig {
  const own = solvers[name].parameters.filter(
    (parameter) => !(parameter === 'penalty' && name === 'ridge' && given.variance !== undefined),
  );
  const values = own.flatMap((parameter) => {
    const row: SolverParameter = solverParameters[parameter];
    const value = given[parameter] ?? row.default;
    return value === undefined ? [] : [[parameter, value]];
  });
  return { name, ...(Object.fromEntries(values) as object) } as SolverConfig;
}

/**
 * The solver that a configuration describes.
 *
 * @throws RangeError when the name is unknown or a parameter is missing or out of range
 * @example
 * ```ts
 * const codes = await encode(featureMatrixFrom([[3]]), featureMatrixFrom([[1]]), solverOf({ name: 'omp', atoms: 1 }));
 * codes.values[0] // 3
 * ```
 */
export function solverOf(config: SolverConfig): Solver {
  oneOf({ solver: config.name }, solverNames);
  return (solvers[config.name] as SolverRow<SolverConfig>).make(config);
}

function schemasOf<Rows extends Record<string, { schema: GenericSchema<number> }>>(
  rows: Rows,
): { [Name in keyof Rows]: GenericSchema<number> } {
  return Object.fromEntries(Object.entries(rows).map(([name, { schema }]) => [name, schema])) as never;
}
