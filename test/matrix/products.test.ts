import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { featureMatrixFrom, innerProducts, multiply, rowOf, transpose } from '../../src/matrix';

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
