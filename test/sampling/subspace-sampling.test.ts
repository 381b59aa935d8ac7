import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFeatureMatrix,
  type FeatureMatrix,
  featureMatrixFrom,
  normalizeRows,
  rowOf,
  selectRows,
} from '../../src/matrix';
import { kCenter, kCenterOfGram, subspaceSampling, subspaceSamplingOfGram } from '../../src/sampling';
import { encode, gramOf, lasso, omp, reconstruct, toySubspaces } from '../../src/subspace';

/** Farthest-first search as its definition reads: every cost solved anew after every pick. */
async function naiveSearch(features: FeatureMatrix, exemplars: number, lambda: number, start: number) {
  const unit = normalizeRows(features);
  const indices = [start];
  const costs: number[] = [];
  for (;;) {
    const dictionary = selectRows(unit, indices);
    const codes = await encode(unit, dictionary, lasso({ lambda, tolerance: 1e-12 }));
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, col) => sum + value * b[col], 0);
    const cost = Array.from({ length: unit.rows }, (_, row) => {
      if (indices.includes(row)) return Number.NEGATIVE_INFINITY;
      let squaredError = 1;
      let absolute = 0;
      for (let i = codes.rowStarts[row]; i < codes.rowStarts[row + 1]; i++) {
        const atom = rowOf(dictionary, codes.indices[i]);
        absolute += Math.abs(codes.values[i]);
        squaredError -= 2 * codes.values[i] * dot(atom, rowOf(unit, row));
        for (let j = codes.rowStarts[row]; j < codes.rowStarts[row + 1]; j++) {
          squaredError += codes.values[i] * codes.values[j] * dot(atom, rowOf(dictionary, codes.indices[j]));
        }
      }
      return absolute + (lambda / 2) * squaredError;
    });
    const farthest = cost.indexOf(Math.max(...cost));
    costs.push(cost[farthest]);
    if (indices.length === exemplars) return { indices, costs };
    indices.push(farthest);
  }
}

test('subspace sampling picks the same exemplars as the naive search, on random unions of subspaces', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const { features } = toySubspaces({
      ambient: 12,
      dimension: 3,
      subspaces: 4,
      points: 30,
      noise: 0.02,
      outliers: 5,
      seed,
    });
    const lambda = 10 * seed;
    const expected = await naiveSearch(features, 25, lambda, 7);
    const actual = await subspaceSampling(features, { exemplars: 25, lambda, start: 7 });
    assert.deepEqual(Array.from(actual.indices), expected.indices);
    actual.costs.forEach((cost, index) => {
      assert.ok(Math.abs(cost - expected.costs[index]) < 1e-4 * expected.costs[index]);
    });
  }
});

test('at N = 2000 it solves at least 9 times fewer costs than the naive search, and picks the same', async () => {
  const { features } = toySubspaces({
    ambient: 20,
    dimension: 4,
    subspaces: 10,
    points: 200,
    noise: 0.02,
    seed: 1,
  });
  const exemplars = 40;
  const { indices, solves } = await subspaceSampling(features, { exemplars, lambda: 30, start: 0 });
  const naiveSolves = features.rows * exemplars;
  assert.ok(naiveSolves >= 9 * solves, `${solves} solves; the naive search needs ${naiveSolves}`);
  assert.deepEqual(Array.from(indices), (await naiveSearch(features, exemplars, 30, 0)).indices);
});

test('costs never grow, start at most at lambda / 2, and end at 1 - 1 / (2 lambda) when every feature is an exemplar', async () => {
  const { features } = toySubspaces({ ambient: 5, dimension: 2, subspaces: 3, points: 8, seed: 5 });
  const lambda = 20;
  const { costs, indices } = await subspaceSampling(features, { exemplars: 24, lambda });
  assert.ok(costs[0] <= lambda / 2 + 1e-9);
  costs.forEach((cost, index) => {
    if (index > 0) assert.ok(cost <= costs[index - 1] + 1e-9);
  });
  assert.ok(Math.abs(costs[23] - (1 - 1 / (2 * lambda))) < 1e-9);
  assert.equal(new Set(indices).size, 24);
});

test('two exemplars of a plane in R^3 rebuild all of its 500 points', async () => {
  const { features } = toySubspaces();
  const { indices } = await subspaceSampling(features, { exemplars: 2 });
  const dictionary = selectRows(features, indices);
  const rebuilt = await reconstruct(await encode(features, dictionary, omp({ atoms: 2 })), dictionary);
  features.data.forEach((value, index) => {
    assert.ok(Math.abs(value - rebuilt.data[index]) <= 1e-6);
  });
});

test('sampling from a Gram matrix picks the same exemplars as sampling from features', async () => {
  const { features } = toySubspaces({
    ambient: 6,
    dimension: 2,
    subspaces: 3,
    points: 20,
    noise: 0.05,
    seed: 2,
  });
  const gram = await gramOf(features);
  const options = { exemplars: 10, lambda: 25, start: 3 };
  assert.deepEqual(
    (await subspaceSamplingOfGram(gram, options)).indices,
    (await subspaceSampling(features, options)).indices,
  );
  const { indices } = await kCenterOfGram(gram, { exemplars: 10, seed: 4 });
  assert.deepEqual(indices, (await kCenter(features, { exemplars: 10, seed: 4 })).indices);
});

test('a zero feature is never picked; options and values out of range are rejected', async () => {
  const features = featureMatrixFrom([
    [0, 0],
    [1, 0],
    [0, 2],
    [1, 1],
  ]);
  const { indices } = await subspaceSampling(features, { exemplars: 3 });
  assert.ok(!indices.includes(0));
  await assert.rejects(
    subspaceSampling(features, { exemplars: 4 }),
    /exemplars is 4; expected an integer in \[1, 3\]/,
  );
  await assert.rejects(
    subspaceSampling(features, { exemplars: 2, lambda: 1 }),
    /lambda is 1; expected a finite number > 1/,
  );
  await assert.rejects(subspaceSampling(features, { exemplars: 2, start: 0 }), /start is 0/);
  await assert.rejects(
    kCenter(features, { exemplars: 5 }),
    /exemplars is 5; expected an integer in \[1, 4\]/,
  );
  const broken = createFeatureMatrix(2, 2, Float32Array.of(1, 2, Number.NaN, 3));
  await assert.rejects(
    async () => subspaceSampling(broken, { exemplars: 1 }),
    /features holds NaN at row 1, column 0/,
  );
});

test('sampling stops when it is aborted', async () => {
  const { features } = toySubspaces({ points: 200, noise: 0.1 });
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => {
    if (done === 5) controller.abort(new Error('enough'));
  };
  await assert.rejects(
    subspaceSampling(features, { exemplars: 50, signal: controller.signal, onProgress }),
    /enough/,
  );
});
