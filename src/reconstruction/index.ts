export * from './bank-tensors';
export * from './calibrate';
export * from './contributions-at';
export * from './explain-position';
export * from './extend-reconstructor';
export * from './fit-reconstructor';
export * from './gather-exemplars';
export * from './granularity';
export type { NormalizationOptions } from './normalization';
export * from './reconstructor';
export { type ResidualMetricName, residualMetricNames, type ResidualMetricOptions } from './residual-metric';
export {
  type SampledExemplars,
  sampleExemplars,
  type SamplingOptions,
  usedAtAllLevels,
} from './sample-exemplars';
