import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantile } from '../../src/base';

test('a quantile is one of the values, by its rank', () => {
  assert.equal(quantile([30, 10, 20], 0), 10);
  assert.equal(quantile([30, 10, 20], 0.5), 20);
  assert.equal(quantile([30, 10, 20], 1), 30);
  assert.equal(quantile([2, 1], 0.5), 2);
  assert.equal(quantile(Float32Array.of(10, 9), 0.2), 9);
  assert.equal(quantile([], 0.5), undefined);
});

test('as many values lie below a quantile as its fraction says', () => {
  const distinct = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(distinct, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
      const before = values.slice();
      const found = quantile(values, fraction);
      assert.ok(
        Math.abs(values.filter((value) => value < found).length - fraction * (values.length - 1)) <= 0.5,
      );
      assert.deepEqual(values, before);
    }),
  );
});
