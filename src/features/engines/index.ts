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
 * @throws Error when the engine is unknown or does not load here
 */
export async function compileNetwork(
  network: Network,
  image: { height: number; width: number },
  engine: EngineName = 'auto',
): Promise<Engine> {
  if (engine === 'onnx') return compileOnnx(network, image);
  if (engine === 'tensorflow') return compileTensorflow(network, image);
  if (engine !== 'auto') throw new Error(`engine is ${engine}; expected one of ${engineNames.join(', ')}`);
  try {
    await import('onnxruntime-node');
  } catch {
    return compileTensorflow(network, image);
  }
  return compileOnnx(network, image);
}
