import '../../src/platform';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { download, publishedWeights } from '../../src/files';
import { freePort } from '../helpers/free-port';
import { temporaryFolder } from '../helpers/temporary';

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights`;
}

/** Answers ranges; cuts the first `cuts` connections after 100,000 bytes. */
function cutting(cuts: number, ranges: (string | undefined)[] = []): RequestListener {
  return (request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const start = range ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0;
    if (start >= content.length) return void response.writeHead(416).end();
    const rest = content.subarray(start);
    response.writeHead(range ? 206 : 200, { 'content-length': rest.length });
    if (ranges.length > cuts) return void response.end(rest);
    response.write(rest.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
  };
}

test('a download is whole, checked, reported, and not repeated', async (context) => {
  const path = join(await temporaryFolder(context), 'a', 'w.bin');
  const ranges: (string | undefined)[] = [];
  const url = await serve(context, cutting(0, ranges));
  let last = { done: 0, total: 0 };
  await download(url, sha256, path, { onProgress: (report) => (last = report) });
  assert.deepEqual(await readFile(path), content);
  assert.equal(last.done, content.length);
  assert.equal(last.total, content.length);
  await download(url, sha256, path);
  assert.equal(ranges.length, 1);
});

test('a download resumes where its connection was cut', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const ranges: (string | undefined)[] = [];
  await download(await serve(context, cutting(2, ranges)), sha256, path);
  assert.deepEqual(await readFile(path), content);
  assert.equal(ranges.length, 3);
  assert.equal(ranges[0], undefined);
  assert.match(ranges[1]!, /^bytes=[1-9]\d*-$/);
});

test('a download that is cut for good keeps its part, and a later call resumes it', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'w.bin');
  let open = false;
  const listener: RequestListener = (request, response) => {
    if (open) return cutting(0)(request, response);
    if (request.headers.range) return void response.destroy();
    cutting(1)(request, response);
  };
  const url = await serve(context, listener);
  await assert.rejects(
    download(url, sha256, path),
    /was cut 4 times .* bytes are kept in .*w\.bin\.part: run it again/,
  );
  assert.deepEqual(await readdir(folder), ['w.bin.part']);
  open = true;
  await download(url, sha256, path);
  assert.deepEqual(await readFile(path), content);
});

test('a server that ignores ranges starts anew', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  let calls = 0;
  const url = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    if (++calls > 1) return void response.end(content);
    response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
  });
  await download(url, sha256, path);
  assert.deepEqual(await readFile(path), content);
});

test('a wrong checksum leaves nothing behind', async (context) => {
  const folder = await temporaryFolder(context);
  const url = await serve(context, cutting(0));
  await assert.rejects(
    download(url, '0'.repeat(64), join(folder, 'w.bin')),
    new RegExp(`has SHA-256 ${sha256}, expected 000`),
  );
  assert.deepEqual(await readdir(folder), []);
});

test('a download without TLS, without a checksum or of a file that is not there is rejected', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'w.bin');
  await assert.rejects(download('http://example.org/w', sha256, path), /expected an https address/);
  await assert.rejects(download('weights', sha256, path), /url is weights; expected an https address/);
  await assert.rejects(
    download('https://example.org/w', 'abc', path),
    /sha256 is abc; expected 64 hexadecimal digits/,
  );
  const url = await serve(context, (_, response) => void response.writeHead(404).end());
  await assert.rejects(download(url, sha256, path), /the server answered 404/);
});

test('published weights are https addresses with checksums', () => {
  for (const { url, sha256: sum } of Object.values(publishedWeights)) {
    assert.match(url, /^https:/);
    assert.match(sum, /^[0-9a-f]{64}$/);
  }
});

test('a redirection to an address without TLS is rejected before a request is sent there', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  let asked = 0;
  const other = createServer((_, response) => void (asked++, response.end(content)));
  await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
  context.after(() => other.close());
  // 127.0.0.2 is this machine, and yet none of the names that are excepted from TLS.
  const away = `http://127.0.0.2:${(other.address() as AddressInfo).port}/w`;
  const redirecting = await serve(
    context,
    (_, response) => void response.writeHead(302, { location: away }).end(),
  );
  await assert.rejects(
    download(redirecting, sha256, path),
    /redirects elsewhere: url is http:\/\/127\.0\.0\.2.* expected an https address/,
  );
  assert.equal(asked, 0);
});

test('redirections on this machine are followed, and a circle of them ends', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const source = await serve(context, cutting(1));
  let hops = 0;
  const redirecting = await serve(context, (_, response) => {
    hops++;
    response.writeHead(307, { location: source }).end();
  });
  await download(redirecting, sha256, path);
  assert.deepEqual(await readFile(path), content);
  assert.equal(hops, 2);
  const circle = await serve(context, (_, response) => void response.writeHead(302, { location: '/' }).end());
  await assert.rejects(download(circle, sha256, `${path}2`), /redirects more than 10 times/);
});

test('a server that sends other bytes than asked for is not trusted', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  let calls = 0;
  const shifted = await serve(context, (request, response) => {
    calls++;
    if (!request.headers.range) {
      response.writeHead(200, { 'content-length': content.length });
      if (calls > 2) return void response.end(content);
      return void response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
    }
    response.writeHead(206, { 'content-range': `bytes 7-${content.length}/${content.length}` });
    response.end(content.subarray(7));
  });
  await download(shifted, sha256, path);
  assert.deepEqual(await readFile(path), content);
});

test('a server that answers 416 is not asked for ever, whether a part is here or not', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'w.bin');
  const ranges: (string | undefined)[] = [];
  const url = await serve(context, ({ headers }, response) => {
    ranges.push(headers.range);
    response.writeHead(416).end();
  });
  const refused = /weights: the server answered 416 Range Not Satisfiable; expected the file/;
  await assert.rejects(download(url, sha256, path), refused);
  assert.deepEqual(ranges, [undefined]);
  await writeFile(`${path}.part`, 'of another file');
  await assert.rejects(download(url, sha256, path), refused);
  assert.deepEqual(ranges, [undefined, 'bytes=15-', undefined]);
  assert.deepEqual(await readdir(folder), []);
});

test('a part that is whole already is the file; a part longer than the file is brought anew', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const url = await serve(context, cutting(0));
  for (const part of [content, Buffer.concat([content, content])]) {
    await writeFile(`${path}.part`, part);
    await download(url, sha256, path);
    assert.deepEqual(await readFile(path), content);
    await writeFile(path, '');
  }
});

/** Sends bytes for ever, as fast as they are taken. */
const endless: RequestListener = (_, response) => {
  const write = () => {
    while (!response.destroyed && response.write(content));
  };
  response.on('drain', write);
  write();
};

test('a server that sends more than the file may have is refused, and nothing is kept of it', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'w.bin');
  const largest = content.length;
  const tooLarge = /weights has more than the 300000 bytes that are expected of it: check the address/;
  await assert.rejects(download(await serve(context, endless), sha256, path, { largest }), tooLarge);
  let sent = 0;
  const url = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': 4e9 });
    response.write(content, () => (sent += content.length));
  });
  await assert.rejects(download(url, sha256, path, { largest }), tooLarge);
  assert.ok(sent <= largest, 'what is announced as too large is not awaited');
  assert.deepEqual(await readdir(folder), []);
  await download(await serve(context, cutting(0)), sha256, path, { largest });
  assert.deepEqual(await readFile(path), content);
});

for (const [kind, listener] of Object.entries<RequestListener>({
  'never answers': () => {},
  'stalls before its first byte': (_, response) => void response.writeHead(200).flushHeaders(),
  drips: (_, response) => {
    const timer = setInterval(() => response.write('a'), 10);
    response.on('close', () => clearInterval(timer));
  },
})) {
  test(`a server that ${kind} ends in words`, async (context) => {
    const path = join(await temporaryFolder(context), 'w.bin');
    const url = await serve(context, listener);
    await assert.rejects(
      download(url, sha256, path, { patience: 100 }),
      /was cut 4 times \(the server sent fewer than 30000 bytes in 0\.1 s\); /,
    );
  });
}

test('a server that stalls after a while is asked for the rest, and a slow one that brings enough is awaited', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const ranges: (string | undefined)[] = [];
  const url = await serve(context, ({ headers: { range } }, response) => {
    ranges.push(range);
    const rest = content.subarray(range ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0);
    response.writeHead(range ? 206 : 200, { 'content-length': rest.length });
    if (!range) return void response.write(rest.subarray(0, 100_000));
    let at = 0;
    const timer = setInterval(() => {
      response.write(rest.subarray(at, (at += 50_000)));
      if (at >= rest.length) clearInterval(timer);
    }, 60);
  });
  await download(url, sha256, path, { patience: 500 });
  assert.deepEqual(ranges, [undefined, 'bytes=100000-']);
  assert.deepEqual(await readFile(path), content);
});

test('a download is stopped by its signal, even where no byte comes', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const url = await serve(context, () => {});
  const signal = AbortSignal.timeout(100);
  await assert.rejects(download(url, sha256, path, { signal }), { name: 'TimeoutError' });
});

test('no server is asked to compress, since a range counts the bytes of the file', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  let asked: unknown;
  const url = await serve(context, (request, response) => {
    asked = request.headers['accept-encoding'];
    cutting(0)(request, response);
  });
  await download(url, sha256, path);
  assert.equal(asked, 'identity');
});

test('published sizes hold the numbers of each network and little more', () => {
  // Parameters as torchvision publishes them, and channels of batch norm, which keep a mean and a variance each.
  const numbers = {
    resnet18: [11_689_512, 4_800],
    resnet34: [21_797_672, 8_512],
    resnet50: [25_557_032, 26_560],
    wide_resnet50_2: [68_883_240, 34_112],
  };
  for (const [name, [parameters, channels]] of Object.entries(numbers)) {
    const tensors = 4 * (parameters + 2 * channels);
    const { megabytes } = publishedWeights[name as keyof typeof publishedWeights];
    assert.ok(megabytes * 1e6 > tensors + 30_000 && megabytes * 1e6 < tensors + 1.1e6, name);
  }
});

test('where nobody answers, the words of the system are told', async (context) => {
  const path = join(await temporaryFolder(context), 'w.bin');
  const url = `http://127.0.0.1:${await freePort()}/weights`;
  await assert.rejects(
    download(url, sha256, path),
    /was cut 4 times \(connect ECONNREFUSED 127\.0\.0\.1:\d+\); try again later/,
  );
});
