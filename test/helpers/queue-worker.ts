import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { TestContext } from 'node:test';
import { loadRuns } from '../../src/run';
import { start } from './cli';

/** A program that is killed after the test, and what it has said on standard error. */
export function listened(context: TestContext, child: ReturnType<typeof start>) {
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  context.after(() => child.kill('SIGKILL'));
  return Object.assign(child, { told: () => told });
}

/** Lets a worker write where tests write. */
export const anywhere = ['--out', tmpdir()];

/** A worker of a queue; one that is silent for two seconds is taken for dead. */
export function worker(context: TestContext, url: string, ...options: string[]) {
  return listened(context, start('worker', '--queue', url, '--silence', '2', ...options));
}

/** Checks that a sweep over `exemplars` has every point once, done. */
export async function assertEveryPointOnce(out: string, exemplars: readonly number[]): Promise<void> {
  const records = await loadRuns([out]);
  assert.equal(new Set(records.map(({ id }) => id)).size, exemplars.length);
  const found = records.map((record) => record.exemplars!).sort((a, b) => a - b);
  assert.deepEqual(found, exemplars);
  for (const { status, error } of records) assert.equal(status, 'done', error ?? '');
}
