export * from './bank-tensors';
export * from './calibrate';
export * from './contributions-at';
export * from './explain-position';
export * from './fit-reconstructor';
export * from './granularity';
export type { NormalizationOptions } from './normalization';
export * from './reconstructor';
export { type ResidualMetricName, residualMetricNames } from './residual-metric';
