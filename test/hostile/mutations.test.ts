import '../../src/platform';
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { createRandom, type Random } from '../../src/base';
import { fitDetector } from '../../src/detector';
import { drawSynthetic } from '../../src/images';
import { bmpOf } from '../helpers/bmp-of';
import { spanlab } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

/** Files in all: 100,000 in `npm run test:long`. */
const total = process.env.SPANLAB_LONG ? 100_000 : 300;
/** Files per run of the command line. */
const perRun = 500;

async function originals(): Promise<[string, Buffer][]> {
  const noise = Buffer.from(Array.from({ length: 24 * 16 * 3 }, (_, index) => (index * 37) % 251));
  const image = () => sharp(noise, { raw: { width: 24, height: 16, channels: 3 } });
  return [
    ['png', await image().png().toBuffer()],
    ['png', await image().png({ palette: true }).toBuffer()],
    ['png', await image().toColourspace('rgb16').png().toBuffer()],
    ['jpg', await image().jpeg().toBuffer()],
    [
      'jpg',
      await image()
        .jpeg({ progressive: true })
        .withExif({ IFD0: { Orientation: '6' } })
        .toBuffer(),
    ],
    ['tif', await image().tiff({ compression: 'none' }).toBuffer()],
    ['tif', await image().tiff({ compression: 'lzw', tile: true }).toBuffer()],
    ['tif', await image().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()],
    ['webp', await image().webp().toBuffer()],
    ['webp', await image().webp({ lossless: true }).toBuffer()],
    ['bmp', bmpOf(noise, 24, 16, 24)],
    ['bmp', bmpOf(noise, 24, 16, 32)],
  ];
}

/** Bytes changed, set to extremes, cut, doubled or put elsewhere. */
function mutate(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const at = () => random.integer(bytes.length);
  for (let change = random.integer(8); change >= 0; change--) {
    const kind = random.integer(6);
    if (kind === 0) bytes[at()] = random.integer(256);
    if (kind === 1) bytes[at()] = random.integer(2) * 255;
    if (kind === 2) bytes[at()] ^= 1 << random.integer(8);
    if (kind === 3) bytes.writeUInt32LE(random.integer(2 ** 32), random.integer(bytes.length - 4));
    if (kind === 4) bytes.copy(bytes, at(), at(), at());
    if (kind === 5) bytes[random.integer(64)] = random.integer(256);
  }
  const end = random.integer(10) === 0 ? at() : bytes.length;
  return random.integer(20) === 0 ? Buffer.concat([bytes, bytes]) : bytes.subarray(0, end);
}

test(`the command line prints a line for each of ${total} mutated images, and ends in no other way`, async (context) => {
  const root = await temporaryFolder(context);
  const bank = join(root, 'bank.safetensors');
  const nominal = [0, 1, 2].map((seed) => drawSynthetic('nut', { seed, size: 32 }).image);
  const detector = await fitDetector(nominal, { backbone: 'scattering', size: 32 });
  await detector.save(bank);
  await detector.dispose();
  const files = await originals();
  const random = createRandom(7);
  for (let done = 0; done < total; done += perRun) {
    const folder = join(root, 'images');
    await mkdir(folder);
    const count = Math.min(perRun, total - done);
    for (let index = 0; index < count; index++) {
      const [extension, original] = files[random.integer(files.length)];
      await writeFile(join(folder, `${index}.${extension}`), mutate(original, random));
    }
    const { code, stdout, stderr } = await spanlab('score', folder, '--bank', bank);
    assert.ok(code === 0 || code === 1, `ended with ${code}: ${stderr.slice(-2000)}`);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { score?: number; error?: string });
    assert.equal(lines.length, count);
    for (const { score, error } of lines) assert.ok(error !== undefined || Number.isFinite(score), stdout);
    await rm(folder, { recursive: true });
  }
});
