import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { createPlane } from '../../src/images';
import { bootstrapDifference } from '../../src/scoring';

const count = 30;
const size = { width: 1, height: 1 };
const random = createRandom(7);
const labels = Array.from({ length: count }, (_, index) => index % 3 === 0);
const method = (strength: number) => ({
  maps: labels.map(() => createPlane(size)),
  imageScores: Float32Array.from(labels, (label) => random.normal() + (label ? strength : 0)),
});

/** The fraction of pairs of an anomalous and a nominal image that scores order rightly. */
function auroc(scores: Float32Array, chosen: readonly number[]): number {
  let [right, pairs] = [0, 0];
  for (const one of chosen)
    for (const other of chosen) {
      if (!labels[one] || labels[other]) continue;
      pairs++;
      right += scores[one] > scores[other] ? 1 : 0;
    }
  return right / pairs;
}

test('2.5 % of the resamples lie below an interval, and 2.5 % above it', () => {
  const [first, second] = [method(2), method(1)];
  const masks = labels.map(() => null);
  for (const resamples of [200, 400]) {
    const seed = 11;
    const { low, high } = bootstrapDifference(first, second, { masks, labels }, { resamples, seed })[
      'image AUROC'
    ]!;
    const draws = createRandom(seed);
    const values = Array.from({ length: resamples }, () => {
      const chosen = Array.from({ length: count }, () => draws.integer(count));
      return auroc(first.imageScores, chosen) - auroc(second.imageScores, chosen);
    });
    const below = values.filter((value) => value < low - 1e-12).length;
    const above = values.filter((value) => value > high + 1e-12).length;
    for (const [name, outside] of Object.entries({ below, above }))
      assert.ok(
        Math.abs(outside - 0.025 * resamples) <= 1,
        `${outside} of ${resamples} ${name}, expected ${0.025 * resamples}`,
      );
    assert.ok(
      values.some((value) => Math.abs(value - low) < 1e-9),
      'a bound is the value of a resample',
    );
  }
});
