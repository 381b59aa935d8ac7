import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matrix, inverse } from 'ml-matrix';
import { createRandom } from '../../src/base';
import { type FeatureMaps, selectMaps, sliceMaps } from '../../src/features';
import { createFeatureMatrix } from '../../src/matrix';
import { fitReconstructor } from '../../src/reconstruction';

const [count, height, width, channels] = [9, 2, 3, 4];
const positions = height * width;

function randomMaps(seed: number): FeatureMaps {
  const random = createRandom(seed);
  const features = createFeatureMatrix(count * positions, channels);
  for (let at = 0; at < features.data.length; at++)
    features.data[at] = random.normal() * (1 + (at % channels));
  return { level: 1, count, height, width, features };
}

/** ‖μ (A + μ I)⁻¹ (x - m)‖ of a feature at a place, by ml-matrix; μ is given. */
function residualBy(maps: FeatureMaps, feature: Float32Array, at: number, ridge: number): number {
  const rows = Array.from({ length: maps.count }, (_, image) => {
    const start = (image * positions + at) * channels;
    return Array.from(maps.features.data.subarray(start, start + channels));
  });
  const x = new Matrix(rows);
  const mean = x.mean('column');
  const apart = x.clone().subRowVector(mean);
  const scatter = apart.transpose().mmul(apart).add(Matrix.eye(channels).mul(ridge));
  const own = Matrix.columnVector(Array.from(feature, (value, channel) => value - mean[channel]));
  return inverse(scatter).mmul(own).mul(ridge).norm('frobenius');
}

/** μ = 0.1 times the mean over places and channels of the sums of squares about the mean of a place. */
function ridgeOf(maps: FeatureMaps): number {
  let sum = 0;
  for (let column = 0; column < positions * channels; column++) {
    const values = Array.from(
      { length: maps.count },
      (_, image) => maps.features.data[image * positions * channels + column],
    );
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    sum += values.reduce((total, value) => total + (value - mean) ** 2, 0);
  }
  return (0.1 * sum) / (positions * channels);
}

test('the residual of a place is that of ridge regression about its mean', async () => {
  const nominal = randomMaps(1);
  const { reconstruct } = await fitReconstructor([nominal], { granularity: 'place', metric: 'euclidean' });
  const test = randomMaps(2);
  const [{ residuals, codes }] = await reconstruct([test]);
  assert.equal(codes.values.length, 0);
  for (let row = 0; row < count * positions; row++) {
    const feature = test.features.data.subarray(row * channels, (row + 1) * channels);
    const expected = residualBy(nominal, feature, row % positions, ridgeOf(nominal));
    assert.ok(Math.abs(residuals[row] - expected) < 1e-4 * expected, `${residuals[row]} ${expected}`);
  }
});

test('a nominal image is left out of its Gaussian as if it had never been in', async () => {
  const nominal = randomMaps(3);
  const { leftOut } = await fitReconstructor([nominal], { granularity: 'place', metric: 'euclidean' });
  for (let image = 0; image < count; image++) {
    const others = selectMaps(
      nominal,
      Array.from({ length: count }, (_, other) => other).filter((other) => other !== image),
    );
    const { data } = sliceMaps(nominal, image, image + 1).features;
    for (let at = 0; at < positions; at++) {
      const feature = data.subarray(at * channels, (at + 1) * channels);
      const expected = residualBy(others, feature, at, ridgeOf(nominal));
      const found = leftOut[0].residuals[image * positions + at];
      assert.ok(Math.abs(found - expected) < 1e-3 * expected, `${found} ${expected}`);
    }
  }
});
