import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelRegions } from '../../src/scoring';

test('regions touch by their corners', () => {
  const rows = ['##..#', '..#..', '.....', '#...#'];
  const data = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  const { count: regions, sizes, labels } = labelRegions({ width: 5, height: 4, data });
  assert.equal(regions, 4);
  assert.deepEqual(sizes, [3, 1, 1, 1]);
  assert.deepEqual(Array.from(labels), [1, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4]);
});
