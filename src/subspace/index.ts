export * from './active-set-descent';
export * from './elastic-net';
export * from './encode';
export * from './encode-with';
export * from './largest-coefficients';
export * from './local-ridge';
export * from './nearest';
export * from './omp';
export * from './reconstruct';
export * from './ridge';
export * from './self-express';
export {
  checkGram,
  denseCodes,
  type Encoder,
  type Gram,
  type Signals,
  type Solver,
  type SparseCodes,
} from './solver';
export * from './solver-config';
export * from './spectral-clustering';
export * from './spectrum';
export * from './toy';
export * from './toy-models';
