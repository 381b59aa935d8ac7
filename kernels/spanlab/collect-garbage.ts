import v8 from 'node:v8';
import vm from 'node:vm';

const cellsPerCollection = 100;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/**
 * Collects garbage after every hundredth cell, once its answer is on its way. By itself V8 lets the heap of a long session grow to
 * several times what is in use.
 */
export function collectGarbageAfter(cells: number): void {
  if (cells % cellsPerCollection === 0) setImmediate(collect);
}
