import '../../src/platform';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodePng, folder, loadSample, loadSamples } from '../../src/files';
import { type SkippedSample } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

async function writeImages(root: string, paths: string[]) {
  const png = await encodePng({ width: 4, height: 4, data: new Float32Array(48) });
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), png);
  }
}

test('a mask of another size is rejected, or skipped and reported', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, ['good/0.png', 'good/1.png', 'dent/a.png']);
  await mkdir(join(root, 'masks/dent'), { recursive: true });
  await writeFile(
    join(root, 'masks/dent/a.png'),
    await encodePng({ width: 5, height: 4, data: new Float32Array(60) }),
  );
  const dataset = await folder(root, { trainFraction: 0.5 });
  const sample = dataset.samples.find(({ defect }) => defect === 'dent')!;
  await assert.rejects(
    loadSample(sample),
    /mask .*a\.png is 5x4, its image .*a\.png 4x4; give a mask of the image's size/,
  );
  const skipped: SkippedSample[] = [];
  const seen: string[] = [];
  for await (const { defect } of loadSamples(dataset, { split: 'test', onSkip: (one) => skipped.push(one) }))
    seen.push(defect);
  assert.deepEqual(seen, ['good']);
  assert.equal(skipped[0].path, sample.path);
});
