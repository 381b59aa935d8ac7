import type { ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { packageVersion } from '../files';

/** Sweeps and workers of one version share a queue; each version has a different one. */
export const queueName = `spanlab-sweep-${packageVersion}`;

/** Milliseconds that an address may take to answer at first. */
const firstAnswer = 10_000;
/** Milliseconds without a word on a connection that waits for one, longer than any blocking command of the queue. */
const socketTimeout = 30_000;

/** Options with which a connection to a queue survives delays, cuts and sockets whose other end is gone. */
export function connectionTo(url: string): ConnectionOptions {
  return { url, maxRetriesPerRequest: null, connectTimeout: firstAnswer, socketTimeout };
}

/** An address without its password. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:***@');
}

/**
 * Rejects an address where no Redis answers.
 *
 * @throws RangeError when it is no address of a Redis; Error naming it without its password, the reason and what to do
 */
export async function checkRedis(url: string, attempts = 5): Promise<void> {
  if (!/^rediss?:\/\/./.test(url))
    throw new RangeError(
      `queue is ${withoutPassword(url)}; expected redis://host:port or rediss://host:port`,
    );
  const client = new Redis(url, {
    lazyConnect: true,
    disableClientInfo: true,
    connectTimeout: firstAnswer,
    commandTimeout: firstAnswer,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
  });
  let reason: Error | undefined;
  client.on('error', (error: Error) => (reason = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const cause = reason ?? (error as Error);
    // A connection that was cut says nothing of the address.
    if (attempts > 1 && /closed|ECONNRESET|EPIPE|SETINFO/.test(cause.message))
      return checkRedis(url, attempts - 1);
    throw new Error(`no Redis answers at ${withoutPassword(url)}: ${cause.message}; ${remedyFor(cause)}`, {
      cause,
    });
  } finally {
    client.disconnect();
  }
}

function remedyFor({ message }: Error): string {
  if (/NOAUTH|WRONGPASS|password/i.test(message)) return 'give its password: redis://:password@host:port';
  if (/certificate/i.test(message))
    return 'name the authority that signed it in the environment variable NODE_EXTRA_CA_CERTS';
  return 'start one or give its address';
}
