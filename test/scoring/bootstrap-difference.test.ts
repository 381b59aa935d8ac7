import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import { createPlane, type Mask, type Plane } from '../../src/images';
import { bootstrapDifference, pixelMetrics, rankingMetrics } from '../../src/scoring';

const size = { width: 40, height: 30 };

/** Images with a square defect in every second one, and maps that see it with the given strength. */
function scene(count: number, strength: number, seed: number) {
  const random = createRandom(seed);
  const masks: Mask[] = [];
  const maps: Plane[] = [];
  for (let image = 0; image < count; image++) {
    const data = new Uint8Array(size.width * size.height);
    if (image % 2)
      for (let y = 5; y < 12; y++) data.fill(1, y * size.width + image, y * size.width + image + 6);
    masks.push({ ...size, data });
    maps.push(
      createPlane(
        size,
        Float32Array.from(data, (defect) => random.normal() + strength * defect),
      ),
    );
  }
  const imageScores = Float32Array.from(maps, ({ data }) => Math.max(...data));
  return { masks, maps, imageScores, labels: masks.map(({ data }) => data.includes(1)) };
}

test('differences are those of the exact metrics, to the width of the bins', () => {
  const strong = scene(20, 3, 1);
  const weak = scene(20, 1.5, 2);
  const found = bootstrapDifference(strong, weak, strong, { resamples: 50 });
  const [a, b] = [pixelMetrics(strong.maps, strong.masks), pixelMetrics(weak.maps, weak.masks)];
  const [c, d] = [strong, weak].map(({ imageScores, labels }) => rankingMetrics(imageScores, labels).auroc);
  const expected = {
    'pixel AUROC': a.auroc - b.auroc,
    AP: a.averagePrecision - b.averagePrecision,
    PRO: a.pro - b.pro,
    'image AUROC': c - d,
  };
  for (const [measure, value] of Object.entries(expected)) {
    const own = found[measure as keyof typeof expected]!;
    assert.ok(Math.abs(own.value - value) < 2e-3, `${measure}: ${own.value}, expected ${value}`);
    assert.ok(own.low <= own.value && own.value <= own.high, measure);
  }
  assert.ok(found.AP!.low > 0, 'a clear difference is clear of zero');
});

test('for two methods that are equally good 95 % of the intervals hold zero', () => {
  let held = 0;
  const truth = scene(24, 1, 0);
  for (let trial = 0; trial < 40; trial++) {
    const [a, b] = [scene(24, 1, 100 + 2 * trial), scene(24, 1, 101 + 2 * trial)];
    const { AP } = bootstrapDifference(a, b, truth, { resamples: 100, seed: trial });
    if (AP!.low <= 0 && AP!.high >= 0) held++;
  }
  // 38 of 40 are expected; fewer than 33 would come once in a hundred times.
  assert.ok(held >= 33, `${held} of 40`);
});

test('without a defect only image scores are compared, and other numbers of images are rejected', () => {
  const { maps, imageScores, masks } = scene(4, 1, 3);
  const nominal = masks.map((mask) => ({ ...mask, data: new Uint8Array(mask.data.length) }));
  const found = bootstrapDifference(
    { maps, imageScores },
    { maps, imageScores },
    { masks: nominal, labels: [false, true, false, true] },
  );
  assert.deepEqual(Object.keys(found), ['image AUROC']);
  assert.throws(
    () =>
      bootstrapDifference({ maps, imageScores }, { maps, imageScores }, { masks: nominal, labels: [true] }),
    /4 maps for 1 labels/,
  );
});
