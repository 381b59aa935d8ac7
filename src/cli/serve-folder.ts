import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { createGzip } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

/** With these a page may use threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves the files of a folder, and nothing else, on loopback; they are compressed, and pages may use threads.
 *
 * @param port 0 takes one that is free
 * @throws Error when the port is taken
 */
export async function serveFolder(folder: string, port: number): Promise<Server> {
  const server = createServer(async ({ url = '/', headers, method }, response) => {
    const path = fileAt(folder, url);
    const found = path ? await stat(path).catch(() => undefined) : undefined;
    if ((method !== 'GET' && method !== 'HEAD') || !path || !found?.isFile()) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
      return;
    }
    const type = types[extname(path)] ?? 'application/octet-stream';
    const isPacked = /\bgzip\b/.test(String(headers['accept-encoding']));
    response.writeHead(200, {
      ...isolation,
      ...{ 'Content-Type': type, 'Cache-Control': 'no-cache' },
      ...(isPacked ? { 'Content-Encoding': 'gzip' } : { 'Content-Length': found.size }),
    });
    if (method === 'HEAD') return void response.end();
    const content = createReadStream(path).on('error', () => response.destroy());
    if (isPacked) content.pipe(createGzip()).pipe(response);
    else content.pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** The file that an address means; undefined outside of the folder. */
function fileAt(folder: string, url: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const path = normalize(join(folder, name.endsWith('/') ? `${name}index.html` : name));
  return path.startsWith(folder + sep) && !path.includes('\0') ? path : undefined;
}
