import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from './free-port';
import { temporaryFolder } from './temporary';

/** Why tests of the queue are skipped, or false. */
export const withoutRedis = spawnSync('redis-server', ['--version']).status !== 0 && 'needs redis-server';

/** Keys that a Redis loads slowly. */
const paddingKeys = 200;

/** A Redis of a test's own. */
export async function redisServer(context: TestContext, options: readonly string[] = []) {
  const port = await freePort();
  const folder = await temporaryFolder(context);
  const serve = (...more: string[]) =>
    spawn('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      ...options,
      ...more,
    ]);
  let server = serve();
  const password = options[options.indexOf('--requirepass') + 1];
  const client = new Redis(port, '127.0.0.1', {
    maxRetriesPerRequest: null,
    ...(options.includes('--requirepass') && { password }),
  });
  client.on('error', () => undefined);
  await client.ping();
  context.after(async () => {
    client.disconnect();
    server.kill('SIGKILL');
    await once(server, 'close');
  });
  /** Kills the server and starts another, empty one at its address. */
  const restart = async () => {
    server.kill('SIGKILL');
    await once(server, 'close');
    await rm(join(folder, 'dump.rdb'), { force: true });
    server = serve();
  };
  /** Saves, kills the server, and starts another that answers `LOADING` for a while, until it holds what was there. */
  const restartLoading = async (seconds: number) => {
    const padding = client.pipeline();
    for (let key = 0; key < paddingKeys; key++) padding.set(`padding${key}`, String(key).padEnd(1024, '.'));
    await padding.exec();
    await client.save();
    server.kill('SIGKILL');
    await once(server, 'close');
    const microseconds = Math.round((1e6 * seconds) / paddingKeys);
    server = serve(
      '--key-load-delay',
      String(microseconds),
      '--loading-process-events-interval-bytes',
      '1024',
    );
  };
  return { port, url: `redis://127.0.0.1:${port}`, client, restart, restartLoading };
}

/** A Redis with TLS whose certificate it signed itself. */
export async function tlsRedisServer(context: TestContext) {
  const folder = await temporaryFolder(context);
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' });
  const port = await freePort();
  const tls = ['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key];
  const { client } = await redisServer(context, [...tls, '--tls-auth-clients', 'no']);
  return { url: `rediss://localhost:${port}`, certificate, client };
}
