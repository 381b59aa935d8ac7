import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProfile, type TraceEvent } from '../../src/run';
import { ownFolder, runOnFolder, spanlab } from '../helpers/cli';

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** The stages of a trace: complete events, each of which lies within those that it begins in. */
function checkedStages(trace: string): Required<TraceEvent>[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const stages = traceEvents.filter(({ ph }) => ph === 'X') as Required<TraceEvent>[];
  const open: Required<TraceEvent>[] = [];
  for (const stage of stages) {
    assert.ok(stage.dur >= 0 && Number.isInteger(stage.pid) && Number.isInteger(stage.tid), stage.name);
    while (open.length > 0 && open.at(-1)!.ts + open.at(-1)!.dur <= stage.ts) open.pop();
    for (const outer of open)
      assert.ok(stage.ts + stage.dur <= outer.ts + outer.dur, `${stage.name} in ${outer.name}`);
    open.push(stage);
  }
  const counters = traceEvents.filter(({ ph }) => ph === 'C');
  assert.equal(counters.length, stages.length);
  for (const { name, args } of counters) assert.ok(name === 'memory' && args.resident > 1e6);
  return stages;
}

test('a stage counts without the stages within it, and the times of all are the whole', async () => {
  const profile = createProfile();
  const value = await profile.inStage({ stage: 'whole' }, async () => {
    await wait(30);
    for (let turn = 0; turn < 2; turn++)
      await profile.inStage({ stage: 'bank', part: 'patch' }, () => wait(40));
    return 7;
  });
  assert.equal(value, 7);
  const [whole, bank] = profile.times();
  assert.deepEqual([whole.name, whole.calls, bank.name, bank.calls], ['whole', 1, 'patch bank', 2]);
  // Timers may fire a millisecond early.
  assert.ok(bank.seconds >= 0.078 && whole.seconds >= 0.029, `${bank.seconds}, ${whole.seconds}`);
  const [outer] = checkedStages(JSON.stringify(profile.trace()));
  assert.ok(Math.abs(whole.seconds + bank.seconds - outer.dur / 1e6) < 1e-9);
  assert.ok(Math.abs(whole.share + bank.share - 1) < 1e-9);
});

test('a stage that fails is measured, and those after it are not within it', async () => {
  const profile = createProfile();
  await assert.rejects(
    profile.inStage({ stage: 'first' }, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  await profile.inStage({ stage: 'second' }, () => wait(5));
  const stages = checkedStages(JSON.stringify(profile.trace()));
  assert.deepEqual(
    stages.map(({ name }) => name),
    ['first', 'second'],
  );
  assert.ok(profile.times()[1].seconds >= 0.004);
});

test('run and score with --profile tell their stages and write a trace', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  const traced = async (file: string) => checkedStages(await readFile(join(root, file), 'utf8'));
  const names = (stages: { name: string }[]) => new Set(stages.map(({ name }) => name));
  const run = await runOnFolder(
    root,
    out,
    '--bank',
    '--granularity',
    'image,patch',
    '--profile',
    join(root, 'run.json'),
  );
  assert.equal(run.code, 0, run.stderr);
  const stages = await traced('run.json');
  const whole = stages[0];
  const expected = ['data set', 'data category', 'inspection', 'network', 'features'];
  for (const granularity of ['image', 'patch'])
    expected.push(...['exemplars', 'bank', 'residuals'].map((stage) => `${granularity} ${stage}`));
  expected.push('weights', 'limits', 'maps', 'metrics', 'pictures', 'saving', 'report');
  assert.deepEqual(names(stages.slice(1)), new Set(expected));
  for (const name of expected) assert.match(run.stderr, new RegExp(`^${name} +\\d+ +\\d`, 'm'));
  const ofWhole = stages.filter(({ ts, dur }) => ts >= whole.ts && ts + dur <= whole.ts + whole.dur);
  assert.equal(ofWhole.length, stages.length);
  // The stages of the method are most of the category's time.
  const category = stages.find(({ name }) => name === 'data category')!;
  const inner = stages.filter(
    ({ ts, name }) => name !== category.name && ts > category.ts && ts < category.ts + category.dur,
  );
  const sum = inner.reduce((total, { dur }) => total + dur, 0);
  assert.ok(sum <= category.dur && sum > 0.7 * category.dur, `${sum} of ${category.dur}`);

  const bank = join(out, 'banks', 'data.safetensors');
  const image = join(root, 'data', 'stain', '20.png');
  const score = await spanlab('score', '--bank', bank, '--profile', join(root, 'score.json'), image);
  assert.equal(score.code, 0, score.stderr);
  assert.equal(JSON.parse(score.stdout).path, image);
  const scored = ['other', 'bank', 'features', 'image residuals', 'patch residuals', 'maps', 'pictures'];
  assert.deepEqual(names(await traced('score.json')), new Set(scored));

  const refused = await spanlab('score', '--bank', bank, '--profile', out, image);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /--profile .*out is a folder; give a file/);
});
