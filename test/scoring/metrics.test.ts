import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Mask, planesOf } from '../../src/images';
import { pixelMetrics, rankingMetrics } from '../../src/scoring';

/** Made by test/fixtures/make_fixtures.py with scikit-learn and SciPy. */
const reference = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'reference.json'), 'utf8'));
const [height, width] = [20, 24];
const maps = planesOf({ width, height }, Float32Array.from(reference.maps.flat(2)));
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

test('metrics reject scores, labels and masks for which they are not defined', () => {
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
  const expected = pixelMetrics(
    keep.map((image) => maps[image]),
    keep.map((image) => masks[image]),
  );
  assert.deepEqual(pixelMetrics(maps, withHole), expected);
});
