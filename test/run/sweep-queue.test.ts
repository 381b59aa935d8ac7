import '../../src/platform';
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Redis } from 'ioredis';
import { loadRuns } from '../../src/run';
import { queueName } from '../../src/run/queue-connection';
import { scattering, spanlab, start } from '../helpers/cli';
import { freePort } from '../helpers/free-port';
import { redisServer, withoutRedis } from '../helpers/redis-server';
import { until } from '../helpers/until';
import { temporaryFolder } from '../helpers/temporary';

const grid = [...scattering, '--category', 'nut', '--size', '192', '--grid', 'exemplars=4,6,8,10,12,14'];
const points = 6;

function worker(context: TestContext, url: string): ChildProcess & { told: () => string } {
  const child = start('worker', '--queue', url, '--silence', '2', '--out', tmpdir());
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  context.after(() => child.kill('SIGKILL'));
  return Object.assign(child, { told: () => told });
}

const activeJobs = (client: Redis) => client.llen(`bull:${queueName}:active`);

/** A sweep on a Redis of its own with two workers, both in the middle of a point. */
async function busySweep(context: TestContext) {
  const { url, client, restart } = await redisServer(context);
  const out = join(await temporaryFolder(context), 'sweep');
  const workers = [worker(context, url), worker(context, url)];
  const running = spanlab('sweep', ...grid, '--out', out, '--queue', url);
  await until(async () => (await activeJobs(client)) === 2, 'both workers to be busy');
  return { client, out, workers, running, restart };
}

async function assertEveryPointOnce(out: string): Promise<void> {
  const records = await loadRuns([out]);
  assert.equal(records.length, points);
  assert.equal(new Set(records.map(({ id }) => id)).size, points);
  assert.deepEqual(
    records.map(({ exemplars }) => exemplars).sort((a, b) => a! - b!),
    [4, 6, 8, 10, 12, 14],
  );
  for (const { status } of records) assert.equal(status, 'done');
}

test(
  'a worker killed in the middle of a point: another takes it over, every point is there once',
  { skip: withoutRedis },
  async (context) => {
    const { client, out, workers, running } = await busySweep(context);
    workers[0].kill('SIGKILL');
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out);
    assert.deepEqual(await client.keys(`bull:${queueName}:????????????????-*`), [], 'jobs are left in Redis');
  },
);

test(
  'a worker that loses its connection, or is silent for long: every point is there once',
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
    await assertEveryPointOnce(out);
  },
);

test(
  'a sweep that is stopped finds the results of its workers when it goes on',
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
    const own = worker(context, url);
    await until(() => own.told().split(': done').length > 2, 'two points to be done');
    const { code, stderr } = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out);
    assert.equal(own.told().split(': done').length - 1, points, 'a point was run twice');
  },
);

test(
  'Redis ends and comes back empty: every point is there once',
  { skip: withoutRedis },
  async (context) => {
    const { out, running, restart } = await busySweep(context);
    await restart();
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out);
  },
);

test('no Redis at the address is said at once', { skip: withoutRedis }, async (context) => {
  const out = join(await temporaryFolder(context), 'sweep');
  const url = `redis://127.0.0.1:${await freePort()}`;
  for (const args of [['worker'], ['sweep', ...grid, '--out', out]]) {
    const { code, stderr } = await spanlab(...args, '--queue', url);
    assert.equal(code, 1);
    assert.match(stderr, /no Redis answers at redis:\/\/127\.0\.0\.1/);
  }
});
