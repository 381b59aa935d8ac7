import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crop } from '../../src/plots';

test('a crop begins at its left and top edge; beyond the border it is white', () => {
  // 3 wide, 2 high; red says the column, green the row.
  const image = {
    width: 3,
    height: 2,
    data: Float32Array.from([0, 1, 2, 3, 4, 5].flatMap((at) => [(at % 3) / 4, Math.floor(at / 3) / 4, 0])),
  };
  const pixels = (left: number, top: number) => {
    const { width, height, data } = crop(image, { left, top, size: 2 });
    assert.deepEqual([width, height], [2, 2]);
    return Array.from({ length: 4 }, (_, at) => Array.from(data.subarray(3 * at, 3 * at + 3)));
  };
  const white = [1, 1, 1];
  const at = (column: number, row: number) => [column / 4, row / 4, 0];
  assert.deepEqual(pixels(1, 0), [at(1, 0), at(2, 0), at(1, 1), at(2, 1)]);
  assert.deepEqual(pixels(-1, -1), [white, white, white, at(0, 0)]);
  assert.deepEqual(pixels(2, 1), [at(2, 1), white, white, white]);
});
