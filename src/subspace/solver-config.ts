import { oneOf } from '../base';
import { elasticNet, lasso } from './elastic-net';
import { localRidge } from './local-ridge';
import { nearest } from './nearest';
import { omp } from './omp';
import { ridge, type RidgeOptions } from './ridge';
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

export const solverNames: readonly SolverName[] = [
  'omp',
  'lasso',
  'elasticNet',
  'ridge',
  'localRidge',
  'nearest',
];

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
  switch (config.name) {
    case 'omp':
      return omp(config);
    case 'lasso':
      return lasso(config);
    case 'elasticNet':
      return elasticNet(config);
    case 'ridge': {
      const { name: _name, ...options } = config;
      return ridge(options);
    }
    case 'localRidge':
      return localRidge(config);
    case 'nearest':
      return nearest();
  }
}
