import type { ProgressReport } from './work';

/**
 * A function that puts reports of progress into words, with the rate and the remaining time: at most every `least` milliseconds,
 * and not before a stage has run for as long. Undefined means that there is nothing to say yet.
 */
export function tellProgress(least: number): (report: ProgressReport) => string | undefined {
  let current = '';
  let [started, told] = [0, 0];
  return ({ stage, done, total }) => {
    const now = performance.now();
    if (stage !== current) [current, started] = [stage, now];
    if (now - told < least || now - started < least) return undefined;
    told = now;
    const rate = (1000 * done) / (now - started);
    const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
    return `${stage}: ${done} of ${total}, ${rate.toPrecision(2)} a second${left}`;
  };
}
