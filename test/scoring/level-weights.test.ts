import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LevelCalibration, ResidualMaps } from '../../src/reconstruction';
import { anomalyMaps } from '../../src/scoring';

/** One position per level, so that a map has one value. */
const levels = [3, 5].map((residual, at) => ({
  level: at + 1,
  count: 1,
  height: 1,
  width: 1,
  residuals: Float32Array.of(residual),
})) as ResidualMaps[];
/** The residuals are 1 and 4 standard deviations above their means. */
const calibration = [
  { mean: 1, standardDeviation: 2 },
  { mean: 1, standardDeviation: 1 },
] as LevelCalibration[];

const valueOf = (options: { weights?: number[] }, of = calibration) =>
  anomalyMaps(levels, of, { size: 2, sigma: 0, ...options })[0].data[3];

test('a map is the weighted mean of the levels, in standard deviations of their nominal residuals', () => {
  assert.equal(valueOf({}), 2.5);
  assert.equal(valueOf({ weights: [3, 1] }), 1.75);
  assert.equal(valueOf({ weights: [1, 0] }), 1);
  assert.equal(valueOf({ weights: [0, 7] }), 4);
});

test('weights of the options multiply those of the calibration', () => {
  const weighed = calibration.map((level, at) => ({ ...level, weight: [3, 1][at] }));
  assert.equal(valueOf({}, weighed), 1.75);
  assert.equal(valueOf({ weights: [1, 3] }, weighed), 2.5);
});
