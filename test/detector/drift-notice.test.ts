import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { driftNotice, precedenceProbability } from '../../src/detector/drift-notice';

/** The probability by all orders of two samples: each choice of the places of the first among all is as likely. */
function byAllOrders(below: number, good: number, nominal: number, rank: number): number {
  let [hits, all] = [0, 0];
  for (let places = 0; places < 2 ** (good + nominal); places++) {
    const isGood = Array.from({ length: good + nominal }, (_, at) => (places >> at) & 1);
    if (isGood.reduce((sum, value) => sum + value, 0) !== good) continue;
    all++;
    let [seen, before] = [0, 0];
    for (const value of isGood) {
      if (value) before++;
      else if (++seen === rank) break;
    }
    if (before <= below) hits++;
  }
  return hits / all;
}

test('the precedence test counts all orders of two samples', () => {
  for (const [below, good, nominal, rank] of [
    [0, 5, 7, 4],
    [2, 6, 5, 3],
    [1, 4, 8, 8],
    [3, 3, 6, 1],
  ])
    assert.ok(
      Math.abs(
        precedenceProbability(below, { good, nominal, rank }) - byAllOrders(below, good, nominal, rank),
      ) < 1e-12,
    );
});

const draw = (count: number, shift: number, random: ReturnType<typeof createRandom>) =>
  Float64Array.from({ length: count }, () => random.normal() + shift);

test('scores of one distribution are called different at most at the stated rate, with anomalies or without', () => {
  const random = createRandom(5);
  const trials = 1000;
  for (const [nominal, good, anomalous, areGood] of [
    [64, 40, 0, true],
    [8, 20, 0, true],
    [31, 20, 20, false],
    [64, 60, 0, false],
  ] as const) {
    let warned = 0;
    for (let trial = 0; trial < trials; trial++) {
      const scores = [...draw(good, 0, random), ...draw(anomalous, 5, random)];
      if (driftNotice(draw(nominal, 0, random), { scores, areGood })) warned++;
    }
    // 1 % and four standard errors of the binomial.
    assert.ok(warned / trials < 0.01 + 4 * Math.sqrt((0.01 * 0.99) / trials), `${warned} of ${trials}`);
  }
});

test('shifted scores are told, few or untold ones are not', () => {
  const random = createRandom(6);
  const nominal = draw(64, 0, random);
  const scores = draw(30, 3, random);
  assert.match(driftNotice(nominal, { scores, areGood: false })!, /of 30 images score below the median/);
  assert.match(driftNotice(nominal, { scores, areGood: true })!, /of 30 good test images/);
  assert.equal(driftNotice(nominal, { scores: scores.subarray(0, 1), areGood: true }), undefined);
  assert.equal(driftNotice(nominal, { scores: draw(30, -3, random), areGood: true }), undefined);
});
