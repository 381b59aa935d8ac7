import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../src/base';
import { createFeatureMatrix, innerProducts } from '../../src/matrix';
import { kCenter } from '../../src/sampling';
import { toySubspaces } from '../../src/subspace';

test('k-center in many dimensions picks the same exemplars as with all distances computed in full', async () => {
  const { features } = toySubspaces({
    ambient: 90,
    dimension: 12,
    subspaces: 4,
    points: 150,
    noise: 0.02,
    seed: 4,
  });
  const { rows, cols, data } = features;
  const { indices, costs, solves } = await kCenter(features, { exemplars: 60, seed: 2 });
  const least = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (let size = 0; size < 60; size++) {
    for (let row = 0; row < rows; row++) {
      let square = 0;
      for (let col = 0; col < cols; col++) {
        square += (data[row * cols + col] - data[indices[size] * cols + col]) ** 2;
      }
      least[row] = Math.min(least[row], square);
    }
    assert.ok(Math.abs(costs[size] - Math.sqrt(Math.max(...least))) < 1e-5);
    if (size < 59) assert.ok(Math.sqrt(least[indices[size + 1]]) > Math.sqrt(Math.max(...least)) - 1e-5);
  }
  assert.ok(solves < (rows * 60) / 2, `${solves} of ${rows * 60} distances were computed`);
});

test('k-center tells features apart that lie close together and far from the origin', async () => {
  // All that tells them apart lies in the leading coordinates. These are rounded by as much as a hundredth of such distances: a bound
  // that does not allow for it passes over features.
  for (const [offset, seed] of [
    [10, 1],
    [1000, 2],
    [30_000, 3],
    [100_000, 4],
    [1_000_000, 5],
  ]) {
    const [rows, cols, exemplars] = [300, 64, 200];
    const random = createRandom(seed);
    const directions = Array.from({ length: 6 * cols }, () => random.normal());
    const data = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const place = Array.from({ length: 6 }, () => random.normal());
      for (let col = 0; col < cols; col++)
        data[row * cols + col] =
          offset + place.reduce((sum, value, axis) => sum + value * directions[axis * cols + col], 0);
    }
    const { indices, costs } = await kCenter(createFeatureMatrix(rows, cols, data), { exemplars });
    const least = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
    for (let size = 0; size < exemplars; size++) {
      for (let row = 0; row < rows; row++) {
        let square = 0;
        for (let col = 0; col < cols; col++) {
          square += (data[row * cols + col] - data[indices[size] * cols + col]) ** 2;
        }
        least[row] = Math.min(least[row], square);
      }
      const farthest = Math.sqrt(Math.max(...least));
      const message = `offset ${offset}, pick ${size}: ${costs[size]}, by the definition ${farthest}`;
      assert.ok(Math.abs(costs[size] - farthest) < 1e-5 * farthest, message);
      if (size + 1 < exemplars)
        assert.ok(Math.sqrt(least[indices[size + 1]]) > (1 - 1e-5) * farthest, message);
    }
  }
});

test('k-center picks the farthest feature each time, as its definition says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 20 }), async (seed, exemplars) => {
      const { features } = toySubspaces({ ambient: 4, dimension: 4, points: 20, seed });
      const { indices, costs } = await kCenter(features, { exemplars, seed });
      const products = await innerProducts(features, features);
      const distance = (i: number, j: number) =>
        Math.sqrt(Math.max(0, products[i * 21] + products[j * 21] - 2 * products[i * 20 + j]));
      for (let size = 1; size <= exemplars; size++) {
        const picked = Array.from(indices.subarray(0, size));
        const cover = Array.from({ length: 20 }, (_, i) =>
          Math.min(...picked.map((j) => (i === j ? 0 : distance(i, j)))),
        );
        assert.ok(Math.abs(costs[size - 1] - Math.max(...cover)) < 1e-5);
        if (size < exemplars) assert.ok(cover[indices[size]] >= Math.max(...cover) - 1e-5);
      }
    }),
    { numRuns: 50 },
  );
});
