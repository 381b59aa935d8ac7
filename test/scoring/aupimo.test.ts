import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlane } from '../../src/images';
import { aupimo } from '../../src/scoring';

/** Made by test/fixtures/make_aupimo_fixtures.py with anomalib 2.0.0. */
interface Case {
  count: number;
  side: number;
  falseAlarms: [number, number];
  thresholds: number;
  maps: string;
  masks: string;
  scores: (number | null)[];
}

const cases: Case[] = JSON.parse(readFileSync(join(__dirname, '..', 'fixtures', 'aupimo.json'), 'utf8'));

function parts(base64: string, bytes: number): Buffer[] {
  const all = Buffer.from(base64, 'base64');
  return Array.from({ length: all.length / bytes }, (_, index) =>
    all.subarray(index * bytes, (index + 1) * bytes),
  );
}

test("AUPIMO is anomalib's", () => {
  for (const { side, maps, masks, scores, ...options } of cases) {
    const planes = parts(maps, 4 * side * side).map((bytes) =>
      createPlane({ width: side, height: side }, new Float32Array(new Uint8Array(bytes).buffer)),
    );
    const truth = parts(masks, side * side).map((bytes) => ({
      width: side,
      height: side,
      data: new Uint8Array(bytes),
    }));
    const actual = aupimo(planes, truth, options);
    scores.forEach((expected, image) => {
      if (expected === null) assert.equal(actual[image], undefined);
      else
        assert.ok(
          Math.abs(actual[image]! - expected) < 1e-6,
          `image ${image}: ${actual[image]}, not ${expected}`,
        );
    });
    assert.ok(
      scores.some((value) => value !== null && value > 0.05 && value < 0.95),
      'the fixture says something',
    );
  }
});

test('AUPIMO is 1 for a perfect map, 0 for a useless one, and needs nominal images', () => {
  const plane = (fill: number) =>
    createPlane(
      { width: 100, height: 100 },
      Float32Array.from({ length: 10000 }, (_, at) => fill + (at % 7919) / 7919),
    );
  const nominal = { width: 100, height: 100, data: new Uint8Array(10000) };
  const anomalous = { ...nominal, data: new Uint8Array(10000).fill(1) };
  const bounds = { falseAlarms: [1e-3, 1e-1] as const, thresholds: 20000 };
  assert.deepEqual(aupimo([plane(0), plane(2), plane(-2)], [nominal, anomalous, anomalous], bounds), [
    undefined,
    1,
    0,
  ]);
  assert.throws(() => aupimo([plane(0)], [anomalous]), /nominal images is 0; expected at least one/);
  assert.throws(
    () => aupimo([plane(0)], [nominal], { falseAlarms: [0.1, 0.01] }),
    /lower bound of false alarms is 0.1/,
  );
});
