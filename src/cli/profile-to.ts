import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunStage } from '../base';
import { assertWritableFolder, writeFileAtomically } from '../files';
import { createProfile, type StageTime } from '../run';
import { textTable } from './table';

/** What `--profile` says in the help of a command. */
export const profileHelp =
  'where the time goes: prints the stages, and writes a trace for Perfetto or Chrome';

/**
 * Runs a command's work; where a file is given, its stages are measured, told on standard error and written there as a trace, also when
 * the work fails or is interrupted.
 *
 * @throws Error naming the file when nothing can be written there, before the work begins
 */
export async function profileTo<Value>(
  file: string | undefined,
  work: (inStage?: RunStage) => Promise<Value>,
): Promise<Value> {
  if (file === undefined) return work();
  if ((await stat(file).catch(() => undefined))?.isDirectory())
    throw new Error(`--profile ${file} is a folder; give a file, such as trace.json`);
  await assertWritableFolder(dirname(file));
  const profile = createProfile();
  try {
    return await profile.inStage({ stage: 'other' }, () => work(profile.inStage));
  } finally {
    await writeFileAtomically(file, JSON.stringify(profile.trace()));
    console.error(tableOf(profile.times()));
    console.error(`\ntrace    ${file}`);
  }
}

function tableOf(times: readonly StageTime[]): string {
  const row = (name: string, calls: string, seconds: number, processor: number, share: number) => [
    ...[name, calls, seconds.toFixed(2), processor.toFixed(2), `${(100 * share).toFixed(1)} %`],
  ];
  const rows = times.map((time) =>
    row(time.name, String(time.calls), time.seconds, time.processorSeconds, time.share),
  );
  const sum = (of: (time: StageTime) => number) => times.reduce((total, time) => total + of(time), 0);
  const whole = row(
    'whole',
    '',
    sum(({ seconds }) => seconds),
    sum(({ processorSeconds }) => processorSeconds),
    1,
  );
  return textTable(['stage', 'calls', 'seconds', 'processor, s', 'share'], [...rows, whole]);
}
