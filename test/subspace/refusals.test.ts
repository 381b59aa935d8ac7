import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Matrix, solve } from 'ml-matrix';
import { createRandom } from '../../src/base';
import { configure } from '../../src/detector';
import { createFeatureMatrix, featureMatrixFrom } from '../../src/matrix';
import { elasticNet, encode, lasso, nearest, reconstruct, ridge } from '../../src/subspace';

test('LASSO and elastic net without a weight are rejected', () => {
  assert.throws(() => lasso({} as never), /neither lambda nor multiple is given/);
  assert.throws(() => elasticNet({ mu: 0.5 } as never), /neither lambda nor multiple is given/);
  assert.throws(
    () => configure({ solver: { name: 'lasso' } as never }),
    /solver\.multiple is undefined; expected a value/,
  );
});

test('features that are not finite are rejected, and the error names their place', async () => {
  const [good, bad] = [featureMatrixFrom([[1, 0]]), createFeatureMatrix(1, 2, Float32Array.of(0, NaN))];
  await assert.rejects(encode(bad, good, nearest()), /features holds NaN at row 0, column 1/);
  await assert.rejects(encode(good, bad, nearest()), /dictionary holds NaN at row 0, column 1/);
});

test('sizes out of range are rejected', () => {
  for (const [changes, message] of [
    [{ mapSize: 1 }, /map size is 1; expected an integer in \[8, 4096\]/],
    [
      { mapSize: 321, size: 320 },
      /map size is 321; expected an integer in \[8, 320\], the image's longer side/,
    ],
    [{ neighbourhood: 1_000_001 }, /neighbourhood is 1000001; expected an odd integer in \[1, 63\]/],
    [{ levels: [1, 1] }, /levels is \[1,1\]; expected hierarchy levels in \[1, 4\], ascending, each once/],
    [
      { solver: { name: 'ridge', penalty: 1e300 } },
      /penalty is 1e\+300; expected a number in \(0, 1000000000\]/,
    ],
  ] as const)
    assert.throws(() => configure(changes), message);
});

test('with many atoms ridge rebuilds as precisely as in double precision', async () => {
  const [atoms, channels, penalty] = [600, 64, 1e-3];
  const random = createRandom(3);
  const draw = (rows: number) =>
    createFeatureMatrix(
      rows,
      channels,
      Float32Array.from({ length: rows * channels }, () => random.normal()),
    );
  const [dictionary, features] = [draw(atoms), draw(20)];
  const rebuilt = await reconstruct(await encode(features, dictionary, ridge({ penalty })), dictionary);
  const matrixOf = ({ rows, cols, data }: typeof features) =>
    Matrix.from1DArray(rows, cols, Array.from(data));
  const [X, F] = [matrixOf(dictionary), matrixOf(features)];
  const gram = X.mmul(X.transpose());
  const weight = (penalty * gram.trace()) / atoms;
  // The normal equations in the channels are well conditioned: X'X + weight I.
  const inner = X.transpose().mmul(X);
  const expected = solve(inner.clone().add(Matrix.eye(channels).mul(weight)), inner).transpose();
  const exact = F.mmul(expected.transpose());
  let worst = 0;
  for (let at = 0; at < rebuilt.data.length; at++)
    worst = Math.max(worst, Math.abs(rebuilt.data[at] - exact.get(Math.floor(at / channels), at % channels)));
  assert.ok(worst < 1e-5, `differs by ${worst}`);
});
