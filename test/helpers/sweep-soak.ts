import assert from 'node:assert/strict';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createRandom } from '../../src/base';
import { loadRuns } from '../../src/run';
import { endOf, scattering, start } from './cli';
import { redisServer } from './redis-server';
import { tcpProxy } from './tcp-proxy';
import { temporaryFolder } from './temporary';

/**
 * A sweep of many points whose workers are killed, whose connections are cut, delayed and swallowed, and whose Redis restarts, empty or
 * loading what it held, at random for a while.
 * Afterwards every point is there once.
 */
export async function sweepSoak(
  context: TestContext,
  { points, seconds, seed }: { points: number; seconds: number; seed: number },
): Promise<void> {
  const { uniform: random } = createRandom(seed);
  const { port, restart, restartLoading } = await redisServer(context);
  const proxy = await tcpProxy(context, port);
  proxy.delay = () => 20 + 180 * random() ** 3;
  const url = `redis://127.0.0.1:${proxy.port}`;
  const out = join(await temporaryFolder(context), 'sweep');
  const workers = new Set<ReturnType<typeof start>>();
  const addWorker = () => {
    const worker = start('worker', '--queue', url, '--silence', '3', '--out', tmpdir());
    workers.add(worker);
    worker.on('exit', () => workers.delete(worker));
    worker.stderr.resume();
    worker.stdout.resume();
  };
  context.after(() => workers.forEach((worker) => worker.kill('SIGKILL')));
  addWorker();
  addWorker();
  const values = Array.from({ length: points / 2 }, (_, index) => 1.5 + index / 10);
  const axes = ['--grid', 'exemplars=4,5', '--grid', `lambda=${values.join(',')}`];
  const data = ['--category', 'nut', '--size', '32', ...scattering];
  const sweep = start('sweep', ...data, ...axes, '--out', out, '--queue', url);
  const ended = endOf(sweep);
  let isRunning = true;
  void ended.then(() => (isRunning = false));
  const stop = Date.now() + 1000 * seconds;
  const done = { kills: 0, cuts: 0, swallowed: 0, restarts: 0 };
  while (isRunning && Date.now() < stop) {
    await new Promise((resolve) => setTimeout(resolve, 500 + 2500 * random()));
    const what = random();
    if (what < 0.15) {
      const [victim] = workers;
      done.kills++;
      victim?.kill('SIGKILL');
      if (victim) await once(victim, 'exit');
      addWorker();
    } else if (what < 0.2) {
      done.restarts++;
      await (random() < 0.5 ? restart() : restartLoading(2));
    } else if (what < 0.9) {
      done.cuts++;
      proxy.cut();
    } else {
      done.swallowed++;
      proxy.swallow();
    }
  }
  const { code, stderr } = await ended;
  context.diagnostic(JSON.stringify({ ...done, connections: proxy.connections() }));
  assert.equal(code, 0, stderr);
  const records = await loadRuns([out]);
  assert.equal(records.length, points);
  assert.equal(new Set(records.map(({ id }) => id)).size, points);
  for (const { status, error } of records) assert.equal(status, 'done', error ?? '');
}
