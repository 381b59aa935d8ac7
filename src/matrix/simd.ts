import { createPort } from '../base';

/** The compiled kernels of `kernels/simd`, whose sources document their parameters; addresses are bytes in `memory`. */
interface SimdExports {
  omp(
    single: boolean,
    gram: number,
    stride: number,
    correlations: number,
    squaredNorm: number,
    limit: number,
    tolerance: number,
    basis: number,
    factor: number,
    forward: number,
    chosen: number,
    solution: number,
  ): number;
  localRidge(
    gram: number,
    stride: number,
    cross: number,
    squaredNorms: number,
    excluded: number,
    limit: number,
    penalty: number,
    distances: number,
    factor: number,
    chosen: number,
    solution: number,
  ): number;
  prepareDescent(gram: number, columns: number, start: number, largest: number): void;
  ownAt(): number;
  activeAtomsAt(): number;
  coefficientsAt(): number;
  descend(
    count: number,
    squaredNorm: number,
    l1: number,
    l2: number,
    excluded: number,
    size: number,
    gapLimit: number,
    maxRounds: number,
  ): number;
  lastGap(): number;
  certify(from: number, to: number, size: number, l1: number): number;
  objective(size: number, l1: number): number;
  factorise(matrix: number, size: number, stride: number): number;
  invertLower(lower: number, inverse: number, size: number, stride: number): void;
  gramOfLower(lower: number, product: number, size: number, stride: number): void;
  addScatter(features: number, count: number, cols: number, stride: number, scatter: number): void;
  products(feature: number, cols: number, others: number, from: number, to: number, out: number): void;
  lowerDistances(
    features: number,
    rows: number,
    cols: number,
    first: number,
    further: number,
    firstCols: number,
    furtherCols: number,
    lows: number,
    highs: number,
    margin: number,
    least: number,
    centre: number,
    counted: number,
  ): number;
}

/** An instance of the kernels with a separate memory of fixed size. */
export interface Simd extends SimdExports {
  buffer: ArrayBuffer;
  /** Reserves so many zero bytes and gives their address, a multiple of 16. */
  allocate(bytes: number): number;
}

/** Gives the bytes of the compiled kernels, the package's `dist/simd.wasm`. */
export const simdKernels = createPort<() => Uint8Array>('the compiled SIMD kernels');

/** The part of WebAssembly that is used here; Node.js has no types for it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (descriptor: { initial: number }) => { buffer: ArrayBuffer };
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** The first byte that can be allocated; the kernels' constants lie below it. */
const firstFree = 1024;
const pageBytes = 65536;
const largestBytes = 2 ** 32 - pageBytes;

let compiled: object | undefined;

/**
 * Loads the SIMD kernels.
 *
 * @param bytes that will be allocated in total; each allocation takes up to 15 more
 * @throws RangeError when there is more to hold than WebAssembly can address
 */
export function instantiateSimd(bytes: number): Simd {
  compiled ??= new WebAssembly.Module(simdKernels.get()());
  const needed = firstFree + bytes + 1024;
  if (!(needed <= largestBytes)) {
    throw new RangeError(
      `the work needs ${(needed / 1e9).toFixed(1)} GB at once; expected at most ${(largestBytes / 1e9).toFixed(1)} GB: use fewer features or atoms`,
    );
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(needed / pageBytes) });
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      memory,
      abort: () => {
        throw new Error('a SIMD kernel failed');
      },
    },
  });
  let free = firstFree;
  return {
    ...(instance.exports as SimdExports),
    buffer: memory.buffer,
    allocate(size) {
      const at = free;
      free = Math.ceil((free + size) / 16) * 16;
      return at;
    },
  };
}
