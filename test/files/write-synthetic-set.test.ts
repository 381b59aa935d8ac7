import '../../src/platform';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSample, mvtecCategory, writeSyntheticSet } from '../../src/files';
import { defectNames, surfaceNames } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

test("a synthetic set is read as MVTec AD's layout; the same seed draws the same bytes", async (context) => {
  const root = await temporaryFolder(context);
  const options = { size: 32, train: 2, testNominal: 1, perDefect: 1, seed: 3 };
  await writeSyntheticSet(join(root, 'a'), options);
  await writeSyntheticSet(join(root, 'b'), options);
  assert.deepEqual((await readdir(join(root, 'a'))).sort(), [...surfaceNames].sort());
  for (const surface of surfaceNames) {
    const { samples } = await mvtecCategory(join(root, 'a'), surface);
    assert.equal(samples.filter(({ split }) => split === 'train').length, 2);
    assert.deepEqual(
      [...new Set(samples.map(({ defect }) => defect))].sort(),
      ['good', ...defectNames].sort(),
    );
    for (const sample of samples) {
      const { mask } = await loadSample(sample);
      assert.equal(mask!.data.includes(1), sample.label === 'anomalous');
      assert.deepEqual(
        await readFile(sample.path),
        await readFile(sample.path.replace(`${root}/a`, `${root}/b`)),
      );
    }
  }
});
