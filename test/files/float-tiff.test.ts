import '../../src/platform';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { encodeFloatTiff, writeFloatTiff } from '../../src/files';
import { createPlane } from '../../src/images';
import { pythonWith, unlessPython } from '../helpers/python';
import { temporaryFolder } from '../helpers/temporary';

const values = Float32Array.of(-1.5, 0, 1e-30, 3.25, 12345.678, -7e20);
const plane = createPlane({ width: 3, height: 2 }, values);

test('libtiff reads a float TIFF as one channel of its size, with its values', async () => {
  const image = sharp(encodeFloatTiff(plane));
  const { width, height, channels, depth } = await image.metadata();
  assert.deepEqual([width, height, channels, depth], [3, 2, 1, 'float']);
  const raw = await image.toColourspace('b-w').raw({ depth: 'float' }).toBuffer();
  assert.deepEqual([...new Float32Array(raw.buffer, raw.byteOffset, 6)], [...values]);
});

const packages = ['numpy', 'tifffile'];
const python = pythonWith(...packages);

test(
  'tifffile reads a float TIFF bit for bit',
  { skip: unlessPython(python, ...packages) },
  async (context) => {
    const path = join(await temporaryFolder(context), 'map.tiff');
    await writeFloatTiff(path, plane);
    const script = `
import sys, tifffile
values = tifffile.imread(sys.argv[1])
print(values.dtype, values.shape, values.tobytes().hex())`;
    const text = execFileSync(python!, ['-c', script, path], { encoding: 'utf8' }).trim();
    assert.equal(text, `float32 (2, 3) ${Buffer.from(values.buffer).toString('hex')}`);
  },
);
