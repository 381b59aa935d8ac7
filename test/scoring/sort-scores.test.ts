import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sortScores } from '../../src/scoring/sort-scores';

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const scores = fc.oneof(
  fc.array(float, { maxLength: 400 }),
  fc.array(fc.constantFrom(0, -0, 1, -1, 1e-45, -1e-45, 3.4e38, -3.4e38), { maxLength: 60 }),
);

test('scores come in decreasing order, as those that a comparison sorts', () => {
  fc.assert(
    fc.property(scores, (values) => {
      const sorted = Float32Array.from(values);
      sortScores(sorted);
      const expected = Float32Array.from(values, (value) => value || 0)
        .sort()
        .reverse();
      assert.deepEqual(
        Array.from(sorted, (value) => value || 0),
        [...expected],
      );
    }),
    { numRuns: 300 },
  );
});

test('tags go with their scores, and tags of equal scores keep their order', () => {
  fc.assert(
    fc.property(scores, (values) => {
      const sorted = Float32Array.from(values);
      const tags = Uint32Array.from(values.keys());
      sortScores(sorted, tags);
      const floats = Float32Array.from(values);
      const expected = [...floats.keys()].sort((a, b) => floats[b] - floats[a] || a - b);
      assert.deepEqual([...tags], expected);
    }),
    { numRuns: 300 },
  );
});

test('minus zero becomes zero', () => {
  const sorted = Float32Array.of(-0, 1, -0);
  sortScores(sorted);
  assert.deepEqual(
    [...sorted].map((value) => Object.is(value, 0)),
    [false, true, true],
  );
});
