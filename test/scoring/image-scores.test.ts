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

/** All values sorted, without the bound that a sample gives. */
function meanOfLargest(data: Float32Array, count: number): number {
  const largest = [...data].sort((a, b) => b - a).slice(0, count);
  return largest.reduce((sum, value) => sum + value, 0) / count;
}

test('scores of maps that are large enough for a sample are those of sorting all values, and leave the maps as they are', () => {
  const [width, height] = [64, 96];
  const distributions: Record<string, (at: number) => number> = {
    scattered: (at) => Math.sin(at * at * 0.37) * 50,
    increasing: (at) => at,
    decreasing: (at) => -at,
    'large where a sample of every sixth value looks': (at) => (at % 6 === 0 ? 1000 + at : at),
    'small where a sample of every sixth value looks': (at) => (at % 6 === 0 ? -at : 1000 + at),
    'all the same': () => 7,
    'one peak': (at) => (at === 4001 ? 9 : 0),
  };
  for (const [name, valueAt] of Object.entries(distributions)) {
    const data = Float32Array.from({ length: width * height }, (_, at) => valueAt(at));
    for (const count of [1, 5, 61, 614, 3072, 6144]) {
      const [map] = planesOf({ width, height }, data.slice());
      const [score] = imageScores([map], count / data.length);
      const expected = meanOfLargest(data, count);
      const off = Math.abs(score - expected);
      assert.ok(off <= 1e-6 * Math.abs(expected), `${name}, ${count} values: ${score}, expected ${expected}`);
      assert.deepEqual(map.data, data, `${name}: the map changed`);
    }
  }
});

test('the fraction lies above 0 and at most at 1', () => {
  const maps = planesOf({ width: 2, height: 1 }, Float32Array.of(1, 2));
  assert.doesNotThrow(() => imageScores(maps, 1));
  for (const fraction of [0, -0.1, 1.001, NaN])
    assert.throws(() => imageScores(maps, fraction), { name: 'RangeError', message: /topFraction/ });
});
