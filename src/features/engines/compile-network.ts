import { oneOf } from '../../base';
import { onnxRuntime } from '../../matrix';
import type { Network } from '../network';
import type { Engine } from './engine';
import { compileOnnx } from './onnx';
import { compileTensorflow } from './tensorflow';

/**
 * `onnx`: ONNX Runtime on the processor. `gpu`: ONNX Runtime on a GPU, by CUDA or WebGPU. `tensorflow`: TensorFlow.js, native where it loads,
 * else WebAssembly. `auto`: `onnx` where it loads, else `tensorflow`.
 */
export type EngineName = 'auto' | 'onnx' | 'gpu' | 'tensorflow';

export const engineNames: readonly EngineName[] = ['auto', 'onnx', 'gpu', 'tensorflow'];

/**
 * Compiles a network for images of one size.
 *
 * @throws RangeError when the engine is unknown; Error when it does not load here, or finds no GPU
 */
export async function compileNetwork(
  network: Network,
  image: { height: number; width: number },
  engine: EngineName = 'auto',
): Promise<Engine> {
  oneOf({ engine }, engineNames);
  if (engine === 'onnx') return compileOnnx(network, image);
  if (engine === 'gpu') return compileOnnx(network, image, true);
  if (engine === 'tensorflow') return compileTensorflow(network, image);
  try {
    await onnxRuntime.get()();
  } catch {
    return compileTensorflow(network, image);
  }
  return compileOnnx(network, image);
}
