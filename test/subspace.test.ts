import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureMatrixFrom, innerProducts, multiply, normalizeRows, rowOf, transpose } from '../src/features';
import { createRandom } from '../src/images';
import {
  affinityOf,
  elasticNet,
  lasso,
  selfExpress,
  singularSpectrum,
  spectralClustering,
  toySubspaces,
} from '../src/subspace';

/** Share of points with the right label under the best renaming of three labels. */
function agreement(labels: Int32Array, truth: Int32Array): number {
  const renamings = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const right = renamings.map((names) =>
    labels.reduce((sum, label, index) => sum + (names[label] === truth[index] ? 1 : 0), 0),
  );
  return Math.max(...right) / labels.length;
}

test('spectral clustering of the affinity separates three planes of R^3', async () => {
  const { features, labels } = toySubspaces({ subspaces: 3, points: 60, seed: 0 });
  const codes = await selfExpress(normalizeRows(features), lasso({ multiple: 1000 }));
  assert.ok(agreement(spectralClustering(affinityOf(codes), 3), labels) > 0.95);
});

test('spectral clustering of the affinity separates three planes of R^6, whatever their directions', async () => {
  for (const seed of [0, 1, 2, 3, 4]) {
    const { features, labels } = toySubspaces({ ambient: 6, subspaces: 3, points: 60, noise: 0.01, seed });
    const codes = await selfExpress(normalizeRows(features), elasticNet({ mu: 0.5, multiple: 50 }));
    const share = agreement(spectralClustering(affinityOf(codes), 3), labels);
    assert.ok(share > 0.95, `seed ${seed}: ${share}`);
  }
});

test('toy points lie in their subspaces; the same seed gives the same points', async () => {
  const options = { ambient: 7, dimension: 3, subspaces: 2, points: 20, outliers: 4, seed: 11 };
  const { features, labels, bases } = toySubspaces(options);
  assert.equal(features.rows, 44);
  assert.deepEqual(Array.from(labels.slice(40)), [-1, -1, -1, -1]);
  for (let point = 0; point < 40; point++) {
    const basis = bases[labels[point]];
    const x = rowOf(features, point);
    const projected = new Float64Array(7);
    for (let axis = 0; axis < 3; axis++) {
      const direction = rowOf(basis, axis);
      const along = direction.reduce((sum, value, col) => sum + value * x[col], 0);
      direction.forEach((value, col) => {
        projected[col] += along * value;
      });
    }
    assert.ok(x.every((value, col) => Math.abs(value - projected[col]) < 1e-5));
  }
  assert.deepEqual(toySubspaces(options), { features, labels, bases });
  assert.throws(
    () => toySubspaces({ ambient: 2, dimension: 3 }),
    /dimension is 3; expected at most ambient = 2/,
  );
  assert.throws(() => toySubspaces({ noise: -1 }), /noise is -1/);
});

test('the spectrum of a plane has two singular values; a known matrix has its known ones', async () => {
  const { singularValues } = await singularSpectrum(toySubspaces({ ambient: 10 }).features);
  assert.ok(singularValues[1] > 1 && singularValues[2] < 1e-3);
  // diag(3, 4) has singular values 4 and 3; shares 4/7 and 3/7.
  const known = await singularSpectrum(
    featureMatrixFrom([
      [3, 0, 0],
      [0, 4, 0],
    ]),
  );
  assert.ok(Math.abs(known.singularValues[0] - 4) < 1e-9 && Math.abs(known.singularValues[1] - 3) < 1e-9);
  const entropy = -(4 / 7) * Math.log(4 / 7) - (3 / 7) * Math.log(3 / 7);
  assert.ok(Math.abs(known.effectiveRank - Math.exp(entropy)) < 1e-9);
});

test('products on the engine equal products in plain loops, also over several blocks of dimensions', async () => {
  const random = createRandom(3);
  const rows = (count: number, cols: number) =>
    featureMatrixFrom(
      Array.from({ length: count }, () => Array.from({ length: cols }, () => random.normal())),
    );
  for (const [m, n, k] of [
    [3, 4, 5],
    [50, 60, 20_000],
    [130, 170, 300],
  ]) {
    const [a, b] = [rows(m, k), rows(n, k)];
    const gram = await innerProducts(a, b);
    const product = await multiply(a, transpose(b));
    for (const [i, j] of [
      [0, 0],
      [m - 1, n - 1],
      [m >> 1, 0],
    ]) {
      const expected = rowOf(a, i).reduce((sum, value, col) => sum + value * rowOf(b, j)[col], 0);
      assert.ok(Math.abs(gram[i * n + j] - expected) < 1e-5 * Math.sqrt(k) * 10);
      assert.ok(Math.abs(product.data[i * n + j] - expected) < 1e-4 * Math.sqrt(k) * 10);
    }
  }
});
