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
