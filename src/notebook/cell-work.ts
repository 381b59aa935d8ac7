import { randomUUID } from 'node:crypto';
import { tellProgress, type WatchedWork } from '../base';
import { kernelHost } from './host';

/** Milliseconds between two updates. */
const least = 200;

/**
 * The options of long work in a cell: a signal that stops it when the cell is interrupted, and a line under the cell with its
 * progress, its rate and the time that is left; the line disappears when the work is done.
 *
 * @throws Error outside a notebook with the spanlab kernel
 * @example
 * ```ts
 * const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
 * const detector = await fitDetector(nut, { backbone: 'scattering', size: 64 }, cellWork());
 * detector.training.length // 16
 * ```
 */
export function cellWork(): WatchedWork {
  const host = kernelHost();
  const displayId = randomUUID();
  const wordsOf = tellProgress(least);
  let isShown = false;
  const show = (text: string) => {
    host.display({ 'text/plain': text }, { displayId, update: isShown });
    isShown = true;
  };
  return {
    signal: host.signal,
    onProgress(report) {
      const words = report.done < report.total ? wordsOf(report) : '';
      if (words || (words === '' && isShown)) show(words);
    },
  };
}
