import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelRegions } from '../../src/scoring';

test('regions touch by their corners', () => {
  const rows = ['##..#', '..#..', '.....', '#...#'];
  const data = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  const { count: regions, sizes, labels } = labelRegions({ width: 5, height: 4, data });
  assert.equal(regions, 4);
  assert.deepEqual(sizes, [3, 1, 1, 1]);
  assert.deepEqual(Array.from(labels), [1, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4]);
});

/** Labels that spread one step at a time until nothing changes: slow, and without a stack. */
function regionsBySpreading(width: number, height: number, data: Uint8Array): number[] {
  const least = Array.from(data, (value, at) => (value > 0 ? at : -1));
  const touch = (a: number, b: number) =>
    Math.abs((a % width) - (b % width)) <= 1 && Math.abs(Math.floor(a / width) - Math.floor(b / width)) <= 1;
  for (let changed = true; changed;) {
    changed = false;
    for (let a = 0; a < width * height; a++)
      for (let b = 0; b < width * height; b++) {
        if (least[a] < 0 || least[b] < 0 || least[b] >= least[a] || !touch(a, b)) continue;
        least[a] = least[b];
        changed = true;
      }
  }
  const firsts = [...new Set(least)].filter((at) => at >= 0).sort((a, b) => a - b);
  return least.map((at) => firsts.indexOf(at) + 1);
}

test('regions are those of labels that spread from pixel to neighbouring pixel', () => {
  const side = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(side, side, fc.infiniteStream(fc.constantFrom(0, 0, 1)), (width, height, stream) => {
      const data = Uint8Array.from({ length: width * height }, () => stream.next().value as number);
      const { count, labels, sizes } = labelRegions({ width, height, data });
      const expected = regionsBySpreading(width, height, data);
      assert.deepEqual(Array.from(labels), expected);
      assert.equal(count, Math.max(0, ...expected));
      assert.deepEqual(
        sizes,
        Array.from({ length: count }, (_, region) => expected.filter((label) => label === region + 1).length),
      );
    }),
  );
});

test('a pixel two rows above the end of a region does not belong to it', () => {
  const data = Uint8Array.from(['#..', '#.#', '#..', '.#.'].join(''), (pixel) => (pixel === '#' ? 1 : 0));
  assert.deepEqual(labelRegions({ width: 3, height: 4, data }).sizes, [4, 1]);
});
