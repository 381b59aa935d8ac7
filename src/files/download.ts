import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LongWork } from '../base';
import { makeFolder } from './make-folder';

/** Connections that are tried before a download is given up; each goes on where the last one was cut. */
const attempts = 4;

/**
 * Downloads a file with a known checksum. It is written to `PATH.part`, which a later call goes on with, and renamed once its
 * SHA-256 is right. Nothing is done when `path` already has the right content.
 *
 * @param url https, or http on this machine
 * @param sha256 of the whole file, in hexadecimal
 * @throws Error when the URL or checksum is malformed, the server refuses, the connection is cut for good (the part is kept), or
 *   the checksum is another one (the part is removed)
 */
export async function download(
  url: string,
  sha256: string,
  path: string,
  work: LongWork = {},
): Promise<void> {
  checkUrl(url);
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new Error(`sha256 is ${sha256}; expected 64 hexadecimal digits`);
  if ((await sizeOf(path)) > 0 && (await sha256Of(path)) === sha256.toLowerCase()) return;
  await makeFolder(dirname(path));
  const part = `${path}.part`;
  for (let attempt = 1; ; attempt++) {
    try {
      await downloadRest(url, part, work);
      break;
    } catch (cause) {
      work.signal?.throwIfAborted();
      if (cause instanceof RefusedError) throw cause;
      if (attempt === attempts) {
        const have = await sizeOf(part);
        throw new Error(
          `download of ${url} was cut ${attempts} times (${(cause as Error).message}); ${have} bytes are kept in ${part}: run it again to go on`,
          { cause },
        );
      }
    }
  }
  const actual = await sha256Of(part);
  if (actual !== sha256.toLowerCase()) {
    await rm(part, { force: true });
    throw new Error(
      `${url} has SHA-256 ${actual}, expected ${sha256}: the file was removed; try again, or check the source`,
    );
  }
  await rename(part, path);
}

/** Bytes that a download may have. */
const largestFile = 4e9;

/** Redirections that are followed. */
const largestHops = 10;

class RefusedError extends Error {}

/** Follows redirections one by one, so that an address without TLS is refused before anything is asked of it. */
async function request(url: string, options: RequestInit): Promise<Response> {
  let address = url;
  for (let hop = 0; hop <= largestHops; hop++) {
    const response = await fetch(address, { ...options, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, address)) {
      throw new RefusedError(`${address} redirects to ${location}; expected an https address`);
    }
    const next = new URL(location, address).href;
    try {
      checkUrl(next);
    } catch (cause) {
      throw new RefusedError(`${address} redirects elsewhere: ${(cause as Error).message}`, { cause });
    }
    address = next;
  }
  throw new RefusedError(`${url} redirects more than ${largestHops} times; expected a file`);
}

async function downloadRest(url: string, part: string, { signal, onProgress }: LongWork): Promise<void> {
  const have = await sizeOf(part);
  const response = await request(url, { signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
  if (response.status === 416) {
    await response.body?.cancel();
    return;
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new RefusedError(`${url}: the server answered ${response.status} ${response.statusText}`);
  }
  const resumed = response.status === 206 && have > 0;
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (resumed && from !== undefined && Number(from) !== have) {
    await response.body.cancel();
    await rm(part, { force: true });
    throw new Error(`the server sent bytes from ${from} on, not from ${have}`);
  }
  let done = resumed ? have : 0;
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 ? done + length : 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      if (done > largestFile)
        return next(
          new RefusedError(`${url} sends more than ${largestFile} bytes: this is no file of weights`),
        );
      onProgress?.({ stage: 'bytes', done, total });
      next(null, chunk);
    },
  });
  const source = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
  await pipeline(source, counter, createWriteStream(part, { flags: resumed ? 'a' : 'w' }), { signal });
  if (total > 0 && done < total) throw new Error(`got ${done} of ${total} bytes`);
}

function checkUrl(url: string): void {
  if (!URL.canParse(url)) throw new Error(`url is ${url}; expected an https address`);
  const { protocol, hostname } = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) {
    throw new Error(
      `url is ${url}; expected an https address, so that nobody on the way can change what is downloaded`,
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
