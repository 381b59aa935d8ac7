import * as ort from 'onnxruntime-web/wasm';
import { embeddedWeights } from '../../features';
import { onnxRuntime, type OnnxRuntime, parseSafetensors, simdKernels } from '../../matrix';

/** SHA-256 of the embedded weights; the build puts it in. */
declare const WEIGHTS_SHA256: string;

/** More threads gain little for a network as small as the embedded one. */
const mostThreads = 4;

/** The smallest module that has an instruction of WebAssembly SIMD. */
const simdProbe = Uint8Array.of(
  ...[
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
    11,
  ],
);

/**
 * Fetches the kernels of the solvers, and puts them where the core asks for them.
 *
 * @throws Error where the browser lacks SIMD, or the file cannot be fetched
 */
export async function provideKernels(): Promise<void> {
  if (!WebAssembly.validate(simdProbe))
    throw new Error(
      'This browser has no WebAssembly SIMD, which the method needs: take one from 2021 or later.',
    );
  const kernels = await fetchBytes('simd.wasm');
  simdKernels.provide(() => kernels);
}

/**
 * Fetches the network and its engine, and puts them where the core asks for them.
 *
 * @throws Error where a file cannot be fetched
 */
export async function provideNetwork(): Promise<void> {
  const [weights, wasmBinary] = await Promise.all(
    ['efficientnet-lite0.safetensors', 'ort-wasm-simd-threaded.wasm'].map(fetchBytes),
  );
  const parsed = parseSafetensors(weights, { source: 'the embedded weights', sha256: WEIGHTS_SHA256 });
  embeddedWeights.provide(async () => parsed);
  Object.assign(ort.env.wasm, {
    wasmBinary: wasmBinary.buffer,
    // Its threads start this file; were it part of the bundle, each of them would start the page's worker.
    wasmPaths: { mjs: new URL('ort-wasm-simd-threaded.mjs', self.location.href).href },
    numThreads: self.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1,
  });
  onnxRuntime.provide(async () => runtime);
}

/** ONNX Runtime Web does not write into outputs that are given, so it is asked for new ones. */
const runtime: OnnxRuntime = {
  Tensor: ort.Tensor as unknown as OnnxRuntime['Tensor'],
  InferenceSession: {
    async create(model, options) {
      const session = await ort.InferenceSession.create(model, options);
      const run = (inputs: object) => session.run(inputs as ort.InferenceSession.FeedsType);
      return { run, release: () => session.release() };
    },
  },
};

async function fetchBytes(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(name, self.location.href));
  if (!response.ok) throw new Error(`${name} could not be loaded (${response.status}): load the page again.`);
  return new Uint8Array(await response.arrayBuffer());
}
