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

test('a bank of other weights, another configuration or another version is rejected, and the error names the difference', async (context) => {
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

test('every field of a bank is checked before anything is computed', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const { detector } = await fitted({ exemplars: 4 });
  await detector.save(path);
  const { tensors, metadata } = await readSafetensors(path);
  const configuration = JSON.parse(metadata.configuration);
  const [reconstructor] = JSON.parse(metadata.reconstructors);
  const withCalibration = (changes: object) => {
    const levels = reconstructor.levels.map((level: { calibration: object }) => ({
      ...level,
      calibration: { ...level.calibration, ...changes },
    }));
    return { reconstructors: JSON.stringify([{ ...reconstructor, levels }]) };
  };
  const configured = (changes: object) => ({
    configuration: JSON.stringify({ ...configuration, ...changes }),
  });
  for (const [changes, message] of [
    [{ thresholds: '{}' }, /thresholds\.pixel is undefined; expected/],
    [{ thresholds: '"abc"' }, /thresholds is abc; expected Object/],
    [{ thresholds: '{"pixel":1e999,"image":1}' }, /thresholds\.pixel is Infinity/],
    [{ heat_range: '[1,1]' }, /heat_range is \[1,1\]; expected a range/],
    [{ training: '{"a":1}' }, /training is \{"a":1\}; expected Array/],
    [{ reconstructors: '[null]' }, /reconstructors\.0 is null; expected Object/],
    [withCalibration({ standardDeviation: 0 }), /standardDeviation is 0; expected >=1e-15/],
    [withCalibration({ mean: 'x' }), /calibration\.mean is x; expected number/],
    [configured({ sigma: '2' }), /configuration\.sigma is 2; expected number/],
    [configured({ topFraction: null }), /configuration\.topFraction is null/],
    [
      configured({ neighbourhood: 1000001 }),
      /neighbourhood is 1000001; expected an odd integer in \[1, 63\]/,
    ],
    [
      configured({ levels: [2, 1] }),
      /levels is \[2,1\]; expected hierarchy levels in \[1, 4\], ascending, each once/,
    ],
    [configured({ levels: [1] }), /levels of the reconstructors is \[1,2\]; expected 1/],
    [configured({ mapSize: 4096 }), /map size is 4096; expected an integer in \[8, 64\]/],
    [configured({ colour: 1 }), /configuration\.colour is no known field; leave it out/],
    [
      configured({ size: 4096, mapSize: 64 }),
      /exemplars have level 1: 16x16x\d+.*at its size gives level 1: 1024x1024/,
    ],
    [configured({ solver: { name: 'lasso' } }), /configuration\.solver/],
  ] as const) {
    await writeFile(path, encodeSafetensors(new Map(tensors), { ...metadata, ...changes }));
    await assert.rejects(loadDetector(path), (error: Error) => {
      assert.match(error.message, /^cannot use memory bank/);
      assert.match(error.message, message);
      return true;
    });
  }
  await detector.dispose();
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
