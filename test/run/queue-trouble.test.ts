import '../../src/platform';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Queue } from 'bullmq';
import { queueName, withoutPassword } from '../../src/run/queue-connection';
import { endOf, scattering, spanlab, start, startWith } from '../helpers/cli';
import { anywhere, assertEveryPointOnce, listened, worker } from '../helpers/queue-worker';
import { redisServer, tlsRedisServer, withoutRedis } from '../helpers/redis-server';
import { tcpProxy } from '../helpers/tcp-proxy';
import { temporaryFolder } from '../helpers/temporary';
import { until } from '../helpers/until';

const skip = withoutRedis;
const exemplars = [4, 5, 6, 7, 8, 9, 10, 11];
/** Images that lie outside the folders of a test. */
const nutImages = join(__dirname, '..', '..', 'data', 'synthetic', 'nut', 'train', 'good');

const grid = [...scattering, '--category', 'nut', '--size', '64', '--grid', `exemplars=${exemplars}`];

test(
  'with 20 to 200 ms of latency to Redis every point is stored exactly once',
  { skip },
  async (context) => {
    const { port } = await redisServer(context);
    const proxy = await tcpProxy(context, port);
    proxy.delay = () => 20 + 180 * Math.random() ** 4;
    const url = `redis://127.0.0.1:${proxy.port}`;
    const out = join(await temporaryFolder(context), 'sweep');
    worker(context, url, ...anywhere);
    worker(context, url, ...anywhere);
    const { code, stderr } = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test(
  'when all connections are cut 25 times every point is stored exactly once',
  { skip },
  async (context) => {
    const { port } = await redisServer(context);
    const proxy = await tcpProxy(context, port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    const out = join(await temporaryFolder(context), 'sweep');
    worker(context, url, ...anywhere);
    const running = spanlab('sweep', ...grid, '--out', out, '--queue', url);
    for (let cut = 0; cut < 25; cut++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      proxy.cut();
    }
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test('sockets whose other end is gone are given up, and the sweep resumes', { skip }, async (context) => {
  const { port, client } = await redisServer(context);
  const proxy = await tcpProxy(context, port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  const out = join(await temporaryFolder(context), 'sweep');
  const running = spanlab('sweep', ...grid, '--out', out, '--queue', url);
  await until(
    async () => (await client.llen(`bull:${queueName}:wait`)) === exemplars.length,
    'the points to be queued',
  );
  proxy.swallow();
  worker(context, `redis://127.0.0.1:${port}`, ...anywhere);
  const { code, stderr } = await running;
  assert.equal(code, 0, stderr);
  await assertEveryPointOnce(out, exemplars);
});

test(
  'a wrong password is reported and never shown; with the right one a sweep finishes',
  { skip },
  async (context) => {
    const { port, client } = await redisServer(context, ['--requirepass', 'sesame']);
    const out = join(await temporaryFolder(context), 'sweep');
    const wrong = await spanlab('worker', '--queue', `redis://:guess-me@127.0.0.1:${port}`);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /no Redis answers at redis:\/\/:\*\*\*@127\.0\.0\.1:\d+: WRONGPASS .*give its password/,
    );
    assert.doesNotMatch(wrong.stderr, /guess-me/);
    const none = await spanlab('worker', '--queue', `redis://127.0.0.1:${port}`);
    assert.match(none.stderr, /NOAUTH .*give its password: redis:\/\/:password@host:port/);
    const url = `redis://:sesame@127.0.0.1:${port}`;
    const running = spanlab('sweep', ...grid, '--out', out, '--queue', url);
    await until(async () => (await client.llen(`bull:${queueName}:wait`)) > 0, 'the points to be queued');
    worker(context, url, ...anywhere);
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /sesame/);
    assert.equal(withoutPassword('rediss://me:a:b@c@host:1'), 'rediss://me:***@host:1');
    await assertEveryPointOnce(out, exemplars);
  },
);

test(
  'rediss: a certificate that Redis signed itself is rejected, and accepted when it is named',
  { skip },
  async (context) => {
    const { url, certificate } = await tlsRedisServer(context);
    const out = join(await temporaryFolder(context), 'sweep');
    const refused = await spanlab('worker', '--queue', url);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /certificate.*NODE_EXTRA_CA_CERTS/);
    const trust = { NODE_EXTRA_CA_CERTS: certificate };
    listened(context, startWith(trust, 'worker', '--queue', url, ...anywhere));
    const sweep = startWith(trust, 'sweep', ...grid, '--out', out, '--queue', url);
    const { code, stderr } = await endOf(sweep);
    assert.equal(code, 0, stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test(
  'foreign jobs and answers are reported and end nothing; a missing worker of this version is reported',
  { skip },
  async (context) => {
    const { url, client } = await redisServer(context);
    const out = join(await temporaryFolder(context), 'sweep');
    const queue = new Queue(queueName, { connection: { url } });
    context.after(() => queue.close());
    const jobs: unknown[] = [null, 7, [], { point: 1 }, { dataset: 'mvtec', configuration: { size: 1e9 } }];
    for (const [index, data] of jobs.entries()) await queue.add('point', data, { jobId: `foreign-${index}` });
    const sweep = listened(context, start('sweep', ...grid, '--out', out, '--queue', url));
    const ended = endOf(sweep);
    await until(
      () => /no worker of spanlab \d+\.\d+\.\d+ is there/.test(sweep.told()),
      'the missing worker to be told',
    );
    // Q3: another program answers for a point.
    const waiting = await client.lrange(`bull:${queueName}:wait`, 0, -1);
    const answered = waiting.find((id) => !id.startsWith('foreign'))!;
    await client.lrem(`bull:${queueName}:wait`, 1, answered);
    await client.hset(
      `bull:${queueName}:${answered}`,
      'returnvalue',
      '{"id":"garbage","exemplars":"many"}',
      'finishedOn',
      Date.now(),
    );
    await client.zadd(`bull:${queueName}:completed`, Date.now(), answered);
    const own = worker(context, url, ...anywhere);
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(stderr, /a worker's answer is not the point's record: record\.\w+ is .*; expected/);
    assert.match(stderr, /1 of 8 points failed/);
    assert.match(own.told(), /foreign-1: point is 7; expected Object/);
    assert.equal(own.exitCode, null);
    const again = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(again.code, 0, again.stderr);
    await assertEveryPointOnce(out, exemplars);
  },
);

test(
  'a worker reads and writes only in its own folders, and stops a point that takes too long',
  { skip },
  async (context) => {
    const { url } = await redisServer(context);
    const [folder, other] = [await temporaryFolder(context), await temporaryFolder(context)];
    const out = join(folder, 'sweep');
    const limited = worker(context, url, '--out', other, '--root', other);
    const outside = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(outside.code, 1);
    assert.match(
      outside.stderr,
      /out is .*sweep; expected a path in .*: start the worker with a wider --out/,
    );
    const above = await spanlab('sweep', ...grid, '--out', `${other}/../sneaky`, '--queue', url);
    assert.match(above.stderr, /expected a path in/);
    const own = [...scattering, '--size', '64', '--grid', 'exemplars=5', '--nominal', nutImages];
    const named = await spanlab('sweep', ...own, '--out', join(other, 'named'), '--queue', url);
    assert.match(
      named.stderr,
      /nominal is .*nut.train.good; expected a path in .*: start the worker with a wider --root/,
    );
    limited.kill('SIGTERM');
    const [code] = await once(limited, 'exit');
    assert.equal(code, 0);
    worker(context, url, '--time-limit', '0.2', ...anywhere);
    const late = await spanlab('sweep', ...grid, '--out', out, '--queue', url);
    assert.equal(late.code, 1);
    assert.match(late.stderr, /the point took over 0\.2 s, which this worker allows \(--time-limit\)/);
  },
);
