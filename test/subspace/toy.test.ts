import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf } from '../../src/matrix';
import { toySubspaces } from '../../src/subspace';

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
    /dimension is 3; expected an integer in \[1, 2\], the dimension of the space/,
  );
  assert.throws(() => toySubspaces({ noise: -1 }), /noise is -1/);
});
