/** Runs in a browser: what a page does to use the core. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { simdKernels, tensorflowBackend } from '../../src/core';
import { runCore } from './core-run';

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

Object.assign(globalThis, {
  async runInPage(kernels: string, backend: string) {
    const url = URL.createObjectURL(new Blob([bytesOf(backend)], { type: 'application/wasm' }));
    setWasmPaths({
      'tfjs-backend-wasm.wasm': url,
      'tfjs-backend-wasm-simd.wasm': url,
      'tfjs-backend-wasm-threaded-simd.wasm': url,
    });
    simdKernels.provide(() => bytesOf(kernels));
    tensorflowBackend.provide(async () => {
      await tf.setBackend('wasm');
      await tf.ready();
      return tf.getBackend();
    });
    return runCore();
  },
});
