import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFeatureMatrix, largestMagnitude, ordinaryScale, scaleFeatures } from '../../src/matrix';

test('the scale of ordinary magnitudes, of zero and of what is not finite is 1; others are brought to [1, 2)', () => {
  for (const largest of [0, 1, 1e-12, 1e12, Infinity, NaN]) assert.equal(ordinaryScale(largest), 1);
  fc.assert(
    fc.property(fc.double({ min: -45, max: 38, noNaN: true }), (exponent) => {
      const largest = 10 ** exponent;
      const scale = ordinaryScale(largest);
      assert.ok(Number.isInteger(Math.log2(scale)), `${scale} is no power of two`);
      assert.ok(Math.abs(Math.log10(scale * largest)) < 12.1, `${largest} becomes ${scale * largest}`);
      if (scale !== 1) assert.ok(scale * largest >= 1 && scale * largest < 2);
    }),
  );
});

test('the largest magnitude is that of every value, wherever it stands', () => {
  for (let length = 1; length < 10; length++) {
    for (let at = 0; at < length; at++) {
      const data = new Float32Array(length).fill(0.5);
      data[at] = -3;
      assert.equal(largestMagnitude(createFeatureMatrix(1, length, data)), 3);
    }
  }
  assert.equal(largestMagnitude(createFeatureMatrix(0, 4)), 0);
});

test('scaled features are a copy, ordinary ones are not', () => {
  const features = createFeatureMatrix(1, 2, Float32Array.of(1, -2));
  assert.equal(scaleFeatures(features, 1), features);
  assert.deepEqual([...scaleFeatures(features, 4).data], [4, -8]);
  assert.deepEqual([...features.data], [1, -2]);
});
