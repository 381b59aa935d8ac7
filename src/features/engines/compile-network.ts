import { oneOf } from '../../base';
import { onnxRuntime } from '../../matrix';
import type { Network } from '../network';
import type { Engine } from './engine';
import { compileOnnx } from './onnx';
import { compileTensorflow } from './tensorflow';

/** `onnx`: ONNX Runtime. `tensorflow`: TensorFlow.js, native where it loads, else WebAssembly. `auto`: the first that loads. */
export type EngineName = 'auto' | 'onnx' | 'tensorflow';

export const engineNames: readonly EngineName[] = ['auto', 'onnx', 'tensorflow'];

/**
 * Compiles a network for images of one size.
 *
 * @throws RangeError when the engine is unknown; Error when it does not load here
 */
export async function compileNetwork(
  network: Network,
  image: { height: number; width: number },
  engine: EngineName = 'auto',
): Promise<Engine> {
  oneOf({ engine }, engineNames);
  if (engine === 'onnx') return compileOnnx(network, image);
  if (engine === 'tensorflow') return compileTensorflow(network, image);
  try {
    await onnxRuntime.get()();
  } catch {
    return compileTensorflow(network, image);
  }
  return compileOnnx(network, image);
}
