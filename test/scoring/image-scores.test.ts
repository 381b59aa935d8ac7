import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planesOf } from '../../src/images';
import { imageScores } from '../../src/scoring';

test('an image score is the mean of the largest fraction of its map', () => {
  const data = Float32Array.from({ length: 200 }, (_, index) => (index * 37) % 100);
  const two = planesOf({ width: 10, height: 10 }, data);
  assert.deepEqual(Array.from(imageScores(two, 0.02)), [98.5, 98.5]);
  assert.deepEqual(Array.from(imageScores(two, 1e-9)), [99, 99]);
});

test('the number of values in the mean is the nearest one to the fraction of the pixels, at least one', () => {
  const plane = planesOf(
    { width: 10, height: 10 },
    Float32Array.from({ length: 100 }, (_, at) => at),
  );
  const scoreOf = (fraction: number) => imageScores(plane, fraction)[0];
  assert.equal(scoreOf(0.024), (99 + 98) / 2);
  assert.equal(scoreOf(0.026), (99 + 98 + 97) / 3);
  assert.equal(scoreOf(0.004), 99);
  assert.equal(scoreOf(1), 49.5);
});
