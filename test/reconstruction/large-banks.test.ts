import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { type FeatureMaps, sliceMaps } from '../../src/features';
import { createFeatureMatrix, encodeSafetensors, parseSafetensors } from '../../src/matrix';
import {
  fitReconstructor,
  reconstructorFromTensors,
  reconstructorToTensors,
  restoreReconstructor,
} from '../../src/reconstruction';
import { ridge } from '../../src/subspace';

/** Images of independent normal features about a common mean. */
function noise(count: number, side: number, channels: number): FeatureMaps {
  const random = createRandom(1);
  const size = side * side * channels;
  const features = createFeatureMatrix(count * side * side, channels);
  for (let at = 0; at < features.data.length; at++)
    features.data[at] = 2 + Math.cos(at % size) + random.normal();
  return { level: 1, count, height: side, width: side, features };
}

const solver = ridge({ penalty: 0.01 });

test('a bank of many whole images is kept in half precision, and its file gives exactly the same residuals', async () => {
  const [images, extra] = [52, 2];
  const all = noise(images + extra, 36, 64);
  const nominal = sliceMaps(all, 0, images);
  const test = sliceMaps(all, images, images + extra);
  const fitted = await fitReconstructor([nominal], { unitNorm: true, metric: 'euclidean', solver });
  const { tensors, summary } = reconstructorToTensors(fitted);
  const file = encodeSafetensors(tensors);
  const single = 4 * nominal.features.data.length;
  assert.ok(file.length < 0.51 * single, `${file.length} bytes`);
  const state = reconstructorFromTensors(parseSafetensors(file).tensors, summary);
  const restored = await restoreReconstructor(state, solver);
  const [[own], [read]] = [await fitted.reconstruct([test]), await restored.reconstruct([test])];
  assert.deepEqual(read.residuals, own.residuals);
  // Half of the images take a bank that is left in single precision.
  const half = sliceMaps(nominal, 0, images / 2);
  const small = await fitReconstructor([half], { unitNorm: true, metric: 'euclidean', solver });
  assert.equal(reconstructorToTensors(small).tensors.get('image.level1.exemplars')!.dtype, 'F32');
});

test('rounding the exemplars changes residuals by less than a thousandth', async () => {
  const all = noise(54, 36, 64);
  const nominal = sliceMaps(all, 0, 52);
  const options = { unitNorm: true, metric: 'euclidean', solver } as const;
  const [{ residuals, target }] = await (
    await fitReconstructor([nominal], options)
  ).reconstruct([sliceMaps(all, 52, 54)]);
  // The definition in double precision, from features that were not rounded: the residual of ridge regression on all images.
  const size = 36 * 36 * 64;
  const unit = Float64Array.from(nominal.features.data);
  for (let start = 0; start < unit.length; start += 64) {
    const norm = Math.hypot(...unit.subarray(start, start + 64));
    for (let at = start; at < start + 64; at++) unit[at] /= norm;
  }
  const dot = (a: Float64Array | Float32Array, i: number, b: Float64Array | Float32Array, j: number) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += a[i * size + at] * b[j * size + at];
    return sum;
  };
  const gram = Array.from({ length: 52 }, (_, i) =>
    Array.from({ length: 52 }, (_, j) => dot(unit, i, unit, j)),
  );
  gram.forEach((row, at) => (row[at] += 0.01 * 36 * 36));
  const cross = gram.map((_, i) => dot(unit, i, target.data, 0));
  const codes = solved(gram, cross);
  for (let position = 0; position < 36 * 36; position++) {
    let squares = 0;
    for (let at = position * 64; at < position * 64 + 64; at++) {
      const rebuilt = codes.reduce((sum, code, image) => sum + code * unit[image * size + at], 0);
      squares += (target.data[at] - rebuilt) ** 2;
    }
    assert.ok(Math.abs(residuals[position] / Math.sqrt(squares) - 1) < 1e-3, `position ${position}`);
  }
});

/** Gauss elimination. */
function solved(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]]);
  for (const [pivot, row] of rows.entries())
    for (const other of rows.slice(pivot + 1)) {
      const factor = other[pivot] / row[pivot];
      for (let col = pivot; col < row.length; col++) other[col] -= factor * row[col];
    }
  const solution: number[] = [];
  for (let at = rows.length - 1; at >= 0; at--) {
    let rest = rows[at][rows.length];
    for (let col = at + 1; col < rows.length; col++) rest -= rows[at][col] * solution[col];
    solution[at] = rest / rows[at][at];
  }
  return solution;
}

test('of more than 256 images, 256 become exemplars unless another number is asked for', async () => {
  const nominal = [noise(300, 1, 8)];
  assert.equal((await fitReconstructor(nominal, { solver })).origins.length, 256);
  assert.equal((await fitReconstructor(nominal, { solver, exemplars: 300 })).origins.length, 300);
  assert.equal((await fitReconstructor(nominal, { solver, granularity: 'position' })).origins.length, 300);
});
