import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ignoredPositions } from '../../src/features';
import { maskOfRuns, runsOf } from '../../src/images';

test('runs give their mask back, and framing continues it as the border of images is', () => {
  const mask = fc
    .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
    .chain((size) => {
      const pixels = size.width * size.height;
      const data = fc.uint8Array({ min: 0, max: 1, minLength: pixels, maxLength: pixels });
      return data.map((values) => ({ ...size, data: values }));
    });
  fc.assert(
    fc.property(mask, (one) => {
      const size = { width: one.width, height: one.height };
      assert.deepEqual(maskOfRuns(runsOf(one), { size }), one);
    }),
  );
  // The upper half is marked; the image takes rows 1 to 5 of the frame, whose middle one is of its lower half.
  const upper = runsOf({ width: 4, height: 2, data: Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0) });
  const framed = maskOfRuns(upper, { size: 8, fit: 'contain' });
  assert.deepEqual(
    Array.from({ length: 8 }, (_, row) => framed.data[8 * row]),
    [1, 1, 1, 0, 0, 0, 0, 0],
  );
  const { width, height } = runsOf({ width: 4096, height: 100, data: new Uint8Array(409_600) });
  assert.deepEqual([width, height], [1024, 25]);
});

test('a position is ignored where more than half of its cell is', () => {
  const mask = { width: 8, height: 2, data: Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0) };
  assert.deepEqual([...ignoredPositions(mask, { width: 4, height: 1 })], [1, 0, 0, 0]);
  assert.deepEqual([...ignoredPositions(mask, { width: 2, height: 1 })], [1, 0]);
  // Cells that begin at the first pixel's centre, as those of networks without padding may.
  const placement = { x: { first: 0.25, step: 0.25 }, y: { first: 0.5, step: 1 } };
  assert.deepEqual([...ignoredPositions(mask, { width: 4, height: 1, placement })], [1, 0, 0, 0]);
});
