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

/** Redirections that are followed. */
const largestHops = 10;

/** Bytes that a connection must bring within its time, at least: 1 kB a second of the usual 30. */
const leastBytes = 30_000;

/** The bounds of a download, beside {@link LongWork}. */
export interface DownloadOptions extends LongWork {
  /** Bytes that the file has at most: a server that sends more is refused. */
  largest?: number;
  /** Milliseconds in which {@link leastBytes} must come, or the connection is cut. */
  patience?: number;
}

/**
 * Downloads a file with a known checksum. It is written to `PATH.part`, which a later call goes on with, and renamed once its
 * SHA-256 is right. Nothing is done when `path` already has the right content.
 *
 * @param url https, or http on this machine
 * @param sha256 of the whole file, in hexadecimal
 * @throws Error when the URL or checksum is malformed, the server refuses, the connection is cut or too slow for good (the part is
 *   kept), the server sends more than `largest` bytes, or the checksum is another one (the part is removed)
 */
export async function download(
  url: string,
  sha256: string,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  checkUrl(url);
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new Error(`sha256 is ${sha256}; expected 64 hexadecimal digits`);
  const expected = sha256.toLowerCase();
  if ((await sizeOf(path)) > 0 && (await sha256Of(path)) === expected) return;
  await makeFolder(dirname(path));
  const part = `${path}.part`;
  const { largest = 4e9, patience = 30_000 } = options;
  await downloadPart(url, part, { ...options, largest, patience, expected });
  const actual = await sha256Of(part);
  if (actual !== expected) {
    await rm(part, { force: true });
    throw new Error(
      `${url} has SHA-256 ${actual}, expected ${sha256}: the file was removed; try again, or check the source`,
    );
  }
  await rename(part, path);
}

/** The options of a connection: all options, and the checksum that a part which is whole has. */
type Terms = DownloadOptions & { largest: number; patience: number; expected: string };

/** A server that will not do better when it is asked again. */
class RefusedError extends Error {}

/** Brings the rest of a file, over as many connections as it is worth. */
async function downloadPart(url: string, part: string, terms: Terms): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadRest(url, part, terms);
    } catch (cause) {
      terms.signal?.throwIfAborted();
      if (cause instanceof RefusedError) throw cause;
      if (attempt < attempts) continue;
      const kept = await sizeOf(part);
      const hint = kept > 0 ? `${kept} bytes are kept in ${part}: run it again to go on` : 'try again later';
      const { message } = cause as Error;
      throw new Error(`download of ${url} was cut ${attempts} times (${message}); ${hint}`, { cause });
    }
  }
}

/** Follows redirections one by one, so that an address without TLS is refused before anything is asked of it. */
async function request(url: string, options: RequestInit): Promise<Response> {
  let address = url;
  for (let hop = 0; hop <= largestHops; hop++) {
    const response = await fetch(address, { ...options, redirect: 'manual' }).catch(tellReason);
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

/** `fetch` says only that it failed; what the system said is its cause. */
function tellReason(error: Error): never {
  const { cause } = error;
  throw cause instanceof Error
    ? new Error(cause.message || (cause as NodeJS.ErrnoException).code, { cause: error })
    : error;
}

/** Brings what is missing of a part over one connection, which is cut where too little comes of it. */
async function downloadRest(url: string, part: string, terms: Terms): Promise<void> {
  const pace = keepPace(terms);
  try {
    const have = await sizeOf(part);
    // A compressed answer would have other bytes at the places that a range names.
    const headers = { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
    const response = await request(url, { signal: pace.signal, headers });
    if (response.ok && response.body) return await writeRest(response, url, part, { ...terms, pace, have });
    await response.body?.cancel();
    if (response.status !== 416 || have === 0) throw new RefusedError(refusal(url, response));
    // There are no bytes after those that are here: they are the whole file, or of another one.
    if ((await sha256Of(part)) === terms.expected) return;
    await rm(part, { force: true });
    throw new Error(`the server has fewer bytes than the ${have} that were kept`);
  } catch (cause) {
    throw pace.isTooSlow() ? new Error(pace.words, { cause }) : cause;
  } finally {
    pace.end();
  }
}

function refusal(url: string, { status, statusText }: Response): string {
  return `${url}: the server answered ${status} ${statusText}; expected the file: check the address, or try again later`;
}

/** Watches that a connection brings enough bytes in every span of time; where it does not, its signal is aborted. */
function keepPace({ signal, patience }: Terms) {
  const slow = new AbortController();
  let [brought, checked] = [0, 0];
  const timer = setInterval(() => {
    if (brought - checked < leastBytes) slow.abort();
    checked = brought;
  }, patience);
  return {
    signal: signal ? AbortSignal.any([signal, slow.signal]) : slow.signal,
    words: `the server sent fewer than ${leastBytes} bytes in ${patience / 1000} s`,
    isTooSlow: () => slow.signal.aborted,
    count: (bytes: number) => void (brought += bytes),
    end: () => clearInterval(timer),
  };
}

async function writeRest(
  response: Response,
  url: string,
  part: string,
  { have, largest, onProgress, pace }: Terms & { have: number; pace: ReturnType<typeof keepPace> },
): Promise<void> {
  const body = response.body!;
  const resumed = response.status === 206 && have > 0;
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (resumed && from !== undefined && Number(from) !== have) {
    await body.cancel();
    await rm(part, { force: true });
    throw new Error(`the server sent bytes from ${from} on, not from ${have}`);
  }
  let done = resumed ? have : 0;
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 ? done + length : 0;
  const tooLarge = `${url} has more than the ${largest} bytes that are expected of it: check the address`;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      if (done > largest) return next(new RefusedError(tooLarge));
      pace.count(chunk.length);
      onProgress?.({ stage: 'bytes', done, total });
      next(null, chunk);
    },
  });
  try {
    if (total > largest) throw new RefusedError(tooLarge);
    const source = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
    const { signal } = pace;
    await pipeline(source, counter, createWriteStream(part, { flags: resumed ? 'a' : 'w' }), { signal });
  } catch (cause) {
    // Bytes that are no part of the file must not be continued.
    if (cause instanceof RefusedError)
      await Promise.all([body.cancel().catch(() => {}), rm(part, { force: true })]);
    throw cause;
  }
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
