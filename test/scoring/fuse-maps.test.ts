import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPlane } from '../../src/images';
import { fuseMaps } from '../../src/scoring';

const size = { width: 3, height: 1 };
const part = (values: number[], spread: number, weight: number) => ({
  maps: [createPlane(size, Float32Array.from(values))],
  spread,
  weight,
});

test('maps are fused as the weighted mean of their logarithms, in units of their spreads', () => {
  const parts = [part([1, -1, -9], 2, 1), part([7, 3, 3], 2, 3)];
  // (log 1 + 3 log 4) / 4; both others are clipped at 0.05 in the first part: -0.5 + 0.5 = 0, -4.5 + 0.5 = -4.
  const clipped = (Math.log(0.05) + 3 * Math.log(2)) / 4;
  const expected = [(3 * Math.log(4)) / 4, clipped, clipped];
  const [{ data }] = fuseMaps(parts);
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(data[at] - value) < 1e-6, `${data}`);
});

test('no part lowers a pixel where its map grows, and units of a part do not matter', () => {
  const values = fc.array(fc.double({ min: -3, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 });
  const positive = fc.double({ min: 0.1, max: 9, noNaN: true });
  fc.assert(
    fc.property(values, values, positive, positive, positive, (first, second, spread, weight, factor) => {
      const [{ data }] = fuseMaps([part(first, spread, weight), part(second, 1, 1)]);
      const grown = first.map((value) => value + 1);
      const [larger] = fuseMaps([part(grown, spread, weight), part(second, 1, 1)]);
      const scaled = first.map((value) => value * factor);
      const [same] = fuseMaps([part(scaled, spread * factor, weight), part(second, 1, 1)]);
      for (let at = 0; at < 3; at++) {
        assert.ok(larger.data[at] >= data[at] - 1e-6);
        assert.ok(Math.abs(same.data[at] - data[at]) < 1e-4);
      }
    }),
  );
});
