import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'bullmq';
import { numberIn } from '../base';
import { assertWithin } from '../files';
import { parseFeatureTask } from './feature-task';
import type { GivenJob, JobAnswer, JobValue } from './job-process';
import { parsePoint } from './point-schema';
import { checkRedis, connectionTo, queueName } from './queue-connection';
import { within } from './redis-questions';
import type { SweepPoint } from './run-point';
import { parseScoreTask } from './score-task';
import type { JobKind } from './run-jobs';

/** Parameters of {@link workOnQueue}. */
export interface QueueWorkOptions {
  /** Seconds, > 0, after which a silent worker counts as dead, and its point goes to another. */
  silence: number;
  /** Seconds, > 0, that a point may take. */
  timeLimit: number;
  /** Folder that data sets and weights must lie in. */
  root: string;
  /** Folder that results must lie in. */
  out: string;
  /** Told of every point that is done or failed. */
  onPoint: (id: string, outcome: string) => void;
  signal: AbortSignal;
}

/**
 * Works on the jobs of a Redis queue, points of sweeps, features of runs and scores, until it is aborted; it then finishes its current job first.
 * Anyone who can write to the Redis can send jobs, so every one is checked before it runs: its fields, and that it reads and writes in the
 * given folders only. Jobs run in a separate process, which is killed when one takes too long.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @throws RangeError when `silence` or `timeLimit` is out of range; Error naming the address when Redis cannot be reached
 */
export async function workOnQueue(url: string, options: QueueWorkOptions): Promise<void> {
  const { silence, timeLimit, onPoint, signal } = options;
  numberIn({ silence }, { above: 0, to: 3600 });
  numberIn({ 'time limit': timeLimit }, { above: 0, to: 1e6 });
  await checkRedis(url);
  // With a separate process the worker can also report that it is alive while a point computes.
  const runner = jobRunner(timeLimit);
  const worker = new Worker<unknown, JobValue, JobKind>(
    queueName,
    async ({ name: kind, data }) => {
      await checkJob({ kind, data }, options);
      return runner.run({ kind, data });
    },
    {
      connection: connectionTo(url),
      lockDuration: 1000 * silence,
      stalledInterval: 1000 * silence,
      maxStalledCount: 10,
    },
  );
  worker.on('completed', ({ id }) => onPoint(id!, 'done'));
  worker.on('failed', (job, error) => onPoint(job?.id ?? 'unknown', error.message));
  worker.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await runner.idle();
  await within(5_000, worker.close()).catch(() => worker.close(true).catch(() => undefined));
  runner.end();
}

const remedy = (flag: string) => `start the worker with a wider ${flag}`;

/** The folders that a worker keeps to. */
type Limits = Pick<QueueWorkOptions, 'root' | 'out'>;

/** Checks a job's fields, and that it keeps to the worker's folders. */
async function checkJob({ kind, data }: GivenJob, limits: Limits): Promise<void> {
  if (kind === 'point') return checkPlaces(parsePoint(data), limits);
  if (kind === 'scores') {
    const { bank, weights, images } = parseScoreTask(data);
    // A bank may be among the results of a run.
    await assertWithin({ bank }, limits.root, remedy('--root')).catch(() =>
      assertWithin({ bank }, limits.out, remedy('--root or --out')),
    );
    return checkImages({ weights, images }, limits);
  }
  const { folder, images, configuration } = parseFeatureTask(data);
  await assertWithin({ folder }, limits.out, remedy('--out'));
  await checkImages({ weights: configuration.weights, images }, limits);
}

async function checkImages(
  { weights, images }: { weights?: string; images: readonly string[] },
  { root }: Limits,
): Promise<void> {
  for (const image of images) await assertWithin({ image }, root, remedy('--root'));
  if (weights) await assertWithin({ weights }, root, remedy('--root'));
}

async function checkPlaces(
  { root, places, out, configuration: { weights } }: SweepPoint,
  limits: Limits,
): Promise<void> {
  await assertWithin({ out }, limits.out, remedy('--out'));
  if (root) await assertWithin({ root }, limits.root, remedy('--root'));
  for (const [purpose, folders] of Object.entries(places ?? {}) as [string, readonly string[]][])
    for (const folder of folders) await assertWithin({ [purpose]: folder }, limits.root, remedy('--root'));
  if (weights) await assertWithin({ weights }, limits.root, remedy('--root'));
}

/** Does jobs in a process that is started when it is needed. */
function jobRunner(timeLimit: number) {
  let child: ChildProcess | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const start = () => {
    const started = fork(require.resolve('./job-process'));
    child = started;
    started.on('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  };
  const run = async (job: GivenJob): Promise<JobValue> => {
    const own = child ?? start();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 1000 * timeLimit);
    const ended = once(own, 'exit', { signal: stop.signal }).then(([code, signal]) => {
      throw new Error(
        `the process of the point ended (${signal ?? `exit code ${code}`}), e.g. out of memory`,
      );
    });
    const answered = once(own, 'message', { signal: stop.signal }).then(([answer]) => answer as JobAnswer);
    try {
      own.send(job);
      const answer = await Promise.race([answered, ended]);
      if ('error' in answer) throw new Error(answer.error);
      return answer.value;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      own.kill('SIGKILL');
      child = undefined;
      throw new Error(`the point took over ${timeLimit} s, which this worker allows (--time-limit)`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      stop.abort();
      await Promise.allSettled([ended, answered]);
    }
  };
  return {
    run(job: GivenJob) {
      const own = run(job);
      running = own;
      return own;
    },
    idle: () =>
      running.then(
        () => undefined,
        () => undefined,
      ),
    end: () => void child?.kill('SIGKILL'),
  };
}
