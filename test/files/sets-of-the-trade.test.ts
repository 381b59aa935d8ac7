import '../../src/platform';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DatasetName, loadSample, openDatasets } from '../../src/files';
import { inputFile, unlessPresent } from '../helpers/shared';

/** Sets that were misread once: nominal images, images by kind of defect, and what is not used. */
const sets: [DatasetName, string, number, Record<string, number>, number][] = [
  ['folder', 'dotdirs', 6, { hole: 3 }, 1],
  ['folder', 'ext_gif', 6, { hole: 3 }, 0],
  ['folder', 'nested', 8, { hole: 3, 'scratch/2024-05-01': 2 }, 0],
  ['folder', 'ng', 5, { 'NG/colour': 2, 'NG/crack': 2 }, 0],
  ['mvtec-loco', 'loco', 10, { logical_anomalies: 3 }, 0],
  ['mvtec', 'loco', 10, { logical_anomalies: 3 }, 0],
];

for (const [layout, name, nominal, kinds, unused] of sets)
  test(`${name} as ${layout}`, { skip: unlessPresent(inputFile(name)) }, async () => {
    const [set] = await openDatasets(layout, { root: inputFile(name) });
    const found: Record<string, number> = {};
    for (const { label, defect } of set.samples)
      if (label === 'anomalous') found[defect] = (found[defect] ?? 0) + 1;
    assert.deepEqual(found, kinds);
    assert.equal(set.samples.filter(({ label }) => label === 'nominal').length, nominal);
    assert.equal(set.unused!.length, unused, JSON.stringify(set.unused));
    for (const sample of set.samples.filter(({ label }) => label === 'anomalous')) {
      const { mask } = await loadSample(sample);
      // A disc of 0.16 of 48 pixels, but in `loco` its upper half and its left half, as far as they lie in the image's.
      const disc = Math.PI * (0.16 * 48) ** 2;
      const marked = mask!.data.reduce((sum, value) => sum + value, 0);
      assert.ok(marked > 0.6 * disc && marked < 1.05 * disc, `${sample.path}: ${marked} of ${disc}`);
    }
  });
