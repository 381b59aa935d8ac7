import '../../src/platform';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Redis } from 'ioredis';
import { writePng } from '../../src/files';
import { drawSynthetic } from '../../src/images';
import { parseFeatureTask } from '../../src/run/feature-task';
import { runScoreTask } from '../../src/run/score-task';
import { queueName } from '../../src/run/queue-connection';
import { scattering, spanlab } from '../helpers/cli';
import { worker } from '../helpers/queue-worker';
import { redisServer, withoutRedis } from '../helpers/redis-server';
import { temporaryFolder } from '../helpers/temporary';
import { until } from '../helpers/until';

const activeJobs = (client: Redis) => client.llen(`bull:${queueName}:active`);
/** Five tasks of at most 32 images. */
const [nominal, tasks] = [140, 5];

async function manyImages(context: TestContext): Promise<string> {
  const root = await temporaryFolder(context);
  for (const [part, defect] of [
    ['good', undefined],
    ['stain', 'stain'],
  ] as const)
    for (let seed = 0; seed < (defect ? 4 : nominal); seed++)
      await writePng(
        join(root, 'data', part, `${seed}.png`),
        drawSynthetic('nut', { defect, seed, size: 64 }).image,
      );
  return root;
}

const runOn = (root: string, out: string, ...flags: string[]) =>
  spanlab(
    ...[
      'run',
      '--dataset',
      'folder',
      '--root',
      join(root, 'data'),
      '--train-fraction',
      '0.999',
      '--out',
      out,
    ],
    ...[...scattering, '--size', '192', '--exemplars', '10', '--no-cache', ...flags],
  );

async function scoresIn(out: string): Promise<unknown> {
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  return categories[0].testImages;
}

test(
  'three workers compute the features of a run, one is killed midway, and the scores are those of one process',
  { skip: withoutRedis },
  async (context) => {
    const root = await manyImages(context);
    const { url, client } = await redisServer(context);
    const workers = [0, 1, 2].map(() => worker(context, url, '--root', root, '--out', root));
    const out = join(root, 'out');
    const running = runOn(root, out, '--redis', url);
    await until(async () => (await activeJobs(client)) === 3, 'all workers to be busy');
    workers[0].kill('SIGKILL');
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /did not compute/);
    const done = workers.flatMap((one) => one.told().match(/features-\w+: done/g) ?? []);
    assert.equal(new Set(done).size, tasks);
    assert.equal(done.length, tasks, 'a task was done twice');
    assert.deepEqual(await client.keys(`bull:${queueName}:features-*`), [], 'jobs are left in Redis');
    assert.ok(!existsSync(join(out, '.features')), 'features are left');
    const alone = join(root, 'alone');
    assert.equal((await runOn(root, alone)).code, 0);
    assert.deepEqual(await scoresIn(out), await scoresIn(alone));
  },
);

test(
  'images that no worker may read are computed by the run itself, which says why',
  { skip: withoutRedis },
  async (context) => {
    const root = await manyImages(context);
    const { url } = await redisServer(context);
    await mkdir(join(root, 'elsewhere'));
    worker(context, url, '--root', join(root, 'elsewhere'), '--out', root);
    const { code, stderr } = await runOn(root, join(root, 'out'), '--redis', url);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /a worker did not compute features, which are computed here: image is .*good.*; expected a path in .*elsewhere: start the worker with a wider --root/,
    );
    assert.ok(Array.isArray(await scoresIn(join(root, 'out'))));
  },
);

test(
  'three workers score images, one is killed midway, and the lines are those of one process',
  { skip: withoutRedis },
  async (context) => {
    const root = await manyImages(context);
    const out = join(root, 'out');
    assert.equal((await runOn(root, out, '--bank')).code, 0);
    await writeFile(join(root, 'data', 'stain', 'broken.png'), 'not an image');
    const { url, client } = await redisServer(context);
    const workers = [0, 1, 2].map(() => worker(context, url, '--root', root, '--out', root));
    const score = ['score', '--bank', join(out, 'banks', 'data.safetensors'), join(root, 'data')];
    const running = spanlab(...score, '--redis', url);
    await until(async () => (await activeJobs(client)) === 3, 'all workers to be busy');
    workers[1].kill('SIGKILL');
    const [ours, alone] = [await running, await spanlab(...score)];
    for (const { code, stderr } of [ours, alone]) {
      assert.equal(code, 1);
      assert.match(stderr, /cannot decode image .*broken\.png/);
      assert.match(stderr, /1 of 145 images could not be scored/);
    }
    const lines = ours.stdout.trim().split('\n');
    assert.equal(lines.length, nominal + 5);
    // A broken image is told as soon as it is found.
    assert.deepEqual([...lines].sort(), alone.stdout.trim().split('\n').sort());
    const isScored = (line: string) => !line.includes('broken');
    assert.deepEqual(lines.filter(isScored), alone.stdout.trim().split('\n').filter(isScored));
    assert.deepEqual(await client.keys(`bull:${queueName}:scores-*`), [], 'jobs are left in Redis');
  },
);

test(
  'a bank that a worker may not read leaves its images without scores, and another bank than the named one is refused',
  { skip: withoutRedis },
  async (context) => {
    const root = await manyImages(context);
    const out = join(root, 'out');
    assert.equal((await runOn(root, out, '--bank')).code, 0);
    const { url } = await redisServer(context);
    worker(context, url, '--root', join(root, 'data'), '--out', join(root, 'data'));
    const bank = join(out, 'banks', 'data.safetensors');
    const image = join(root, 'data', 'stain', '0.png');
    const { code, stdout, stderr } = await spanlab('score', '--bank', bank, image, '--redis', url);
    assert.equal(code, 1);
    assert.match(JSON.parse(stdout).error, /a worker did not score it: bank is .*wider --root or --out/);
    assert.match(stderr, /1 of 1 images could not be scored/);
    await assert.rejects(
      runScoreTask({ bank, bankSha256: 'another', images: [image] }),
      /has SHA-256 \w{64}; the scoring began with another/,
    );
    const both = await spanlab('score', '--bank', bank, image, '--redis', url, '--out', root);
    assert.match(both.stderr, /--redis is given with --out; workers write no pictures/);
  },
);

test('a task is checked before it is done', () => {
  assert.throws(() => parseFeatureTask({ images: ['a.png'], folder: 'x' }), /configuration/);
  assert.throws(() => parseFeatureTask('task'), RangeError);
});

test('a run without a Redis at its address fails before anything is computed', async (context) => {
  const root = await temporaryFolder(context);
  const args = ['--dataset', 'synthetic', '--category', 'nut', '--out', join(root, 'out')];
  const { code, stderr } = await spanlab('run', ...args, ...scattering, '--redis', 'http://127.0.0.1');
  assert.equal(code, 1);
  assert.match(stderr, /queue is http:\/\/127\.0\.0\.1; expected redis:\/\/host:port/);
});
