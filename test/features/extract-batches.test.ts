import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExtractor, extractAll, extractBatches, scatteringNetwork } from '../../src/features';
import { openDatasets } from '../../src/files';
import { samplesOf } from '../../src/images';

test('the returned samples do not keep their images', async () => {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const extractor = await createExtractor(scatteringNetwork(), { size: 64 });
  const training = samplesOf(dataset, 'train');
  const { samples, maps } = await extractAll(extractor, training);
  assert.deepEqual(samples, training);
  assert.ok(samples.every((sample) => !('image' in sample)));
  assert.equal(maps[0].count, training.length);
  await extractor.dispose();
});

test('a batch size that is not a positive integer is rejected', async () => {
  const extractor = await createExtractor(scatteringNetwork(), { size: 64 });
  for (const batch of [0, -1, 1.5]) {
    const pattern = new RegExp(`batch is ${batch}; expected a positive integer`);
    await assert.rejects(extractBatches(extractor, [], { batch }).next(), pattern);
  }
  await extractor.dispose();
});
