import '../platform';
import { runPoint, type SweepPoint } from './run-point';
import type { RunRecord } from './run-record';

/** The task of a worker thread. */
export interface PointTask {
  point: SweepPoint;
  /** One shared number; once it is not 0 the work stops at its next item. A thread must not be ended from outside, since native code may run in it. */
  stop?: Int32Array;
}

/** The task of a worker thread. */
export default function work({ point, stop }: PointTask): Promise<RunRecord> {
  const stopping = new AbortController();
  return runPoint(point, {
    signal: stopping.signal,
    onProgress: () => {
      if (stop && Atomics.load(stop, 0) !== 0) stopping.abort(new Error('the sweep was stopped'));
    },
  });
}
