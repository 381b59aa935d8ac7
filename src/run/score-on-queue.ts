import { resolve } from 'node:path';
import type { LongWork } from '../base';
import type { ScoreOptions } from '../detector';
import { contentId } from './content-id';
import { fileChecksum } from './file-checksum';
import { type JobEnd, type JobOptions, runJobs } from './run-jobs';
import { parseScoreAnswer, type ScoreAnswer, type ScoreLine, type ScoreTask } from './score-task';

/** Images of a task. */
const imagesPerTask = 32;

/** Options of {@link scoreOnQueue}. */
export interface QueueScoreOptions
  extends JobOptions, Pick<LongWork, 'onProgress'>, Required<Pick<ScoreOptions, 'onSkip' | 'onNotice'>> {}

/**
 * Scores images on the workers of a Redis queue, see {@link runJobs}, with a memory bank that they read, too.
 *
 * @param url `redis://host:port` or, with TLS, `rediss://host:port`
 * @param source the bank's file, with the backbone's weights and the engine where they are not the usual ones
 * @returns the scores in the order of the paths, each as soon as those before it are there; images of a task that failed are skipped
 */
export async function* scoreOnQueue(
  url: string,
  { bank, weights, engine }: Pick<ScoreTask, 'bank' | 'weights' | 'engine'>,
  paths: readonly string[],
  { onSkip, onNotice, onProgress, ...options }: QueueScoreOptions,
): AsyncGenerator<ScoreLine> {
  const source = {
    bank: resolve(bank),
    bankSha256: await fileChecksum(bank, 'the bank'),
    weights: weights && resolve(weights),
    engine,
  };
  const parts: { paths: readonly string[]; id: string }[] = [];
  const jobs = new Map<string, ScoreTask>();
  for (let start = 0; start < paths.length; start += imagesPerTask) {
    const own = paths.slice(start, start + imagesPerTask);
    const task = { ...source, images: own.map((path) => resolve(path)) };
    const id = `scores-${contentId(task)}`;
    parts.push({ paths: own, id });
    jobs.set(id, task);
  }
  const ends = new Map<string, JobEnd>();
  let wake: () => void = () => undefined;
  let failure: { error: unknown } | undefined;
  const onEnd = async (id: string, end: JobEnd) => {
    ends.set(id, end);
    onProgress?.({ stage: 'tasks of workers', done: ends.size, total: jobs.size });
    wake();
  };
  const running = runJobs(url, { kind: 'scores', jobs }, onEnd, options).catch((error: unknown) => {
    failure = { error };
    wake();
  });
  for (const { paths: own, id } of parts) {
    while (!ends.has(id)) {
      if (failure) throw failure.error;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const answer = answerOf(ends.get(id)!, own);
    answer.skipped.forEach(onSkip);
    answer.notices.forEach(onNotice);
    yield* answer.scored;
  }
  await running;
}

/** The answer of a task, with the paths as they were given. */
function answerOf(end: JobEnd, paths: readonly string[]): ScoreAnswer {
  const given = new Map(paths.map((path) => [resolve(path), path]));
  const named = <Line extends { path: string }>(line: Line): Line => ({
    ...line,
    path: given.get(line.path) ?? line.path,
  });
  try {
    if (end.failedReason) throw new Error(end.failedReason);
    const { scored, skipped, notices } = parseScoreAnswer(end.returnvalue);
    return { scored: scored.map(named), skipped: skipped.map(named), notices: notices.map(named) };
  } catch (error) {
    const reason = `a worker did not score it: ${(error as Error).message}`;
    return {
      scored: [],
      skipped: paths.map((path) => ({ path, reason: `${path}: ${reason}` })),
      notices: [],
    };
  }
}
