import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Mask } from '../src/images';
import {
  type AnomalyMaps,
  gaussianSmooth,
  imageScores,
  labelRegions,
  pixelMetrics,
  rankingMetrics,
  upsample,
} from '../src/scoring';

/** Made by test/fixtures/make_fixtures.py with scikit-learn and SciPy. */
const reference = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'reference.json'), 'utf8'));
const [count, height, width] = [6, 20, 24];
const maps: AnomalyMaps = { count, height, width, data: Float32Array.from(reference.maps.flat(2)) };
const masks: Mask[] = reference.masks.map((mask: number[][]) => ({
  width,
  height,
  data: Uint8Array.from(mask.flat()),
}));

const assertNear = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

test('pixel metrics agree with scikit-learn and a slow PRO, with ties', () => {
  const metrics = pixelMetrics(maps, masks);
  assertNear(metrics.auroc, reference.auroc);
  assertNear(metrics.averagePrecision, reference.averagePrecision);
  assertNear(metrics.pro, reference.pro);
  assertNear(pixelMetrics(maps, masks, 1).pro, reference.pro1);
  assert.equal(metrics.regions, reference.regions);
  assertNear(metrics.bestF1, reference.bestF1);
  assertNear(metrics.threshold, reference.threshold, 1e-6);
});

test('ranking metrics of random scores equal their definitions', () => {
  const score = fc
    .double({ min: -2, max: 2, noNaN: true })
    .map((value) => Math.fround(Math.round(value * 4) / 4));
  fc.assert(
    fc.property(fc.array(fc.tuple(score, fc.boolean()), { minLength: 2, maxLength: 40 }), (pairs) => {
      const [positives, negatives] = [true, false].map((wanted) =>
        pairs.filter(([, label]) => label === wanted).map(([value]) => value),
      );
      fc.pre(positives.length > 0 && negatives.length > 0);
      const { auroc, averagePrecision } = rankingMetrics(
        Float32Array.from(pairs, ([value]) => value),
        pairs.map(([, label]) => label),
      );
      const wins = positives
        .flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)))
        .reduce((a: number, b) => a + b, 0);
      assertNear(auroc, wins / (positives.length * negatives.length));
      let [precisionArea, recallBefore] = [0, 0];
      for (const threshold of [...new Set(pairs.map(([value]) => value))].sort((a, b) => b - a)) {
        const found = positives.filter((value) => value >= threshold).length;
        const all = pairs.filter(([value]) => value >= threshold).length;
        precisionArea += (found / positives.length - recallBefore) * (found / all);
        recallBefore = found / positives.length;
      }
      assertNear(averagePrecision, precisionArea);
    }),
  );
});

test('negative zero ties with zero', () => {
  assert.equal(rankingMetrics(Float32Array.of(0, -0), [true, false]).auroc, 0.5);
  assert.equal(rankingMetrics(Float32Array.of(-0, 0), [true, false]).auroc, 0.5);
});

test('metrics refuse what they cannot mean', () => {
  assert.throws(
    () => rankingMetrics(Float32Array.of(1, 2), [true, true]),
    /2 anomalous and 0 nominal scores/,
  );
  assert.throws(() => rankingMetrics(Float32Array.of(1, Number.NaN), [true, false]), /score 1 is NaN/);
  assert.throws(() => rankingMetrics(Float32Array.of(1), [true, false]), /2 labels for 1 scores/);
  const small = { width: 3, height: 3, data: new Uint8Array(9) };
  assert.throws(
    () =>
      pixelMetrics(
        maps,
        masks.map(() => small),
      ),
    /mask 0 is 3x3; its anomaly map is 24x20/,
  );
  assert.throws(() => pixelMetrics(maps, masks, 0), /limit is 0/);
});

test('images without ground truth are left out of pixel metrics', () => {
  const withHole = masks.map((mask, index) => (index === 2 ? null : mask));
  const keep = [0, 1, 3, 4, 5];
  const pixels = height * width;
  const data = Float32Array.from(
    keep.flatMap((image) => Array.from(maps.data.subarray(image * pixels, (image + 1) * pixels))),
  );
  const expected = pixelMetrics(
    { count: 5, height, width, data },
    keep.map((image) => masks[image]),
  );
  assert.deepEqual(pixelMetrics(maps, withHole), expected);
});

test('regions touch by their corners', () => {
  const rows = ['##..#', '..#..', '.....', '#...#'];
  const data = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  const { count: regions, sizes, labels } = labelRegions({ width: 5, height: 4, data });
  assert.equal(regions, 4);
  assert.deepEqual(sizes, [3, 1, 1, 1]);
  assert.deepEqual(Array.from(labels), [1, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4]);
});

test('smoothing agrees with scipy.ndimage.gaussian_filter', () => {
  const map = Float32Array.from(reference.map.flat());
  gaussianSmooth(map, 5, 7, 1.7);
  reference.smoothed.flat().forEach((value: number, index: number) => {
    assertNear(map[index], value, 1e-6);
  });
});

test('bilinear upsampling with half-pixel centres, by hand', () => {
  // [0, 1] to four pixels: centres at -0.25, 0.25, 0.75, 1.25 of the source.
  assert.deepEqual(Array.from(upsample(Float32Array.of(0, 1), 1, 2, 1, 4)), [0, 0.25, 0.75, 1]);
  assert.deepEqual(Array.from(upsample(Float32Array.of(1, 2, 3, 4), 2, 2, 2, 2)), [1, 2, 3, 4]);
});

test('an image score is the mean of the largest share of its map', () => {
  const data = Float32Array.from({ length: 200 }, (_, index) => (index * 37) % 100);
  const two = { count: 2, height: 10, width: 10, data };
  assert.deepEqual(Array.from(imageScores(two, 0.02)), [98.5, 98.5]);
  assert.deepEqual(Array.from(imageScores(two, 1e-9)), [99, 99]);
});
