import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AxisPlacement, Placement } from '../../src/features';
import { createPlane, type Plane } from '../../src/images';
import { upsample } from '../../src/scoring';

type Size = { width: number; height: number };
const upsampled = (size: Size, values: number[], larger: Size) =>
  Array.from(upsample(createPlane(size, Float32Array.from(values)), larger).data);

test('bilinear upsampling with half-pixel centres, by hand', () => {
  // [0, 1] to four pixels: centres at -0.25, 0.25, 0.75, 1.25 of the source.
  assert.deepEqual(upsampled({ width: 2, height: 1 }, [0, 1], { width: 4, height: 1 }), [0, 0.25, 0.75, 1]);
  assert.deepEqual(upsampled({ width: 2, height: 2 }, [1, 2, 3, 4], { width: 2, height: 2 }), [1, 2, 3, 4]);
});

/** Every position's share falls linearly from 1 at its place to 0 at its neighbours'; the ends keep theirs beyond. */
function pixelByTents(
  { width, height, data }: Plane,
  size: Size,
  { x, y, placement }: { x: number; y: number; placement?: Placement },
): number {
  const shareOf = (position: number, length: number, share: number, axis?: AxisPlacement) => {
    const { first, step } = axis ?? { first: 0.5 / length, step: 1 / length };
    const place = Math.min(length - 1, Math.max(0, (share - first) / step));
    return Math.max(0, 1 - Math.abs(place - position));
  };
  let value = 0;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      value +=
        shareOf(column, width, (x + 0.5) / size.width, placement?.x) *
        shareOf(row, height, (y + 0.5) / size.height, placement?.y) *
        data[row * width + column];
  return value;
}

test('every pixel is the positions around it, by the definition, whatever the shapes and placements', () => {
  const fraction = fc.double({ min: -0.2, max: 0.6, noNaN: true });
  const step = fc.double({ min: 0.05, max: 0.7, noNaN: true });
  const axis = fc.record({ first: fraction, step });
  const side = fc.integer({ min: 1, max: 7 });
  const shape = fc.record({ width: side, height: side });
  fc.assert(
    fc.property(
      shape,
      fc.record({ width: fc.integer({ min: 1, max: 12 }), height: side }),
      fc.option(fc.record({ x: axis, y: axis }), { nil: undefined }),
      (from, to, placement) => {
        const data = Float32Array.from({ length: from.width * from.height }, (_, at) =>
          Math.sin(at * at + 1),
        );
        const plane = createPlane(from, data);
        const large = upsample(plane, to, placement);
        assert.deepEqual([large.width, large.height], [to.width, to.height]);
        for (let at = 0; at < large.data.length; at++) {
          const place = { x: at % to.width, y: Math.floor(at / to.width), placement };
          const expected = pixelByTents(plane, to, place);
          assert.ok(Math.abs(large.data[at] - expected) < 1e-5, `${large.data[at]}, expected ${expected}`);
        }
      },
    ),
  );
});
