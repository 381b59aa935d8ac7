// Whatever takes a detector needs its configuration.
export * from '../configuration';

export * from './decide';
export * from './detector';
export { driftNotice } from './drift-notice';
export * from './evaluate';
export * from './files';
export * from './fit-detector';
export * from './load-detector';
export * from './stages';
export { assertFiniteScores, mapsAndScores } from './score-batches';
export * from './weigh-granularities';
export type { FalseAlarms, Thresholds } from './thresholds';
