export * from './configuration';
export * from './decide';
export * from './detector';
export * from './evaluate';
export * from './files';
export * from './fit-detector';
export * from './load-detector';
export * from './model-options';
export type { FalseAlarms, Thresholds } from './thresholds';
