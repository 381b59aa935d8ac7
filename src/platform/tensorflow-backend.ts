import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';

/** Functions of Node.js's `util` that the native backend calls, and that Node.js 23 no longer has. */
const formerUtil = { isNullOrUndefined: (value: unknown) => value === null || value === undefined };

/** An optional dependency: a variable keeps the compiler from asking for its types where it is not installed. */
const nativePackage: string = '@tensorflow/tfjs-node-gpu';

/**
 * Makes a TensorFlow.js backend ready: the native one of `@tensorflow/tfjs-node-gpu` where its binding loads, else
 * WebAssembly.
 *
 * @returns the backend's name, `tensorflow` or `wasm`
 */
export async function readyTensorflow(): Promise<string> {
  const ready = tf.getBackend();
  if (ready === 'tensorflow' || ready === 'wasm') return ready;
  try {
    Object.assign(util, { ...formerUtil, ...util });
    await import(nativePackage);
    await tf.setBackend('tensorflow');
  } catch {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
  }
  await tf.ready();
  return tf.getBackend();
}
