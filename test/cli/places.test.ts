import '../../src/platform';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { drawSynthetic, type RgbImage } from '../../src/images';
import { writePng } from '../../src/files';
import { bmpOf } from '../helpers/bmp-of';
import { endOf, ownFolder, runOnFolder, scattering, spanlab, start } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';
import { until } from '../helpers/until';

const small = [...scattering, '--size', '64'];

/** An image as 8-bit RGB. */
function bytesOf({ data }: RgbImage): Buffer {
  return Buffer.from(data.map((value) => Math.round(255 * value)));
}

function gifOf(image: RgbImage): Promise<Buffer> {
  const { width, height } = image;
  return sharp(bytesOf(image), { raw: { width, height, channels: 3 } })
    .gif()
    .toBuffer();
}

/** A newcomer's folder: dot folders, nested defects, GIF and BMP mixed, masks as they may come. */
async function newcomersFolder(context: TestContext): Promise<string> {
  const root = join(await temporaryFolder(context), 'my parts');
  const put = async (path: string, content: Uint8Array | string) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  };
  for (let seed = 0; seed < 24; seed++) {
    const { image } = drawSynthetic('nut', { seed, size: 96 });
    const folder = seed % 3 === 0 ? 'good/camera 2' : 'good';
    const isGif = seed % 2 === 0;
    await put(
      `${folder}/${seed}.${isGif ? 'GIF' : 'bmp'}`,
      isGif ? await gifOf(image) : bmpOf(bytesOf(image), 96, 96),
    );
    // Copies that tools leave behind.
    if (seed < 4) await put(`.ipynb_checkpoints/${seed}-checkpoint.bmp`, bmpOf(bytesOf(image), 96, 96));
    if (seed < 4) await put(`.thumbnails/${seed}.gif`, await gifOf(image));
  }
  for (let seed = 30; seed < 36; seed++) {
    const { image, mask } = drawSynthetic('nut', { defect: 'stain', seed, size: 96 });
    await put(`NG/stain/${seed}.bmp`, bmpOf(bytesOf(image), 96, 96));
    const { width, height, data } = mask;
    const grey = Buffer.from(data.map((value) => 255 * value));
    const png = await sharp(grey, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    await put(`masks/NG/stain/${seed}_mask.png`, png);
  }
  await put('good/Thumbs.db', 'x');
  await put('NG/notes.docx', 'x');
  return root;
}

test("a newcomer's folder is scored right at the first command, which ends with what it did not use", async (context) => {
  const root = await newcomersFolder(context);
  const out = join(root, '..', 'out');
  const { code, stdout, stderr } = await spanlab(
    ...[
      'run',
      '--dataset',
      'folder',
      '--root',
      root,
      '--out',
      out,
      '--bank',
      '--size',
      '96',
      '--patches',
      '300',
    ],
  );
  assert.equal(code, 0, stderr);
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const [{ name, pixel, image, testImages, trainingImages }] = categories;
  assert.equal(name, 'my parts');
  assert.equal(trainingImages, 19);
  assert.deepEqual([...new Set(testImages.map(({ defect }: { defect: string }) => defect))].sort(), [
    'NG/stain',
    'good',
  ]);
  assert.equal(testImages.length, 5 + 6);
  assert.ok(pixel.auroc > 0.95 && image.auroc === 1, `${pixel.auroc} ${image.auroc}`);
  const lines = stderr.trim().split('\n');
  const told = lines.slice(-2).join('\n');
  assert.match(
    told,
    /not used: 3 \(hidden, or left behind by a system or by spanlab\): .*\.ipynb_checkpoints, .*\.thumbnails, .*Thumbs\.db/,
  );
  assert.match(told, /not used: 1 \(not an image by its name\): .*notes\.docx/);
  assert.match(stdout, /\nresults .*\nreport .*\nbanks .*banks\n$/);
  const bank = join(out, 'banks', 'my parts.safetensors');
  const scored = await spanlab('score', join(root, 'NG'), join(root, '.thumbnails'), '--bank', bank);
  assert.equal(scored.code, 0, scored.stderr);
  assert.equal(scored.stdout.trim().split('\n').length, 6 + 4);
  assert.match(scored.stderr, /not used: 1 \(not an image by its name\): .*notes\.docx\n$/);
});

test('one names folders, and a csv lists the same images: the same scores', async (context) => {
  const root = await ownFolder(context);
  const data = join(root, 'data');
  const [good, stains] = [await readdir(join(data, 'good')), await readdir(join(data, 'stain'))];
  for (const name of good.slice(0, 3)) {
    const { image } = drawSynthetic('nut', { seed: 50 + Number(name.split('.')[0]) });
    await writePng(join(root, 'calm', name), image);
    await writePng(join(root, 'tests', 'ok', name), image);
  }
  await mkdir(join(root, 'tests', 'stain'));
  for (const name of stains)
    await writeFile(join(root, 'tests', 'stain', name), await readFile(join(data, 'stain', name)));
  const folders = [
    '--nominal',
    'data/good',
    '--validation',
    'calm',
    '--test',
    'tests',
    '--masks',
    'data/masks',
  ];
  const named = await spanlab('run', '--root', root, ...folders, '--out', join(root, 'a'), ...small);
  assert.equal(named.code, 0, named.stderr);
  assert.match(
    named.stderr,
    /the image threshold takes the scores of 3 validation images to be normally distributed/,
  );
  const rows = [
    'path,split,label,mask',
    ...good.map((name) => `data/good/${name},train,good,`).sort(),
    ...good
      .slice(0, 3)
      .map((name) => `calm/${name},validation,good,`)
      .sort(),
    ...good
      .slice(0, 3)
      .map((name) => `tests/ok/${name},test,good,`)
      .sort(),
    ...stains.map((name) => `tests/stain/${name},test,stain,data/masks/stain/${name}`).sort(),
  ];
  await writeFile(join(root, 'parts.csv'), rows.join('\n'));
  const table = ['--dataset', 'csv', '--root', join(root, 'parts.csv')];
  const listed = await spanlab('run', ...table, '--out', join(root, 'b'), ...small);
  assert.equal(listed.code, 0, listed.stderr);
  const [a, b] = await Promise.all(
    ['a', 'b'].map(
      async (name) => JSON.parse(await readFile(join(root, name, 'results.json'), 'utf8')).categories[0],
    ),
  );
  assert.deepEqual([b.pixel, b.image, b.thresholds], [a.pixel, a.image, a.thresholds]);
  assert.equal(b.testImages.length, 6);
  assert.ok(a.pixel.auroc > 0.8);
});

test('folders by name that fit no layout, and names without the nominal ones, are refused', async () => {
  const cases: [string[], RegExp][] = [
    [['--test', 'x'], /--nominal is not given; expected the folder of nominal images/],
    [['--dataset', 'folders'], /--nominal is not given/],
    [
      ['--dataset', 'mtd', '--nominal', 'x'],
      /--nominal names a folder of your own, and --dataset mtd a layout/,
    ],
    [['--nominal', 'nowhere'], /cannot read folder .*nowhere/],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await spanlab('run', '--out', '/tmp/none', ...args);
    assert.equal(code, 1);
    assert.match(stderr, reason);
  }
});

test('places that cannot take results are told before anything is computed', async (context) => {
  const root = await temporaryFolder(context);
  await writeFile(join(root, 'file'), '');
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const places: [string, RegExp][] = [
    ['/proc/self/a', /results cannot be written to \/proc\/self\/a: ENOENT/],
    [join(root, 'file'), /file is a file; expected a folder/],
    [join(root, 'pipe'), /pipe is a named pipe; expected a folder/],
    ['/dev/null', /\/dev\/null is a device; expected a folder/],
    [join(root, 'x'.repeat(256)), /ENAMETOOLONG/],
  ];
  for (const [out, reason] of places) {
    const { code, stderr, stdout } = await spanlab('run', '--category', 'nut', '--out', out, ...small);
    assert.equal(code, 1, out);
    assert.match(stderr, reason);
    assert.equal(stdout, '');
  }
  const sweep = [
    'sweep',
    '--category',
    'nut',
    '--grid',
    'exemplars=5',
    '--workers',
    '1',
    '--out',
    '/proc/self/a',
  ];
  assert.match((await spanlab(...sweep, ...small)).stderr, /results cannot be written to \/proc\/self\/a/);
});

test('pipes, sockets and devices are no images, banks, weights or tables', async (context) => {
  const root = await temporaryFolder(context);
  const pipe = join(root, 'pipe.png');
  execFileSync('mkfifo', [pipe]);
  const server = createServer().listen(join(root, 'socket.png'));
  await once(server, 'listening');
  context.after(() => server.close());
  const good = join(root, 'good.png');
  await writePng(good, drawSynthetic('nut', { seed: 1, size: 32 }).image);
  const cases: [string[], RegExp][] = [
    [
      ['score', pipe, '--bank', good],
      /pipe\.png is a named pipe; expected image files, folders of them, or globs/,
    ],
    [['score', join(root, 'socket.png'), '--bank', good], /socket\.png is a socket; expected image files/],
    [['score', '/dev/zero', '--bank', good], /\/dev\/zero is a device; expected image files/],
    [['score', good, '--bank', pipe], /pipe\.png: it is a named pipe; expected a regular file/],
    [
      ['run', '--out', join(root, 'o'), '--dataset', 'csv', '--root', pipe],
      /cannot read table .*pipe\.png: it is a named pipe/,
    ],
    [
      ['run', '--out', join(root, 'o'), '--backbone', 'resnet18', '--weights', '/dev/zero'],
      /cannot read weights \/dev\/zero: it is a device; expected a regular file/,
    ],
    [
      [
        'sweep',
        '--out',
        join(root, 'o'),
        '--backbone',
        'resnet18',
        '--weights',
        pipe,
        '--grid',
        'exemplars=5',
      ],
      /cannot read weights .*pipe\.png: it is a named pipe; expected a regular file/,
    ],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await spanlab(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, reason);
  }
});

test('a data set whose name is 255 bytes long has its bank, under a clipped name', async (context) => {
  const root = await ownFolder(context);
  const long = 'ü'.repeat(127) + 'x';
  execFileSync('mv', [join(root, 'data'), join(root, long)]);
  const out = join(root, 'out');
  const data = ['--dataset', 'folder', '--root', join(root, long)];
  const { code, stderr } = await spanlab('run', ...data, '--out', out, '--bank', ...small);
  assert.equal(code, 0, stderr);
  const [bank, ...others] = await readdir(join(out, 'banks'));
  assert.deepEqual(others, []);
  assert.ok(Buffer.byteLength(bank) <= 255 && bank.endsWith('.safetensors'));
  const scored = await spanlab('score', join(root, long, 'stain'), '--bank', join(out, 'banks', bank));
  assert.equal(scored.code, 0, scored.stderr);
});

test('of two runs in one folder the second is told at once', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  const first = start('run', '--out', out, '--size', '224');
  const ended = endOf(first);
  await until(
    async () => (await readdir(out).catch((): string[] => [])).includes('runs.duckdb'),
    'the first run',
  );
  const { code, stderr, stdout } = await runOnFolder(root, out);
  assert.equal(code, 1);
  assert.match(stderr, /runs\.duckdb .*another process has it open; wait for it to end/);
  assert.equal(stdout, '');
  first.kill('SIGKILL');
  await ended;
});

for (const [one, two] of [
  ['SIGINT', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
  ['SIGTERM', 'SIGTERM'],
] as const)
  test(`a second interruption ends a program that hangs: ${one}, then ${two}`, async (context) => {
    const root = await temporaryFolder(context);
    // Standard input that never ends is a read that hears nothing.
    const child = start('score', '-', '--bank', join(root, 'none'), '--out', join(root, 'out'));
    await until(async () => (await readdir(root)).includes('out'), 'the program');
    child.kill(one);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(child.exitCode ?? child.signalCode, null);
    child.kill(two);
    const [code, signal] = await once(child, 'exit');
    assert.deepEqual([code, signal], [null, two]);
  });
