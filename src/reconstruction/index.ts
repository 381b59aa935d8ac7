export type { ExemplarOrigin } from './level-model';
export type { NormalizationOptions } from './normalization';
export { saveBank } from './save-bank';
export {
  type BankLevel,
  fitReconstructor,
  type LevelReconstruction,
  type Reconstructor,
  type ReconstructorOptions,
} from './reconstructor';
export type { ResidualMetricName } from './residual-metric';
export {
  type BankOptions,
  type Granularity,
  granularities,
  type SamplerName,
  sampleBank,
  samplerNames,
} from './sample-bank';
