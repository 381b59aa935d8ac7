import { createHash } from 'node:crypto';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import Piscina from 'piscina';
import type { SweepPoint } from './run-point';
import { experimentId, failureOf, type RunRecord } from './run-record';
import type { PointRunner } from './sweep';

const queueName = 'spanlab-sweep';
/** How often results are asked for, besides being told of them. */
const pollInterval = 2_000;

/**
 * Runs points on the workers of a Redis queue (`spanlab worker`). Each point is queued once, under its experiment's id; the point
 * of a worker that dies or loses its connection goes to another, and whichever is done first is recorded.
 *
 * @param url `redis://host:port`
 * @throws Error naming the address when Redis cannot be reached
 */
export function queueRunner(url: string): PointRunner {
  return async (points, onRecord, signal) => {
    if (points.length === 0) return;
    signal?.throwIfAborted();
    await checkRedis(url);
    const connection = { url, maxRetriesPerRequest: null };
    const queue = new Queue<SweepPoint, RunRecord>(queueName, { connection });
    const events = new QueueEvents(queueName, { connection });
    // Lost connections are taken up again; without listeners their errors would end the process.
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    let timer: NodeJS.Timeout | undefined;
    try {
      const open = new Map(points.map((point) => [jobIdOf(point), point]));
      for (const [id, point] of open) {
        const old = await queue.getJob(id);
        if (old && (await old.getState()) === 'failed') await old.remove();
        await queue.add('point', point, { jobId: id, attempts: 1 });
      }
      const collect = async (id: string) => {
        const point = open.get(id);
        if (!point) return;
        const job = await queue.getJob(id);
        if (!job) {
          // Redis was started anew without its data.
          await queue.add('point', point, { jobId: id, attempts: 1 });
          return;
        }
        const state = await job.getState();
        if (state !== 'completed' && state !== 'failed') return;
        open.delete(id);
        await onRecord(
          state === 'completed' ? job.returnvalue : failureOf(point, new Error(job.failedReason)),
        );
        await job.remove();
      };
      await new Promise<void>((resolve, reject) => {
        let last = Promise.resolve();
        const look = (ids: Iterable<string>) => {
          last = last
            .then(async () => {
              for (const id of [...ids]) await collect(id);
              if (open.size === 0) resolve();
            })
            .catch((error: Error) => {
              if (!isConnectionError(error)) reject(error);
            });
        };
        timer = setInterval(() => look(open.keys()), pollInterval);
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        events.on('completed', ({ jobId }) => look([jobId]));
        events.on('failed', ({ jobId }) => look([jobId]));
        look(open.keys());
      });
    } finally {
      clearInterval(timer);
      await Promise.allSettled([events.close(), queue.close()]);
    }
  };
}

/**
 * Works on the points of a Redis queue until it is aborted; the point in work is then finished first.
 *
 * @param silence seconds, > 0, after which a worker that says nothing is taken for dead, and its point given to another
 * @param onPoint told of every point that is done or failed
 * @throws RangeError when `silence` is not positive; Error naming the address when Redis cannot be reached
 */
export async function workOnQueue(
  url: string,
  silence: number,
  signal: AbortSignal,
  onPoint: (id: string, outcome: string) => void,
): Promise<void> {
  if (!(silence > 0 && silence < 3600))
    throw new RangeError(`silence is ${silence}; expected seconds in (0, 3600)`);
  await checkRedis(url);
  // In a thread of its own, so that the worker's word that it is alive gets out while it computes.
  const pool = new Piscina({ filename: require.resolve('./point-worker'), minThreads: 1, maxThreads: 1 });
  const worker = new Worker<SweepPoint, RunRecord>(queueName, ({ data }) => pool.run({ point: data }), {
    connection: { url, maxRetriesPerRequest: null },
    lockDuration: 1000 * silence,
    stalledInterval: 1000 * silence,
    maxStalledCount: 10,
  });
  worker.on('completed', ({ id }) => onPoint(id!, 'done'));
  worker.on('failed', (job, error) => onPoint(job?.id ?? 'unknown', error.message));
  worker.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await worker.close();
  await pool.destroy();
}

/** The same for a point of the same sweep, whoever queues it. */
function jobIdOf(point: SweepPoint): string {
  return `${experimentId(point)}-${createHash('sha256').update(point.out).digest('hex').slice(0, 8)}`;
}

/** Refuses an address where no Redis answers. */
async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } catch (cause) {
    throw new Error(
      `no Redis answers at ${url}: ${(cause as Error).message}; start one or give its address`,
      {
        cause,
      },
    );
  } finally {
    client.disconnect();
  }
}

function isConnectionError({ message }: Error): boolean {
  return /ECONN|Connection is closed|EPIPE|ETIMEDOUT/.test(message);
}
