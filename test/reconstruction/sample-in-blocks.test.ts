import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { sourceOf } from '../../src/features';
import { createFeatureMatrix, rowDistancesFrom, rowOf } from '../../src/matrix';
import { rowsOf, sampleInBlocks } from '../../src/reconstruction/granularity/sample-in-blocks';
import { sketchesOf } from '../../src/reconstruction/granularity/sketches-of';
import { kCenter } from '../../src/sampling';

/** More features than are searched together, in 2 dimensions; the images differ, so that no block is like the whole. */
function manyFeatures() {
  const [images, side, channels] = [600, 32, 2];
  const random = createRandom(3);
  const features = createFeatureMatrix(images * side * side, channels);
  for (let row = 0; row < features.rows; row++) {
    const image = Math.floor(row / side ** 2);
    features.data[2 * row] = random.normal() + image / 100;
    features.data[2 * row + 1] = random.normal();
  }
  return { level: 1, count: images, height: side, width: side, features };
}

/** The largest distance of a feature from its nearest exemplar, by definition. */
function radius(features: ReturnType<typeof manyFeatures>['features'], indices: Uint32Array): number {
  const nearest = new Float32Array(features.rows).fill(Infinity);
  for (const index of indices)
    rowDistancesFrom(features, rowOf(features, index)).forEach((distance, row) => {
      if (distance < nearest[row]) nearest[row] = distance;
    });
  return nearest.reduce((most, distance) => Math.max(most, distance), 0);
}

test('k-center in blocks covers the features about as well as a search of all together', async () => {
  const maps = manyFeatures();
  const { features } = maps;
  let [searches, largest] = [0, 0];
  const found = await sampleInBlocks(sourceOf(maps), { exemplars: 40, seed: 1 }, (own, options) => {
    searches++;
    largest = Math.max(largest, own.rows);
    return kCenter(own, options);
  });
  assert.equal(new Set(found.indices).size, 40);
  assert.ok(searches > 5 && largest < 2 ** 17, `${searches} searches of up to ${largest} features`);
  const together = await kCenter(features, { exemplars: 40, seed: 1 });
  // Two rounds are within four times the least radius, a search of all within twice: in the worst case one is twice the other.
  const [blocks, whole] = [radius(features, found.indices), radius(features, together.indices)];
  assert.ok(blocks <= 1.5 * whole, `${blocks} in blocks, ${whole} together`);
});

test('more exemplars than are chosen anew come from all blocks, the first picks of each first', async () => {
  const maps = manyFeatures();
  const perBlock: number[] = [];
  const found = await sampleInBlocks(sourceOf(maps), { exemplars: 5000 }, async (own, { exemplars }) => {
    perBlock.push(exemplars);
    // The last rows of a block, so that their places in all features are known.
    const indices = Uint32Array.from({ length: exemplars }, (_, at) => own.rows - 1 - at);
    return { indices, costs: new Float64Array(exemplars), solves: 1 };
  });
  assert.equal(found.indices.length, 5000);
  assert.equal(new Set(found.indices).size, 5000);
  const [blocks, images] = [perBlock.length, 64];
  assert.deepEqual(
    [...found.indices.slice(0, blocks)],
    Array.from({ length: blocks }, (_, block) => Math.min(600, (block + 1) * images) * 1024 - 1),
  );
  assert.ok(found.costs.every((cost) => Number.isNaN(cost)));
  assert.equal(found.solves, blocks);
});

test('up to 524,288 features are searched together', async () => {
  const { features, ...maps } = manyFeatures();
  const count = 512;
  const source = sourceOf({
    ...maps,
    count,
    features: { ...features, rows: count * 1024, data: features.data.subarray(0, 2 * count * 1024) },
  });
  const { indices } = await sampleInBlocks(source, { exemplars: 3 }, async (own) => {
    assert.equal(own.rows, 2 ** 19);
    return { indices: Uint32Array.of(7, 2 ** 18, 5), costs: new Float64Array(3), solves: 3 };
  });
  assert.deepEqual([...indices], [7, 2 ** 18, 5]);
});

test('rows come in the order in which they are asked for, whatever images they are of', async () => {
  const maps = manyFeatures();
  const rows = Uint32Array.of(600 * 1024 - 1, 5, 1024, 5, 300_000);
  const chosen = await rowsOf(sourceOf(maps), rows);
  rows.forEach((row, at) => assert.deepEqual(rowOf(chosen, at), rowOf(maps.features, row)));
});

test('inner products of sketches are those of whole images within a few standard errors', async () => {
  const [count, size] = [40, 20_000];
  const random = createRandom(5);
  const features = createFeatureMatrix(count, size);
  for (let at = 0; at < features.data.length; at++) features.data[at] = random.normal() + 1;
  const sketches = await sketchesOf(sourceOf({ level: 1, count, height: 1, width: 1, features }));
  const dot = (matrix: typeof features, i: number, j: number) => {
    const [a, b] = [rowOf(matrix, i), rowOf(matrix, j)];
    return a.reduce((sum, value, at) => sum + value * b[at], 0);
  };
  let [mean, squares] = [0, 0];
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      const scale = Math.sqrt(dot(features, i, i) * dot(features, j, j));
      const error = (dot(sketches, i, j) - dot(features, i, j)) / scale;
      mean += error;
      squares += error ** 2;
    }
  const pairs = (count * (count + 1)) / 2;
  assert.ok(Math.abs(mean / pairs) < 0.05, `mean error ${mean / pairs}`);
  assert.ok(Math.sqrt(squares / pairs) < 1.5 * Math.sqrt(2 / 4096), `${Math.sqrt(squares / pairs)}`);
});
