import { SingleBar } from 'cli-progress';
import type { LongWork } from '../base';

/**
 * A progress bar on standard error, with items, rate and time left; one bar per stage. Without a terminal there is none.
 *
 * @returns what to pass on to long work, and a function that ends the last bar
 */
export function showProgress(): { onProgress: NonNullable<LongWork['onProgress']>; end: () => void } {
  let bar: SingleBar | undefined;
  let current = '';
  let started = 0;
  const end = () => {
    bar?.stop();
    bar = undefined;
    current = '';
  };
  return {
    end,
    onProgress({ stage, done, total }) {
      if (stage !== current) {
        end();
        current = stage;
        started = performance.now();
        bar = new SingleBar({
          format: '{stage} [{bar}] {value}/{total}  {rate}/s  {eta_formatted} left',
          stream: process.stderr,
          hideCursor: true,
          barsize: 24,
        });
        bar.start(total, 0, { stage, rate: '-' });
      }
      const seconds = (performance.now() - started) / 1000;
      bar?.setTotal(total);
      bar?.update(done, { stage, rate: seconds > 0 ? (done / seconds).toPrecision(3) : '-' });
    },
  };
}
