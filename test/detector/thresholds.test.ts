import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure, evaluate, fitDetector } from '../../src/detector';
import { decide } from '../../src/detector/decide';
import { studentQuantile } from '../../src/detector/prediction-limit';
import { nominalThresholds } from '../../src/detector/thresholds';
import { openDatasets } from '../../src/files';
import { createPipeline } from '../../src/pipeline';
import { createPlane, type Dataset, drawSynthetic } from '../../src/images';

const maps = [
  createPlane(
    { width: 10, height: 10 },
    Float32Array.from({ length: 100 }, (_, at) => at),
  ),
];

test('a threshold is the conformal quantile: at most the chosen fraction of nominal values reaches it', () => {
  const scores = Float32Array.from({ length: 29 }, (_, index) => ((index * 7) % 29) + 1);
  // ceil(0.9 * 30) = 27th smallest of 1 to 29, and ceil(0.95 * 101) = 96th smallest of 0 to 99; values at them are nominal.
  const { image, pixel } = nominalThresholds({ maps, scores }, { image: 0.1, pixel: 0.05 });
  assert.ok(image > 27 && image < 27.001, `image ${image}`);
  assert.ok(pixel > 95 && pixel < 95.001, `pixel ${pixel}`);
});

test('where fewer than three scores would reach it, a threshold is the prediction limit of a normal distribution', () => {
  // mean 3, s = sqrt(2.5), t(4, 0.95) = 2.1318 of Student's table, and sqrt(1 + 1 / 5).
  const scores = Float32Array.of(5, 1, 4, 2, 3);
  const { image } = nominalThresholds({ maps, scores }, { image: 0.05, pixel: 0.05 });
  assert.ok(Math.abs(image - (3 + 2.1318 * Math.sqrt(2.5 * 1.2))) < 1e-3, `${image}`);
});

test("quantiles of Student's distribution are those of its table", () => {
  for (const [degrees, tail, expected] of [
    [1, 0.05, 6.3138],
    [2, 0.01, 6.9646],
    [7, 0.05, 1.8946],
    [30, 0.05, 1.6973],
    [30, 0.001, 3.3852],
    [30, 0.5, 0],
  ])
    assert.ok(Math.abs(studentQuantile(degrees, tail) - expected) < 1e-3, `${degrees} ${tail}`);
});

test('decisions count the values at or above the threshold', () => {
  const groups = [{ scores: Float32Array.of(1, 2, 3, 4), labels: [false, false, true, true] }];
  const { recall, falseAlarms } = decide(groups, 2);
  assert.deepEqual([recall, falseAlarms], [1, 0.5]);
  assert.equal(decide(groups, 3.5).recall, 0.5);
});

test('about the chosen fraction of new nominal images is called anomalous, and defects are', async () => {
  const draw = (seed: number, defect?: 'stain') => drawSynthetic('nut', { seed, size: 96, defect }).image;
  const nominal = Array.from({ length: 30 }, (_, seed) => draw(seed));
  const options = { size: 96, imageFalseAlarms: 0.1, patches: 200 };
  const detector = await fitDetector(nominal, options);
  let [falseAlarms, found] = [0, 0];
  const fresh = Array.from({ length: 20 }, (_, index) => draw(100 + index));
  for await (const { isAnomalous } of detector.score(fresh)) falseAlarms += Number(isAnomalous);
  const defects = Array.from({ length: 10 }, (_, index) => draw(200 + index, 'stain'));
  for await (const { isAnomalous } of detector.score(defects)) found += Number(isAnomalous);
  await detector.dispose();
  assert.ok(falseAlarms <= 7, `${falseAlarms} of 20 nominal images`);
  assert.ok(found >= 7, `${found} of 10 defects`);
});

test('thresholds depend on nominal training images only, on no test image, label or mask', async () => {
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const flipped: Dataset = {
    ...nut,
    samples: nut.samples
      .filter(({ split, defect }) => split === 'train' || defect !== 'scratch')
      .map((sample) =>
        sample.split === 'train'
          ? sample
          : { ...sample, label: sample.label === 'nominal' ? 'anomalous' : 'nominal', maskPath: null },
      ),
  };
  const thresholdsOf = async (dataset: Dataset) => {
    const detector = await fitDetector(dataset, { size: 64, patches: 100 });
    await evaluate(detector, dataset);
    await detector.dispose();
    return detector.thresholds;
  };
  assert.deepEqual(await thresholdsOf(flipped), await thresholdsOf(nut));
});

test('validation images set the thresholds: the prediction limit of their few scores, the conformal quantile of their pixels, and nothing else changes', async () => {
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const train = nut.samples.filter(({ split }) => split === 'train');
  const calm = train.slice(10).map((sample) => ({ ...sample, split: 'validation' as const }));
  const dataset: Dataset = {
    ...nut,
    samples: [...train.slice(0, 10), ...calm, ...nut.samples.slice(train.length)],
  };
  const changes = {
    backbone: 'scattering',
    size: 64,
    imageFalseAlarms: 0.2,
    pixelFalseAlarms: 0.01,
  } as const;
  const detector = await fitDetector(dataset, changes);
  const without = await fitDetector(train.slice(0, 10), changes);
  assert.deepEqual(detector.training, without.training);
  const scores: number[] = [];
  const pixels: number[] = [];
  for await (const scored of without.score(calm.map(({ path }) => path))) {
    scores.push(scored.score);
    pixels.push(...scored.map.data);
  }
  // R: qt(0.8, 5) = 0.9195438
  const mean = scores.reduce((sum, score) => sum + score, 0) / 6;
  const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 5);
  const limit = mean + 0.9195438 * deviation * Math.sqrt(1 + 1 / 6);
  const rank = Math.ceil(0.99 * (pixels.length + 1));
  const { image, pixel } = detector.thresholds;
  const pixelQuantile = pixels.sort((a, b) => a - b)[rank - 1];
  assert.ok(Math.abs(image / limit - 1) < 1e-5, `${image} for ${limit}`);
  assert.ok(pixel > pixelQuantile && pixel < pixelQuantile * 1.00001, `${pixel} for ${pixelQuantile}`);
  assert.match(
    (await fitDetector(dataset, { ...changes, imageFalseAlarms: 0.01 })).fit!.notices.join(),
    /takes the scores of 6 validation images to be normally distributed: .* of 0\.14 at best, and 0\.01 is asked for; give 299 images or more/,
  );
  const live = await createPipeline(dataset).limits(configure(changes));
  assert.deepEqual(live.thresholds, detector.thresholds);
});
