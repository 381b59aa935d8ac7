import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { nominalShape, samplesFrom } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

const nominal = { split: 'train', label: 'nominal' } as const;

async function write(path: string, width: number, height: number, orientation?: number): Promise<string> {
  const image = sharp({ create: { width, height, channels: 3, background: 'grey' } });
  await (orientation ? image.withMetadata({ orientation }).jpeg() : image.png()).toFile(path);
  return path;
}

test('the shape of nominal images is that of the median aspect ratio; what cannot be read is passed over', async (context) => {
  const root = await temporaryFolder(context);
  const paths = await Promise.all([
    write(join(root, 'a.png'), 40, 20),
    write(join(root, 'b.png'), 30, 10),
    write(join(root, 'c.png'), 10, 30),
    // Turned by a quarter: 50x40 as it is decoded.
    write(join(root, 'd.jpg'), 40, 50, 6),
    write(join(root, 'e.png'), 10, 20),
  ]);
  await writeFile(join(root, 'broken.png'), 'no image');
  const samples = samplesFrom([join(root, 'broken.png'), ...paths], nominal);
  assert.deepEqual(await nominalShape(samples), { width: 50, height: 40, isFixed: false });
  assert.equal(await nominalShape(samples.slice(0, 1)), undefined);
});

test('images in memory keep their size', async () => {
  const image = { width: 24, height: 16, data: new Float32Array(24 * 16 * 3) };
  assert.deepEqual(await nominalShape(samplesFrom([image], nominal)), {
    width: 24,
    height: 16,
    isFixed: true,
  });
});

test('of many images a hundred at even distances are read', async (context) => {
  const root = await temporaryFolder(context);
  const [wide, tall] = [await write(join(root, 'w.png'), 20, 10), await write(join(root, 't.png'), 10, 20)];
  // Every second one is read.
  const samples = samplesFrom(
    Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? wide : tall)),
    nominal,
  );
  assert.deepEqual(await nominalShape(samples), { width: 20, height: 10, isFixed: false });
});
