export { type KCenterOptions, kCenter, kCenterOfGram } from './k-center';
export { type RandomSamplingOptions, randomSampling, randomSamplingOfGram } from './random-sampling';
export { representationCosts } from './representation-costs';
export type { Sampling, SamplingOptions } from './sampling';
export {
  type SubspaceSampling,
  type SubspaceSamplingOptions,
  subspaceSampling,
  subspaceSamplingOfGram,
} from './subspace-sampling';
