export type { ExemplarOrigin } from './level-model';
export type { NormalizationOptions } from './normalization';
export { reconstructorFromTensors, reconstructorToTensors } from './bank-tensors';
export {
  type BankLevel,
  fitReconstructor,
  type LevelReconstruction,
  type Reconstructor,
  type ReconstructorOptions,
  restoreReconstructor,
  type SavedReconstructor,
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
