import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration, fitDetector } from '../../src/detector';
import { openDatasets } from '../../src/files';
import { samplesOf } from '../../src/images';

async function mapOf(changes: Partial<Configuration>): Promise<Float32Array> {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const detector = await fitDetector(dataset, { backbone: 'scattering', size: 64, ...changes });
  const [target] = samplesOf(dataset, 'test').filter(({ defect }) => defect === 'hole');
  for await (const { map } of detector.score(target)) return map.data;
  throw new Error('no image was scored');
}

test('a level of weight 0 has no part in a map: it is as if the other one were alone', async () => {
  const options = { granularities: ['image'], levels: [1, 2] } as const;
  const both = await mapOf(options);
  for (const [levelWeights, level] of [
    [[1, 0], 1],
    [[0, 1], 2],
  ] as const) {
    const weighed = await mapOf({ ...options, levelWeights });
    const alone = await mapOf({ ...options, levels: [level] });
    alone.forEach((value, at) => {
      const difference = Math.abs(value - weighed[at]);
      assert.ok(difference < 1e-3, `level ${level}, pixel ${at}: off by ${difference}`);
    });
    assert.ok(
      both.some((value, at) => Math.abs(value - weighed[at]) > 0.1),
      'the weights change the map',
    );
  }
});
