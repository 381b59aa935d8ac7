import { type Job, Queue, QueueEvents } from 'bullmq';
import type { LongWork } from '../base';
import { packageVersion } from '../files';
import { checkRedis, connectionTo, queueName, withoutPassword } from './queue-connection';
import { redisQuestions, within } from './redis-questions';

/** Milliseconds between questions for results; workers also announce them. */
const pollInterval = 2_000;
/** Milliseconds for which messages of workers are gathered. */
const gathering = 50;
/** Milliseconds that closing may take. */
const farewell = 5_000;

/** What workers do: a point of a sweep, or the features or the scores of some images. */
export type JobKind = 'point' | 'features' | 'scores';

/** How a job ended: a value that a worker gave, which is to be checked, or a reason. */
export type JobEnd = Pick<Job<unknown, unknown>, 'returnvalue' | 'failedReason'>;

/** Options of {@link runJobs}. */
export interface JobOptions extends Pick<LongWork, 'signal'> {
  /** Told what the jobs wait for, and `undefined` once they do not. */
  onWait?: (reason: string | undefined) => void;
}

/**
 * Runs jobs on the workers of a Redis queue (`spanlab worker`). Each job is queued once, under its id; that of a worker that dies or
 * loses its connection goes to another, and its end is told once.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @param jobs the data of every job, by its id
 * @throws Error naming the address when Redis cannot be reached, or does not answer for five minutes
 */
export async function runJobs(
  url: string,
  { kind, jobs }: { kind: JobKind; jobs: ReadonlyMap<string, object> },
  onEnd: (id: string, end: JobEnd) => Promise<void>,
  { signal, onWait }: JobOptions = {},
): Promise<void> {
  if (jobs.size === 0) return;
  signal?.throwIfAborted();
  await checkRedis(url);
  const connection = connectionTo(url);
  const queue = new Queue(queueName, { connection });
  const events = new QueueEvents(queueName, { connection });
  // Lost connections are taken up again; without listeners their errors would end the process.
  queue.on('error', () => undefined);
  events.on('error', () => undefined);
  const { ask, attempt } = redisQuestions(url, signal);
  const open = new Map(jobs);
  const news = newsOf(events, signal);

  const take = async (id: string) => {
    // The job is read after its state, so that its result is there.
    const job = await ask(queue.getJob(id));
    if (!job) return;
    await onEnd(id, job);
    open.delete(id);
    await ask(job.remove());
  };
  /** Looks at every open job once; all are asked for at the same time, since each answer may take long. */
  const look = async (retryFailed: boolean) => {
    const ids = [...open.keys()];
    const states = await Promise.all(ids.map((id) => ask(queue.getJobState(id))));
    for (const [index, id] of ids.entries()) {
      if (states[index] === 'failed' && retryFailed) {
        await ask(queue.remove(id));
        states[index] = 'unknown';
      } else if (states[index] === 'completed' || states[index] === 'failed') await take(id);
    }
    const missing = ids.filter((_, index) => states[index] === 'unknown');
    await Promise.all(missing.map((jobId) => ask(queue.add(kind, open.get(jobId)!, { jobId }))));
  };
  const tellWaiting = async () => {
    const workers = await ask(queue.getWorkersCount());
    const start = `start \`spanlab worker --queue ${withoutPassword(url)}\``;
    onWait?.(workers > 0 ? undefined : `no worker of spanlab ${packageVersion} is there: ${start}`);
  };

  try {
    let isFirst = true;
    for (;;) {
      // Jobs that failed for an earlier process are tried again.
      if (await attempt(() => look(isFirst))) isFirst = false;
      if (open.size === 0) return;
      if (!(await news.next())) await attempt(tellWaiting);
      signal?.throwIfAborted();
    }
  } finally {
    const ends = [events, queue].map((end) => within(farewell, end.close()).catch(() => end.disconnect()));
    await within(farewell, Promise.allSettled(ends)).catch(() => undefined);
  }
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
