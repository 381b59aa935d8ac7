import { createHash } from 'node:crypto';
import { Queue, QueueEvents } from 'bullmq';
import { packageVersion } from '../files';
import { parseRecordOf } from './point-schema';
import { checkRedis, connectionTo, queueName, withoutPassword } from './queue-connection';
import { redisQuestions, within } from './redis-questions';
import type { SweepPoint } from './run-point';
import { experimentId, failureOf, type RunRecord } from './run-record';
import type { PointRunner } from './sweep';

/** Milliseconds between questions for results; workers also announce them. */
const pollInterval = 2_000;
/** Milliseconds for which messages of workers are gathered. */
const gathering = 50;
/** Milliseconds that closing may take. */
const farewell = 5_000;

/**
 * Runs points on the workers of a Redis queue (`spanlab worker`). Each point is queued once, under its experiment's id; the point
 * of a worker that dies or loses its connection goes to another, and whichever is done first is recorded. An answer that is not the
 * point's record is recorded as a failure.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @throws Error naming the address when Redis cannot be reached, or does not answer for five minutes
 */
export function queueRunner(url: string): PointRunner {
  return async (points, onRecord, { signal, onWait } = {}) => {
    if (points.length === 0) return;
    signal?.throwIfAborted();
    await checkRedis(url);
    const connection = connectionTo(url);
    const queue = new Queue(queueName, { connection });
    const events = new QueueEvents(queueName, { connection });
    // Lost connections are taken up again; without listeners their errors would end the process.
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    const { ask, attempt } = redisQuestions(url, signal);
    const open = new Map(points.map((point) => [jobIdOf(point), point]));
    const news = newsOf(events, signal);

    const record = async (id: string) => {
      const point = open.get(id)!;
      // The job is read after its state, so that its result is there.
      const job = await ask(queue.getJob(id));
      if (!job) return;
      await onRecord(recordOfJob(point, job));
      open.delete(id);
      await ask(job.remove());
    };
    /** Looks at every open point once; all are asked for at the same time, since each answer may take long. */
    const look = async (retryFailed: boolean) => {
      const ids = [...open.keys()];
      const states = await Promise.all(ids.map((id) => ask(queue.getJobState(id))));
      for (const [index, id] of ids.entries()) {
        if (states[index] === 'failed' && retryFailed) {
          await ask(queue.remove(id));
          states[index] = 'unknown';
        } else if (states[index] === 'completed' || states[index] === 'failed') await record(id);
      }
      const missing = ids.filter((_, index) => states[index] === 'unknown');
      await Promise.all(missing.map((jobId) => ask(queue.add('point', open.get(jobId)!, { jobId }))));
    };
    const tellWaiting = async () => {
      const workers = await ask(queue.getWorkersCount());
      const start = `start \`spanlab worker --queue ${withoutPassword(url)}\``;
      onWait?.(workers > 0 ? undefined : `no worker of spanlab ${packageVersion} is there: ${start}`);
    };

    try {
      let isFirst = true;
      for (;;) {
        // Points that failed in an earlier sweep are tried again.
        if (await attempt(() => look(isFirst))) isFirst = false;
        if (open.size === 0) return;
        if (!(await news.next())) await attempt(tellWaiting);
        signal?.throwIfAborted();
      }
    } finally {
      const ends = [events, queue].map((end) => within(farewell, end.close()).catch(() => end.disconnect()));
      await within(farewell, Promise.allSettled(ends)).catch(() => undefined);
    }
  };
}

/** Tells when workers have told of an end, or that there was none for a while. */
function newsOf(events: QueueEvents, signal?: AbortSignal) {
  let isNew = false;
  let wake: () => void = () => undefined;
  const tell = () => {
    isNew = true;
    setTimeout(() => wake(), gathering);
  };
  events.on('completed', tell);
  events.on('failed', tell);
  signal?.addEventListener('abort', () => wake(), { once: true });
  return {
    async next(): Promise<boolean> {
      if (!isNew) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollInterval);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const wasNew = isNew;
      isNew = false;
      return wasNew;
    },
  };
}

/** The record that a finished job gives for its point. */
function recordOfJob(
  point: SweepPoint,
  { returnvalue, failedReason }: { returnvalue: unknown; failedReason?: string },
): RunRecord {
  if (failedReason) return failureOf(point, new Error(failedReason));
  try {
    return parseRecordOf(point, returnvalue);
  } catch (error) {
    return failureOf(
      point,
      new Error(`a worker's answer is not the point's record: ${(error as Error).message}`),
    );
  }
}

/** The id of a point's job: the same whoever queues the point of that sweep. */
function jobIdOf(point: SweepPoint): string {
  return `${experimentId(point)}-${createHash('sha256').update(point.out).digest('hex').slice(0, 8)}`;
}
