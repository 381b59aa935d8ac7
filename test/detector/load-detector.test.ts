import '../../src/platform';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Configuration, evaluate, fitDetector, loadDetector, presets } from '../../src/detector';
import { openDatasets, readSafetensors } from '../../src/files';
import { encodeSafetensors } from '../../src/matrix';
import { temporaryFolder } from '../helpers/temporary';

const python = [join(__dirname, '..', '..', '.python', 'bin', 'python'), 'python3'].find(
  (path) => spawnSync(path, ['-c', 'import safetensors, numpy']).status === 0,
);

async function fitted(changes: Partial<Configuration> = {}) {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  const detector = await fitDetector(dataset, { backbone: 'scattering', size: 64, ...changes });
  return { dataset, detector };
}

test('a detector read from its file gives the maps of the evaluation, bit for bit', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const variants: Partial<Configuration>[] = [
    { exemplars: 8 },
    {
      granularities: ['position'],
      window: 3,
      exemplars: 6,
      standardize: true,
      solver: { name: 'omp', atoms: 4 },
    },
    {
      granularities: ['patch'],
      patches: 50,
      unitNorm: true,
      metric: 'euclidean',
      solver: { name: 'lasso', multiple: 5 },
    },
    { backbone: 'efficientnet_lite0', patches: 60 },
    { ...presets.padim, backbone: 'scattering' },
    { ...presets.pca, backbone: 'scattering' },
    { ...presets.patchcore, backbone: 'scattering' },
  ];
  for (const variant of variants) {
    const { dataset, detector } = await fitted(variant);
    const { maps, imageScores, samples, thresholds } = await evaluate(detector, dataset);
    await detector.save(path);
    const loaded = await loadDetector(path, { expected: variant });
    assert.deepEqual(loaded.thresholds, thresholds);
    const origins = ({ reconstructors }: typeof loaded) => reconstructors.map((bank) => bank.origins);
    assert.deepEqual(origins(loaded), origins(detector));
    let index = 0;
    for await (const scored of loaded.score(samples.map((sample) => sample.path))) {
      assert.equal(scored.path, samples[index].path);
      assert.deepEqual(scored.map.data, maps[index].data.slice());
      assert.equal(scored.score, imageScores[index++]);
    }
    assert.equal(index, samples.length);
    await Promise.all([detector.dispose(), loaded.dispose()]);
  }
});

test('a bank of other weights, another configuration or another version is rejected with what differs', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const { detector } = await fitted({ exemplars: 4 });
  await detector.save(path);
  await assert.rejects(
    loadDetector(path, { expected: { size: 128, sampler: 'random' } }),
    /bank\.safetensors was fitted with another configuration: size is 64, expected 128; sampler is undefined, expected "random"/,
  );
  const network = { name: 'other', nodes: [], outputs: [], weightsSha256: 'abc' };
  await assert.rejects(
    loadDetector(path, { network }),
    /fitted with scattering weights of SHA-256 undefined; those given have abc/,
  );

  const { tensors, metadata } = await readSafetensors(path);
  const rewrite = async (changed: Record<string, string>, dropped?: string) => {
    const kept = new Map([...tensors].filter(([name]) => name !== dropped));
    await writeFile(path, encodeSafetensors(kept, { ...metadata, ...changed }));
  };
  for (const version of ['1', '99']) {
    await rewrite({ format_version: version });
    const message = `format version ${version}, this version of spanlab reads \\d+: fit the bank again`;
    await assert.rejects(loadDetector(path), new RegExp(message));
  }
  await rewrite({ format: 'weights' });
  await assert.rejects(loadDetector(path), /is not a memory bank/);
  await rewrite({}, 'image.level2.exemplars');
  await assert.rejects(
    loadDetector(path),
    /cannot use memory bank .*: tensor image\.level2\.exemplars is missing/,
  );
  await rewrite({ reconstructors: '{' });
  await assert.rejects(loadDetector(path), /cannot use memory bank/);
  await detector.save(path);
  await writeFile(path, (await readFile(path)).subarray(0, 5000));
  await assert.rejects(loadDetector(path), /bank\.safetensors: .*truncated/);
});

test(
  'Python reads a bank',
  { skip: !python && 'needs a Python with safetensors and numpy' },
  async (context) => {
    const path = join(await temporaryFolder(context), 'bank.safetensors');
    const { detector } = await fitted({ exemplars: 5 });
    await detector.save(path);
    const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="np") as bank:
    meta = bank.metadata()
    tensors = {name: bank.get_tensor(name) for name in bank.keys()}
print(json.dumps({
    "backbone": meta["backbone"],
    "origins": json.loads(meta["reconstructors"])[0]["origins"],
    "size": json.loads(meta["configuration"])["size"],
    "shapes": {name: list(t.shape) for name, t in tensors.items()},
    "sum": float(tensors["image.level2.exemplars"].astype("float64").sum()),
}))`;
    const read = JSON.parse(execFileSync(python!, ['-c', script, path], { encoding: 'utf8' }));
    const [level1, level2] = detector.reconstructors[0].bank;
    assert.equal(read.backbone, 'scattering');
    assert.equal(read.size, 64);
    assert.deepEqual(read.origins, detector.reconstructors[0].origins);
    assert.deepEqual(read.shapes['image.level1.exemplars'], [
      5,
      level1.height,
      level1.width,
      level1.channels,
    ]);
    assert.deepEqual(read.shapes['image.level2.whitening'], [level2.channels, level2.channels]);
    const sum = level2.exemplars.data.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(read.sum - sum) <= 1e-9 * Math.abs(sum));
  },
);
