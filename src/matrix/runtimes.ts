import { createPort } from '../base';

/** A tensor of ONNX Runtime. */
interface OnnxTensor {
  readonly data: unknown;
}

/** A model that ONNX Runtime has loaded. */
export interface OnnxSession {
  /** Where `outputs` are given, the results are written into them. */
  run(
    inputs: Readonly<Record<string, OnnxTensor>>,
    outputs?: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** The part of ONNX Runtime that spanlab uses; its packages for Node.js and for browsers share this interface. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxSession> };
  Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
}

/** Threads sleep between runs: those that spin would take a core from decoding and from the solvers. */
export const sessionOptions = {
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** Loads ONNX Runtime; rejects where its binary does not load. */
export const onnxRuntime = createPort<() => Promise<OnnxRuntime>>('ONNX Runtime');

/** Makes a backend of TensorFlow.js ready and gives its name. */
export const tensorflowBackend = createPort<() => Promise<string>>('a backend of TensorFlow.js');
