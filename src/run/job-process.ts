import '../platform';
import { type FeatureAnswer, parseFeatureTask, runFeatureTask } from './feature-task';
import { parsePoint } from './point-schema';
import type { JobKind } from './run-jobs';
import { runPoint } from './run-point';
import type { RunRecord } from './run-record';
import { parseScoreTask, runScoreTask, type ScoreAnswer } from './score-task';

/** A job of a queue. */
export interface GivenJob {
  kind: JobKind;
  data: unknown;
}

/** What a job gives. */
export type JobValue = RunRecord | FeatureAnswer | ScoreAnswer;

/** The answer of a process that does jobs. */
export type JobAnswer = { value: JobValue } | { error: string };

/** A process that does the jobs which its parent sends, one at a time, and ends with its parent. */
process.on('message', (given) => {
  run(given as GivenJob).then(
    (value) => answer({ value }),
    (error: Error) => answer({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
// The parent decides when a point is stopped.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

async function run({ kind, data }: GivenJob): Promise<JobValue> {
  if (kind === 'features') return runFeatureTask(parseFeatureTask(data));
  if (kind === 'scores') return runScoreTask(parseScoreTask(data));
  return runPoint(parsePoint(data));
}

function answer(told: JobAnswer): void {
  process.send!(told);
}
