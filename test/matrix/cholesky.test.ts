import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inverse, Matrix } from 'ml-matrix';
import { createRandom } from '../../src/base';
import { choleskyInverse, choleskyInverses } from '../../src/matrix';

/** Random matrices `B Bᵀ + I`. */
function positiveDefinite(size: number, count: number): Float64Array[] {
  const random = createRandom(size);
  return Array.from({ length: count }, () => {
    const root = new Matrix(size, size);
    for (let row = 0; row < size; row++)
      for (let col = 0; col < size; col++) root.set(row, col, random.normal());
    return Float64Array.from(root.mmul(root.transpose()).add(Matrix.eye(size)).to1DArray());
  });
}

for (const size of [1, 2, 5, 8, 33])
  test(`inverses of ${size}x${size} matrices, one after the other, are ml-matrix's`, () => {
    const matrices = positiveDefinite(size, 4);
    const inverses = [...choleskyInverses(matrices, size)];
    assert.equal(inverses.length, matrices.length);
    for (const [index, own] of inverses.entries()) {
      const expected = inverse(Matrix.from1DArray(size, size, matrices[index])).to1DArray();
      own.forEach((value, at) => assert.ok(Math.abs(value - expected[at]) < 1e-9, `${index}, ${at}`));
      assert.deepEqual(own, choleskyInverse(matrices[index], size).inverse());
    }
  });

test('only the lower triangle is read, and a matrix that is not positive definite is named by its row', () => {
  assert.deepEqual([...choleskyInverse(Float64Array.of(4, NaN, 0, 16), 2).inverse()], [0.25, 0, 0, 0.0625]);
  assert.throws(
    () => [...choleskyInverses([Float64Array.of(1, 0, 2, 1)], 2)],
    /not positive definite at row 1/,
  );
});
