// Whatever takes a detector needs its configuration.
export * from '../configuration';

export * from './decide';
export { describeNotices } from './describe-notices';
export * from './detector';
export { driftNotice } from './drift-notice';
export * from './evaluate';
export * from './files';
export { extendDetector } from './extend-detector';
export * from './fit-detector';
export * from './load-detector';
export { exportDetector } from './onnx/export-detector';
export * from './open-features';
export * from './stages';
export { type JudgedWhite, judgeWhite } from './judge-white';
export type { ScoreOptions } from './score-options';
export { assertFiniteScores, mapsAndScores } from './score-batches';
export * from './weigh-granularities';
export type { FalseAlarms, Thresholds } from './thresholds';
