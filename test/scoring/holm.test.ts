import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { createPlane } from '../../src/images';
import { bootstrapDifference, holm } from '../../src/scoring';

test("levels are corrected as R's p.adjust does", () => {
  // p.adjust(c(0.012, 0.001, 0.04, 0.5, 0.011, 0.04), 'holm')
  const expected = [0.055, 0.006, 0.12, 0.5, 0.055, 0.12];
  holm([0.012, 0.001, 0.04, 0.5, 0.011, 0.04]).forEach((level, at) =>
    assert.ok(Math.abs(level - expected[at]) < 1e-12),
  );
  // p.adjust(c(0.9, 0.8), 'holm')
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
  assert.deepEqual(holm([]), []);
  assert.throws(() => holm([0.5, 1.5]), /levels\[1\] is 1\.5/);
});

/** Methods whose image scores are independent noise of one distribution, beside a first one; without masks no pixel is measured. */
function noiseComparisons(seed: number, count: number): number[] {
  const random = createRandom(seed);
  const labels = Array.from({ length: 40 }, (_, index) => index % 2 === 1);
  const masks = labels.map(() => null);
  const drawn = () => {
    const scores = Float32Array.from(labels, (label) => random.normal() + (label ? 1 : 0));
    return {
      imageScores: scores,
      maps: Array.from(scores, (score) => createPlane({ width: 1, height: 1 }, Float32Array.of(score))),
    };
  };
  const first = drawn();
  return Array.from(
    { length: count },
    () => bootstrapDifference(drawn(), first, { masks, labels }, { resamples: 400, seed })['image AUROC']!.p,
  );
}

test('methods that differ by noise alone: one in twenty differs by its own level, hardly a set has any after correction', () => {
  const sets = Array.from({ length: 60 }, (_, seed) => noiseComparisons(seed, 6));
  const single = sets.flat().filter((level) => level < 0.05).length / sets.flat().length;
  // 360 levels, six of a set sharing one method: 5 % ± 2.5 % with some room for the bootstrap of 40 images.
  assert.ok(single > 0.01 && single < 0.1, `${single}`);
  const wrong = sets.filter((levels) => holm(levels).some((level) => level < 0.05)).length / sets.length;
  assert.ok(wrong < 0.14, `${wrong}`);
});

test('a method that is better on every image has the smallest level, whichever comes first', () => {
  const labels = [false, true, false, true, false, true, false, true];
  const one = (value: number) => createPlane({ width: 1, height: 1 }, Float32Array.of(value));
  const masks = labels.map((label) => ({ width: 1, height: 1, data: Uint8Array.of(label ? 1 : 0) }));
  const good = {
    maps: labels.map((label) => one(label ? 2 : 1)),
    imageScores: Float32Array.from(labels, (label) => (label ? 2 : 1)),
  };
  const bad = {
    maps: labels.map((label) => one(label ? 1 : 2)),
    imageScores: Float32Array.from(labels, (label) => (label ? 1 : 2)),
  };
  for (const [first, second] of [
    [good, bad],
    [bad, good],
  ])
    assert.ok(
      bootstrapDifference(first, second, { masks, labels }, { resamples: 99 })['image AUROC']!.p === 0.02,
    );
  assert.equal(bootstrapDifference(good, good, { masks, labels }, { resamples: 99 })['image AUROC']!.p, 1);
});
