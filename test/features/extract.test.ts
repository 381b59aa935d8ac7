import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExtractor, scatteringNetwork } from '../../src/features';
import { drawSynthetic } from '../../src/images';

test('a batch has the features of its images one by one', async () => {
  const extractor = await createExtractor(scatteringNetwork(), { size: 64 });
  const images = [0, 1, 2].map(
    (seed) => drawSynthetic('nut', { defect: 'hole', seed: seed, size: 64 }).image,
  );
  const together = await extractor.extract(images);
  for (let index = 0; index < images.length; index++) {
    const alone = await extractor.extract([images[index]]);
    alone.forEach(({ features }, level) => {
      const part = together[level].features.data.subarray(
        index * features.data.length,
        (index + 1) * features.data.length,
      );
      features.data.forEach((value, at) => {
        assert.ok(Math.abs(value - part[at]) < 1e-5);
      });
    });
  }
  await extractor.dispose();
});
