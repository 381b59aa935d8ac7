import '../../src/platform';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Redis } from 'ioredis';
import { queueName } from '../../src/run/queue-connection';
import { scattering, spanlab, start } from '../helpers/cli';
import { freePort } from '../helpers/free-port';
import { anywhere, assertEveryPointOnce, worker } from '../helpers/queue-worker';
import { redisServer, withoutRedis } from '../helpers/redis-server';
import { until } from '../helpers/until';
import { temporaryFolder } from '../helpers/temporary';

const exemplars = [4, 6, 8, 10, 12, 14];
const grid = [...scattering, '--category', 'nut', '--size', '192', '--grid', `exemplars=${exemplars}`];
const points = exemplars.length;

const activeJobs = (client: Redis) => client.llen(`bull:${queueName}:active`);

/** A sweep on a Redis of its own with two workers, both in the middle of a point. */
async function busySweep(context: TestContext) {
  const { url, client, restart, restartLoading } = await redisServer(context);
  const out = join(await temporaryFolder(context), 'sweep');
  const workers = [worker(context, url, ...anywhere), worker(context, url, ...anywhere)];
  const running = spanlab('sweep', ...grid, '--out', out, '--queue', url);
  await until(async () => (await activeJobs(client)) === 2, 'both workers to be busy');
  return { client, out, workers, running, restart, restartLoading };
}

test(
  'when a worker is killed in the middle of a point another takes it over, and every point is stored exactly once',
  { skip: withoutRedis },
  async (context) => {
    const { client, out, workers, running } = await busySweep(context);
    workers[0].kill('SIGKILL');
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
    assert.deepEqual(await client.keys(`bull:${queueName}:????????????????-*`), [], 'jobs are left in Redis');
  },
);

test(
  'when a worker loses its connection, or is silent for long, every point is stored exactly once',
  { skip: withoutRedis },
  async (context) => {
    const { client, out, workers, running } = await busySweep(context);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(async () => (await activeJobs(client)) === 2, 'the workers to be back');
    workers[0].kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 5000));
    workers[0].kill('SIGCONT');
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test(
  'a sweep that was stopped finds the results of its workers when it resumes',
  { skip: withoutRedis },
  async (context) => {
    const { url, client } = await redisServer(context);
    const out = join(await temporaryFolder(context), 'sweep');
    const first = start('sweep', ...grid, '--out', out, '--queue', url);
    await until(
      async () => (await client.llen(`bull:${queueName}:wait`)) === points,
      'the points to be queued',
    );
    first.kill('SIGKILL');
    await once(first, 'close');
    const own = worker(context, url, ...anywhere);
    await until(() => own.told().split(': done').length > 2, 'two points to be done');
    const { code, stderr } = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
    assert.equal(own.told().split(': done').length - 1, points, 'a point was run twice');
  },
);

for (const [how, seconds] of [
  ['ends and comes back empty', undefined],
  ['restarts, and says for 3 s that it is loading', 3],
] as const) {
  test(`Redis ${how}: every point is stored exactly once`, { skip: withoutRedis }, async (context) => {
    const { out, running, restart, restartLoading } = await busySweep(context);
    await (seconds === undefined ? restart() : restartLoading(seconds));
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  });
}

test(
  'a sweep and a worker that start while Redis is loading wait for it',
  { skip: withoutRedis },
  async (context) => {
    const { url, restartLoading } = await redisServer(context);
    await restartLoading(3);
    const out = join(await temporaryFolder(context), 'sweep');
    worker(context, url, ...anywhere);
    const { code, stderr } = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test('a sweep without a Redis at its address fails at once', { skip: withoutRedis }, async (context) => {
  const out = join(await temporaryFolder(context), 'sweep');
  const url = `redis://127.0.0.1:${await freePort()}`;
  for (const args of [['worker'], ['sweep', ...grid, '--out', out]]) {
    const { code, stderr } = await spanlab(...args, '--queue', url);
    assert.equal(code, 1);
    assert.match(stderr, /no Redis answers at redis:\/\/127\.0\.0\.1/);
  }
});
