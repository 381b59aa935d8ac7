import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane } from '../../src/images';
import { upsample } from '../../src/scoring';

type Size = { width: number; height: number };
const upsampled = (size: Size, values: number[], larger: Size) =>
  Array.from(upsample(createPlane(size, Float32Array.from(values)), larger).data);

test('bilinear upsampling with half-pixel centres, by hand', () => {
  // [0, 1] to four pixels: centres at -0.25, 0.25, 0.75, 1.25 of the source.
  assert.deepEqual(upsampled({ width: 2, height: 1 }, [0, 1], { width: 4, height: 1 }), [0, 0.25, 0.75, 1]);
  assert.deepEqual(upsampled({ width: 2, height: 2 }, [1, 2, 3, 4], { width: 2, height: 2 }), [1, 2, 3, 4]);
});
