import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';

const seeds = Array.from({ length: 1000 }, (_, seed) => seed);

/** Pearson's statistic of values in [0, 1) against the uniform distribution in ten bins. */
function chiSquare(values: readonly number[]): number {
  const counts = new Array<number>(10).fill(0);
  for (const value of values) counts[Math.floor(10 * value)]++;
  const expected = values.length / 10;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 99.9 % quantile of the chi-square distribution with 9 degrees of freedom (scipy.stats.chi2.ppf(0.999, 9)). */
const critical = 27.877;

const streams = seeds.map((seed) => {
  const { uniform } = createRandom(seed);
  return Array.from({ length: 8 }, uniform);
});

test('the first draws of seeds 0 to 99 differ, in integers, too', () => {
  const first = seeds.slice(0, 100).map((seed) => createRandom(seed).integer(1e9));
  assert.equal(new Set(first).size, 100);
  assert.ok(new Set(seeds.slice(0, 20).map((seed) => createRandom(seed).integer(209))).size > 15);
});

test('each draw is uniform over the seeds 0 to 999, and over 0 to 99', () => {
  for (let draw = 0; draw < 8; draw++) {
    const values = streams.map((stream) => stream[draw]);
    assert.ok(chiSquare(values) < critical, `draw ${draw}: ${chiSquare(values)}`);
    assert.ok(chiSquare(values.slice(0, 100)) < critical, `draw ${draw} of 100 seeds`);
  }
});

test('draws of neighbouring seeds, and neighbouring draws, are not correlated', () => {
  const correlation = (a: readonly number[], b: readonly number[]) =>
    12 * a.reduce((sum, value, at) => sum + ((value - 0.5) * (b[at] - 0.5)) / a.length, 0);
  // The standard error of n pairs is 1 / sqrt(n); four of them are exceeded once in 16,000 trials.
  for (let draw = 0; draw < 7; draw++) {
    const values = streams.map((stream) => stream[draw]);
    const next = streams.map((stream) => stream[draw + 1]);
    assert.ok(Math.abs(correlation(values.slice(1), values)) < 4 / Math.sqrt(999), `draw ${draw}`);
    assert.ok(Math.abs(correlation(values, next)) < 4 / Math.sqrt(1000), `draw ${draw}`);
  }
});

test('one stream is uniform, its integers fill their range, its normals have moments 0 and 1', () => {
  const { uniform, integer, normal } = createRandom(7);
  assert.ok(chiSquare(Array.from({ length: 10_000 }, uniform)) < critical);
  assert.deepEqual([...new Set(Array.from({ length: 500 }, () => integer(6)))].sort(), [0, 1, 2, 3, 4, 5]);
  const values = Array.from({ length: 10_000 }, normal);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(
    Math.abs(mean) < 4 / 100 && Math.abs(variance - 1) < 4 * Math.sqrt(2 / 10_000),
    `${mean} ${variance}`,
  );
});

test('a seed gives the same stream every time; a negative one that of its 32 bits', () => {
  const draws = (seed: number) => {
    const { uniform } = createRandom(seed);
    return [uniform(), uniform(), uniform()];
  };
  assert.deepEqual(draws(42), draws(42));
  assert.deepEqual(draws(-1), draws(2 ** 32 - 1));
  assert.throws(() => createRandom(0.5), RangeError);
  assert.throws(() => createRandom(2 ** 32), RangeError);
});
