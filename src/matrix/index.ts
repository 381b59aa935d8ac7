export * from './cholesky';
export * from './feature-matrix';
export * from './onnx-graph';
export * from './ordinary-scale';
export * from './products';
export * from './runtimes';
export * from './safetensors';
export * from './simd';
