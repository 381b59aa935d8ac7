import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import type { FeatureMaps } from '../../src/features';
import { createFeatureMatrix } from '../../src/matrix';
import { mimicryTest } from '../../src/study';

const [height, width, channels] = [10, 12, 3];

/** Independent Gaussian features; `shift` moves the positions of the first `rows` rows away. */
function noiseMaps(count: number, seed: number, { shift = 0, rows = 0 } = {}): FeatureMaps {
  const random = createRandom(seed);
  const features = createFeatureMatrix(count * height * width, channels);
  for (let row = 0; row < features.rows; row++) {
    const isShifted = Math.floor(row / width) % height < rows;
    for (let channel = 0; channel < channels; channel++)
      features.data[row * channels + channel] = random.normal() + (isShifted ? shift : 0);
  }
  return { level: 3, count, height, width, features };
}

/** Anomalous in the upper two rows of ten. */
const mask = {
  width,
  height,
  data: Uint8Array.from({ length: height * width }, (_, at) => (at < 2 * width ? 1 : 0)),
};

const options = {
  sizes: [150],
  solvers: { nearest: { name: 'nearest' } },
  samplers: ['random'],
  seeds: [0, 1, 2],
} as const;

test('one in a hundred patches of withheld images is a false alarm where they are like those of the bank', async () => {
  const nominal = noiseMaps(40, 1);
  const rows = await mimicryTest(
    { nominal, anomalous: noiseMaps(4, 2), masks: Array(4).fill(mask) },
    options,
  );
  const mean = rows.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0) / rows.length;
  // Of 3 times 2400 patches about 72 are expected; left-out patches are a little farther than withheld ones.
  assert.ok(mean > 0.004 && mean < 0.016, `${mean} of the patches`);
});

test('without a defect the test finds what it finds in nominal images, and the area under the curve is a half', async () => {
  const nominal = noiseMaps(40, 1);
  const rows = await mimicryTest(
    { nominal, anomalous: noiseMaps(20, 2), masks: Array(20).fill(mask) },
    options,
  );
  for (const { found, auroc } of rows) {
    assert.ok(Math.abs(auroc - 0.5) < 0.06, `area ${auroc}`);
    assert.ok(found < 0.035, `found ${found}`);
  }
});

test('defects that are far away are found, all of them, in the cells of their masks', async () => {
  const nominal = noiseMaps(40, 1);
  const anomalous = noiseMaps(4, 2, { shift: 20, rows: 2 });
  const found = async (masks: (typeof mask)[]) =>
    (await mimicryTest({ nominal, anomalous, masks }, { ...options, seeds: [0] }))[0];
  const { found: all, auroc } = await found(Array(4).fill(mask));
  assert.deepEqual([all, auroc], [1, 1]);
  // A mask twice as high as the defect: half of what it marks is found.
  const larger = { ...mask, data: mask.data.map((_, at) => (at < 4 * width ? 1 : 0)) };
  assert.ok(Math.abs((await found(Array(4).fill(larger))).found - 0.5) < 0.05);
});
