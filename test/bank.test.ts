import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeSafetensors, loadBackbone, readSafetensors } from '../src/features';
import {
  type Configuration,
  defaultConfiguration,
  loadBank,
  memoryBankOf,
  openDatasets,
  runExperiment,
  scoreImages,
} from '../src/run';
import { ownFolder, runOnFolder, spanlab, start } from './helpers/cli';
import { temporaryFolder } from './helpers/temporary';

const python = ['.python/bin/python', 'python3']
  .map((path) => (path.includes('/') ? join(__dirname, '..', path) : path))
  .find((path) => spawnSync(path, ['-c', 'import safetensors, numpy']).status === 0);

async function fitted(options: Partial<Configuration> = {}) {
  const [category] = await openDatasets('synthetic', undefined, ['nut']);
  const configuration = { ...defaultConfiguration(), size: 64, mapSize: 64, ...options };
  configuration.resize = configuration.size;
  const network = await loadBackbone('scattering');
  const result = await runExperiment(category, network, configuration);
  return { result, network, configuration, bank: memoryBankOf(result, configuration, network) };
}

test('a bank read from its file gives the maps of the experiment, bit for bit', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const variants: Partial<Configuration>[] = [
    { exemplars: 8 },
    {
      granularity: 'position',
      window: 3,
      exemplars: 6,
      standardize: true,
      solver: { name: 'omp', atoms: 4 },
    },
    {
      granularity: 'patch',
      exemplars: 50,
      unitNorm: true,
      metric: 'euclidean',
      solver: { name: 'lasso', multiple: 5 },
    },
  ];
  for (const variant of variants) {
    const { result, network, bank } = await fitted(variant);
    await bank.save(path);
    const loaded = await loadBank(path, variant);
    assert.deepEqual(loaded.thresholds, bank.thresholds);
    assert.deepEqual(loaded.reconstructor.exemplars, bank.reconstructor.exemplars);
    const pixels = result.maps.height * result.maps.width;
    let index = 0;
    for await (const { path: image, map, score } of scoreImages(
      loaded,
      network,
      result.samples.map((sample) => sample.path),
    )) {
      assert.equal(image, result.samples[index].path);
      assert.deepEqual(map, result.maps.data.slice(index * pixels, (index + 1) * pixels));
      assert.equal(score, result.imageScores[index++]);
    }
    assert.equal(index, result.samples.length);
  }
});

test('a bank of other weights, another configuration or another version is refused with what differs', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const { bank, network, result } = await fitted({ exemplars: 4 });
  await bank.save(path);
  await assert.rejects(
    loadBank(path, { size: 128, sampler: 'random' }),
    /bank\.safetensors: was fitted with another configuration: size is 64, expected 128; sampler is "subspace", expected "random"/,
  );
  const loaded = await loadBank(path);
  const others = { ...network, weightsSha256: 'abc' };
  await assert.rejects(
    scoreImages(loaded, others, [result.samples[0].path]).next(),
    /fitted with scattering weights of SHA-256 null; those given have abc/,
  );

  const { tensors, metadata } = await readSafetensors(path);
  const rewrite = async (changed: Record<string, string>, dropped?: string) => {
    const kept = new Map([...tensors].filter(([name]) => name !== dropped));
    await writeFile(path, encodeSafetensors(kept, { ...metadata, ...changed }));
  };
  await rewrite({ format_version: '99' });
  await assert.rejects(
    loadBank(path),
    /format version 99, this version of spanlab reads 1: fit the bank again/,
  );
  await rewrite({ format: 'weights' });
  await assert.rejects(loadBank(path), /is not a memory bank/);
  await rewrite({}, 'level2.exemplars');
  await assert.rejects(loadBank(path), /cannot use memory bank .*: tensor level2\.exemplars is missing/);
  await rewrite({ reconstructor: '{' });
  await assert.rejects(loadBank(path), /cannot use memory bank/);
  await bank.save(path);
  await writeFile(path, (await readFile(path)).subarray(0, 5000));
  await assert.rejects(loadBank(path), /bank\.safetensors: .*truncated/);
});

test(
  'Python reads a bank',
  { skip: !python && 'needs a Python with safetensors and numpy' },
  async (context) => {
    const path = join(await temporaryFolder(context), 'bank.safetensors');
    const { bank } = await fitted({ exemplars: 5 });
    await bank.save(path);
    const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="np") as bank:
    meta = bank.metadata()
    tensors = {name: bank.get_tensor(name) for name in bank.keys()}
print(json.dumps({
    "backbone": meta["backbone"], "version": meta["format_version"],
    "origins": json.loads(meta["reconstructor"])["exemplars"],
    "size": json.loads(meta["configuration"])["size"],
    "shapes": {name: list(t.shape) for name, t in tensors.items()},
    "sum": float(tensors["level2.exemplars"].astype("float64").sum()),
}))`;
    const read = JSON.parse(execFileSync(python!, ['-c', script, path], { encoding: 'utf8' }));
    const [level1, level2] = bank.reconstructor.bank;
    assert.equal(read.backbone, 'scattering');
    assert.equal(read.version, '1');
    assert.equal(read.size, 64);
    assert.deepEqual(read.origins, bank.reconstructor.exemplars);
    assert.deepEqual(read.shapes['level1.exemplars'], [5, level1.height, level1.width, level1.channels]);
    assert.deepEqual(read.shapes['level2.whitening'], [level2.channels, level2.channels]);
    const sum = level2.exemplars.data.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(read.sum - sum) <= 1e-9 * Math.abs(sum));
  },
);

test('score: files, folders, globs and a list; a broken image is reported and the exit code tells', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  const ran = await runOnFolder(root, out, '--bank');
  assert.equal(ran.code, 0, ran.stderr);
  const bank = join(out, 'banks', 'data.safetensors');
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const expected = new Map<string, number>(
    categories[0].testImages.map(({ path, score }: { path: string; score: number }) => [path, score]),
  );
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  const overlays = join(root, 'overlays');
  const whole = await spanlab('score', '--bank', bank, '--out', overlays, join(root, 'data', 'stain'));
  assert.equal(whole.code, 0, whole.stderr);
  assert.equal(lines(whole.stdout).length, 3);
  for (const { path, score, anomalous, overlay } of lines(whole.stdout)) {
    assert.equal(score, expected.get(path));
    assert.equal(anomalous, true);
    assert.ok(existsSync(overlay), overlay);
  }

  const broken = join(root, 'data', 'stain', 'a-broken.png');
  await writeFile(broken, 'not an image');
  const some = await spanlab('score', '--bank', bank, join(root, 'data', 'stain', '*.png'), broken);
  assert.equal(some.code, 1);
  assert.match(some.stderr, /cannot decode image .*a-broken\.png/);
  assert.match(some.stderr, /1 of 4 images could not be scored/);
  assert.equal(lines(some.stdout).filter(({ error }) => error).length, 1);
  assert.equal(lines(some.stdout).filter(({ score }) => Number.isFinite(score)).length, 3);

  const listed = start('score', '--bank', bank, '-');
  let stdout = '';
  listed.stdout.on('data', (chunk) => (stdout += chunk));
  listed.stdin.end([...expected.keys()].join('\n'));
  assert.equal(await new Promise((resolve) => listed.on('close', resolve)), 0);
  assert.deepEqual(new Map(lines(stdout).map(({ path, score }) => [path, score])), expected);

  const cut = start('score', '--bank', bank, join(root, 'data', 'good'));
  let complaint = '';
  cut.stderr.on('data', (chunk) => (complaint += chunk));
  cut.stdout.once('data', () => cut.stdout.destroy());
  assert.equal(await new Promise((resolve) => cut.on('close', resolve)), 0);
  assert.equal(complaint, '', 'a reader that closes the pipe is no error');

  const missing = await spanlab('score', '--bank', bank, join(root, 'nothing', '*.png'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nothing\/\*\.png means no image/);
});
