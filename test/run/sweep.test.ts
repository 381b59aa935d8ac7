import '../../src/platform';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadRuns, type RunRecord } from '../../src/run';
import { ownFolder, scattering, spanlab, start } from '../helpers/cli';
import { until } from '../helpers/until';
import { temporaryFolder } from '../helpers/temporary';

const grid = [
  ...scattering,
  '--category',
  'nut',
  '--size',
  '64',
  '--grid',
  'exemplars=4,8,12',
  '--grid',
  'solver=ridge,omp',
];

async function finishedPoints(out: string): Promise<string[]> {
  const points = await readdir(join(out, 'points')).catch(() => []);
  const whole = await Promise.all(
    points.map((id) =>
      stat(join(out, 'points', id, 'results.json')).then(
        () => [id],
        () => [],
      ),
    ),
  );
  return whole.flat();
}

/** The fields that stay the same when a point is not run again. */
function byId(records: readonly RunRecord[]): Map<string, string> {
  return new Map(records.map(({ id, finished }) => [id, finished]));
}

test('a sweep that is killed at any moment resumes where it was: nothing is lost, nothing is done twice', async (context) => {
  const out = join(await temporaryFolder(context), 'sweep');
  const killed = start('sweep', ...grid, '--workers', '1', '--out', out);
  await until(async () => (await finishedPoints(out)).length >= 2, 'two points to be done');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  const before = await finishedPoints(out);
  assert.ok(before.length >= 2 && before.length < 6, `${before.length} points were done when it was killed`);
  const times = new Map<string, string>();
  for (const id of before) {
    const { record } = JSON.parse(await readFile(join(out, 'points', id, 'results.json'), 'utf8'));
    times.set(id, record.finished);
  }

  const resumed = await spanlab('sweep', ...grid, '--workers', '2', '--out', out);
  assert.equal(resumed.code, 0, resumed.stderr);
  const records = await loadRuns([out]);
  assert.equal(records.length, 6);
  assert.equal(new Set(records.map(({ id }) => id)).size, 6);
  for (const [id, finished] of times)
    assert.equal(byId(records).get(id), finished, 'a finished point was run again');
  for (const { status, pixelAuroc, configuration } of records) {
    assert.equal(status, 'done');
    assert.ok(pixelAuroc! > 0.7);
    assert.equal(configuration.size, 64);
  }

  const again = await spanlab('sweep', ...grid, '--out', out);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(byId(await loadRuns([out])), byId(records));
});

test('Ctrl-C ends a sweep in order; finished points are kept', async (context) => {
  const out = join(await temporaryFolder(context), 'sweep');
  const interrupted = start('sweep', ...grid, '--workers', '2', '--out', out);
  let stderr = '';
  interrupted.stderr.on('data', (chunk) => (stderr += chunk));
  await until(async () => (await finishedPoints(out)).length > 0, 'a point to be done');
  interrupted.kill('SIGINT');
  const [code] = await once(interrupted, 'close');
  assert.equal(code, 130, stderr);
  assert.match(stderr, /interrupted; what is finished is kept/);
  const records = await loadRuns([out]);
  assert.deepEqual(records.map(({ id }) => id).sort(), (await finishedPoints(out)).sort());
});

test('a point that fails is reported and tried again later; the others are kept', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'sweep');
  const data = ['--dataset', 'folder', '--root', join(root, 'data')];
  const args = ['sweep', ...data, '--out', out, '--size', '64', ...scattering];
  const first = await spanlab(...args, '--grid', 'levels=1,4', '--workers', '1');
  assert.equal(first.code, 1);
  assert.match(first.stderr, /level is 4; scattering has levels 1, 2/);
  assert.match(first.stderr, /1 of 2 points failed/);
  const records = await loadRuns([out]);
  assert.deepEqual(records.map(({ status }) => status).sort(), ['done', 'failed']);
  const second = await spanlab(...args, '--grid', 'levels=1,1+2', '--workers', '1');
  assert.equal(second.code, 0, second.stderr);
  assert.equal((await loadRuns([out])).filter(({ status }) => status === 'done').length, 2);

  for (const [value, message] of [
    ['levels', /expected parameter=value/],
    ['colour=red', /colour is not a parameter/],
    ['exemplars=many', /exemplars is many: expected a number/],
    ['sampler=best', /sampler is best: .*subspace, kCenter, random/],
    ['lambda=0.5', /lambda is 0\.5; expected a finite number > 1/],
  ] as const) {
    const { code, stderr } = await spanlab(...args, '--grid', value);
    assert.equal(code, 1, stderr);
    assert.match(stderr, message);
  }
});
