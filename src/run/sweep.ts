import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Piscina from 'piscina';
import { integerIn, type LongWork } from '../base';
import { checkConfiguration } from '../detector';
import { assertWritableFolder } from '../files';
import { parseRecordOf } from './point-schema';
import type { PointTask } from './point-worker';
import { pointFolder, type SweepPoint } from './run-point';
import { experimentId, failureOf, type RunRecord } from './run-record';
import { openRunStore } from './run-store';

/** Runs points and reports each one's record, in any order. */
export type PointRunner = (
  points: readonly SweepPoint[],
  onRecord: (record: RunRecord) => Promise<void>,
  options?: Pick<SweepOptions, 'signal' | 'onWait'>,
) => Promise<void>;

/** Parameters of {@link sweep}. */
export interface SweepOptions extends LongWork {
  /** Folder of the sweep. */
  out: string;
  /** Default: {@link workerThreads}. */
  run?: PointRunner;
  /** Told what the sweep waits for, and `undefined` once it does not. */
  onWait?: (reason: string | undefined) => void;
}

/**
 * Runs every point that is not yet done and keeps all records in the folder's `runs.duckdb`. A record is on disk before the next
 * one is waited for, so that the same call resumes a sweep that ended at any moment: finished points are not run again, and the
 * results of points that were finished but not recorded are taken from their folders. Points that failed are tried again.
 *
 * @param points a configuration on a category each
 * @returns the records of all points, in their order
 * @throws RangeError when a configuration is out of range, before any point is run
 * @example
 * ```ts
 * const points = [2, 4].map((exemplars) => ({
 *   dataset: 'synthetic' as const, category: 'nut', configuration: configure({ backbone: 'scattering', size: 64, exemplars }), out: 'grid',
 * }));
 * const records = await sweep(points, { out: 'grid', run: workerThreads(1) });
 * records.map(({ exemplars }) => exemplars) // [2, 4]
 * ```
 */
export async function sweep(
  points: readonly SweepPoint[],
  { out, run = workerThreads(), onProgress, onWait, signal }: SweepOptions,
): Promise<RunRecord[]> {
  for (const { configuration } of points) checkConfiguration(configuration);
  await assertWritableFolder(out);
  const store = await openRunStore(out, 'write');
  try {
    const kept = new Map((await store.all()).map((record) => [record.id, record]));
    const done = new Map<string, RunRecord>();
    const open = new Map<string, SweepPoint>();
    for (const point of points) {
      const id = experimentId(point);
      const earlier = kept.get(id) ?? kept.get(experimentId(withoutLaterFields(point)));
      const { trainFraction = null, dataSha256 = null } = point;
      const record =
        earlier?.status === 'done' ? { ...earlier, id, trainFraction, dataSha256 } : await unrecorded(point);
      if (record) {
        if (earlier?.id !== id || earlier.status !== 'done') await store.record(record, earlier?.id);
        done.set(id, record);
      } else {
        open.set(id, point);
      }
    }
    const total = done.size + open.size;
    const report = () => onProgress?.({ stage: 'points', done: done.size, total });
    report();
    await run(
      [...open.values()],
      async (record) => {
        if (done.has(record.id)) return;
        await store.record(record);
        done.set(record.id, record);
        report();
      },
      { signal, onWait },
    );
    return points.map((point) => done.get(experimentId(point))!);
  } finally {
    store.close();
  }
}

/** A point as records of earlier versions knew it. */
function withoutLaterFields(point: SweepPoint): SweepPoint {
  return { ...point, trainFraction: undefined, dataSha256: undefined };
}

/** The record of a point whose results were written but not recorded. */
async function unrecorded(point: SweepPoint): Promise<RunRecord | undefined> {
  try {
    const text = await readFile(join(pointFolder(point), 'results.json'), 'utf8');
    return parseRecordOf(point, (JSON.parse(text) as { record?: unknown }).record);
  } catch {
    return undefined;
  }
}

/** Runs points in worker threads of this process; by default one for every two processors. */
export function workerThreads(threads = Math.max(1, Math.floor(availableParallelism() / 2))): PointRunner {
  integerIn({ workers: threads }, [1]);
  return async (points, onRecord, { signal } = {}) => {
    if (points.length === 0) return;
    const pool = new Piscina({
      filename: require.resolve('./point-worker'),
      minThreads: Math.min(threads, points.length),
      maxThreads: threads,
    });
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const onAbort = () => void Atomics.store(stop, 0, 1);
    signal?.addEventListener('abort', onAbort, { once: true });
    const waiting = [...points];
    const runWaiting = async () => {
      while (waiting.length > 0) {
        signal?.throwIfAborted();
        const point = waiting.shift()!;
        const task: PointTask = { point, stop };
        const record: RunRecord = await pool.run(task).catch((error: Error) => {
          signal?.throwIfAborted();
          return failureOf(point, error);
        });
        await onRecord(record);
      }
    };
    try {
      const outcomes = await Promise.allSettled(Array.from({ length: threads }, runWaiting));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await pool.destroy();
    }
  };
}
