export { type BackboneName, backboneNames, loadBackbone } from './backbone';
export { download } from './download';
export { compileNetwork, type EngineName, engineNames } from './engines';
export type { Engine, EngineOutput } from './engines/engine';
export * from './extract';
export * from './feature-maps';
export * from './feature-matrix';
export { inferShapes, type MapShape, type Network, type NetworkNode, type NetworkOutput } from './network';
export { gluonResNet50V2 } from './networks/gluon-resnet50-v2';
export { type ResNetName, resNet, resNetNames } from './networks/resnet';
export { type ScatteringOptions, scatteringNetwork } from './networks/scattering';
export { type PatchFeatureOptions, withPatchFeatures } from './patch-features';
export { innerProducts, multiply, type Products } from './product';
export { type PublishedName, type PublishedWeights, publishedWeights } from './published-weights';
export {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  type Tensor,
  type Weights,
} from './safetensors';
export { instantiateSimd, type Simd } from './simd';
