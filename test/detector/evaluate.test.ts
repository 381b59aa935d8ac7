import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configure, evaluate, fitDetector, mapFraming } from '../../src/detector';
import { decodeMask, openDatasets } from '../../src/files';
import { samplesOf } from '../../src/images';

test('AUPIMO needs 100 000 nominal pixels, with which a false alarm in 100 000 can be counted', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const nominal = samplesOf(dataset, 'test').filter(({ label }) => label === 'nominal').length;
  for (const [size, isEnough] of [
    [64, false],
    [128, false],
    [160, true],
  ] as const) {
    assert.equal(nominal * size ** 2 >= 100_000, isEnough, `${nominal} images of ${size} pixels a side`);
    const detector = await fitDetector(dataset, { backbone: 'scattering', size, mapSize: size });
    const { aupimo } = await evaluate(detector, dataset);
    assert.equal(aupimo !== undefined, isEnough, `size ${size}: ${aupimo}`);
    await detector.dispose();
  }
});

test('masks at the size of the maps show the same part of the image as the network sees', async () => {
  // 80 pixels of 128, cropped to 64 of 102: maps of half the size are cropped from 51 pixels.
  const changes = { backbone: 'scattering', size: 64, mapSize: 32, fit: 'crop', resize: 102 } as const;
  assert.deepEqual(mapFraming(configure(changes)), {
    fit: 'crop',
    size: { width: 32, height: 32 },
    resize: 51,
  });
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const detector = await fitDetector(dataset, changes);
  const { samples, masks } = await evaluate(detector, dataset);
  let compared = 0;
  for (const [index, { maskPath }] of samples.entries()) {
    if (typeof maskPath !== 'string') continue;
    const large = await decodeMask(maskPath, { size: 64, fit: 'crop', resize: 102 });
    const mask = masks[index]!;
    assert.deepEqual([mask.width, mask.height], [32, 32]);
    // The fraction of the picture that is anomalous, and its centre, do not depend on the size of the mask.
    const [small, seen] = [mask, large].map(({ width, height, data }) => {
      let [area, x, y] = [0, 0, 0];
      data.forEach((value, at) => {
        area += value;
        x += value * (((at % width) + 0.5) / width);
        y += value * ((Math.floor(at / width) + 0.5) / height);
      });
      return { fraction: area / data.length, x: x / area, y: y / area };
    });
    if (seen.fraction < 0.01) continue;
    compared++;
    assert.ok(
      Math.abs(small.fraction / seen.fraction - 1) < 0.25,
      `${maskPath}: ${small.fraction} for ${seen.fraction}`,
    );
    assert.ok(Math.abs(small.x - seen.x) < 1 / 32 && Math.abs(small.y - seen.y) < 1 / 32, maskPath);
  }
  assert.ok(compared >= 3, `${compared} masks were compared`);
  await detector.dispose();
});
