import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import { drawSynthetic } from '../../src/images';

test('a detector takes images in memory, and gives a defect a higher score than a nominal image', async () => {
  const draw = (seed: number, defect?: 'stain') => drawSynthetic('nut', { seed, size: 64, defect }).image;
  const detector = await fitDetector(
    [0, 1, 2, 3, 4, 5].map((seed) => draw(seed)),
    { size: 64 },
  );
  const scores: number[] = [];
  const decided: boolean[] = [];
  for await (const { score, path, isAnomalous } of detector.score([draw(10), draw(11, 'stain')])) {
    scores.push(score);
    assert.match(path, /^image \d$/);
    decided.push(isAnomalous);
  }
  assert.ok(scores[1] > 2 * Math.abs(scores[0]), `${scores}`);
  assert.ok(decided[1], 'a stain is above the threshold of the nominal images');
  await detector.dispose();
});

test('more exemplars than images are cut down with a notice; values out of range are rejected before work starts', async () => {
  const images = [0, 1, 2].map((seed) => drawSynthetic('wood', { seed, size: 64 }).image);
  const detector = await fitDetector(images, { size: 64, exemplars: 50, patches: 900 });
  assert.deepEqual(detector.fit!.notices.slice(1), [
    '50 exemplars were asked for, and there are 3 nominal images: all of them are kept',
    '900 exemplars were asked for, and there are 48 nominal patches: all of them are kept',
  ]);
  await detector.dispose();
  await assert.rejects(
    fitDetector(images, { size: 64, solver: { name: 'lasso' } as never }),
    /solver\.multiple is undefined; expected a value/,
  );
  await assert.rejects(fitDetector(images, { size: 128 }), /image 0 is 64x64; the extractor takes 128x128/);
});

test('fitting stops when it is aborted, and tells its progress', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const controller = new AbortController();
  const stages = new Set<string>();
  const onProgress = ({ stage }: { stage: string }) => {
    stages.add(stage);
    if (stage === 'image exemplars') controller.abort(new Error('enough'));
  };
  await assert.rejects(
    fitDetector(dataset, { size: 64, granularities: ['image'] }, { signal: controller.signal, onProgress }),
    /enough/,
  );
  assert.deepEqual([...stages], ['nominal images', 'image exemplars']);
});

test('too few nominal images to count false alarms are told with the rate that their number alone bounds', async () => {
  // A further nominal score is the largest of n + 1 with probability 1 / (n + 1).
  const noticesOf = async (count: number, imageFalseAlarms: number) => {
    const images = Array.from({ length: count }, (_, seed) => drawSynthetic('nut', { seed, size: 64 }).image);
    const detector = await fitDetector(images, { backbone: 'scattering', size: 64, imageFalseAlarms });
    await detector.dispose();
    return detector.fit!.notices;
  };
  await assert.rejects(noticesOf(1, 0.5), /there is one nominal image; expected at least 2/);
  assert.match(
    (await noticesOf(3, 0.2)).join(),
    /scores of 3 nominal images .* of 0\.25 at best, and 0\.2 is asked for; give 14 images or more to have them counted/,
  );
  for (const [count, rate] of [
    [14, 0.2],
    [5, 0.5],
  ])
    assert.deepEqual(await noticesOf(count, rate), [], `${count}`);
});
