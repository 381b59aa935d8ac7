import type { Steps } from './steps';

/** 1 where nothing is marked, else 0. */
export function keptOf(marked: Uint8Array): Float32Array {
  return Float32Array.from(marked, (value) => (value ? 0 : 1));
}

/** Values that are another value where a mask of the shape `dims` marks them. */
export function replaced(
  steps: Steps,
  values: string,
  marked: Uint8Array,
  dims: readonly number[],
  value: number,
): string {
  const kept = steps.do('Mul', [values, steps.floats(dims, keptOf(marked))]);
  return steps.do('Add', [
    kept,
    steps.floats(
      dims,
      Float32Array.from(marked, (one) => (one ? value : 0)),
    ),
  ]);
}
