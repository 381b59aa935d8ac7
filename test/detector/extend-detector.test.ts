import '../../src/platform';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Configuration,
  type Detector,
  evaluate,
  extendDetector,
  fitDetector,
  loadDetector,
  presets,
} from '../../src/detector';
import { joinPixels, nominalPixelsOf, valueAtRank } from '../../src/detector/nominal-pixels';
import { openDatasets } from '../../src/files';
import { type Dataset, drawSynthetic, type RgbImage, runsOf, samplesOf } from '../../src/images';
import { ownFolder, runOnFolder, spanlab } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

const drawn = (seed: number) => drawSynthetic('nut', { seed, size: 64 }).image;
const drawnAll = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => drawn(from + index));
const brighter = ({ data, ...size }: RgbImage): RgbImage => ({
  ...size,
  data: data.map((value) => Math.min(1, 0.5 + value / 2)),
});
const fit = (images: readonly RgbImage[], changes: Partial<Configuration>) =>
  fitDetector(images, { backbone: 'scattering', size: 64, patches: 60, ...changes });

async function scoreOf(detector: Detector, image: RgbImage) {
  for await (const scored of detector.score(image)) return scored;
  throw new Error('no image was scored');
}

test('kept pixels give every rank of all values to within 1 %', () => {
  const values = fc.float32Array({ minLength: 1, maxLength: 3000, noNaN: true, min: -5, max: 5 });
  fc.assert(
    fc.property(values, values, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, place) => {
      const joined = joinPixels(nominalPixelsOf(one), nominalPixelsOf(other));
      const sorted = [...one, ...other].sort((a, b) => b - a);
      const rank = Math.max(1, Math.round(place * sorted.length));
      const value = valueAtRank(joined, rank);
      // A rank may be that of the next kept value of a part, and of the whole.
      const last = Math.min(sorted.length, Math.ceil(rank * 1.03) + 2);
      assert.ok(
        value <= sorted[rank - 1] && value >= sorted[last - 1],
        `${value} at ${rank} of ${sorted.length}`,
      );
      assert.equal(joined.count, sorted.length);
    }),
  );
});

for (const changes of [
  { granularities: ['image'] },
  { granularities: ['place'] },
  { granularities: ['position'] },
] as const)
  test(`an extended bank reconstructs as one that was fitted on all: ${changes.granularities}`, async (context) => {
    const path = join(await temporaryFolder(context), 'bank.safetensors');
    const half = await fit(drawnAll(0, 7), changes);
    await half.save(path);
    const loaded = await loadDetector(path);
    const extended = await extendDetector(loaded, drawnAll(7, 12));
    const all = await fit(drawnAll(0, 12), changes);
    const shown = drawSynthetic('nut', { seed: 40, size: 64, defect: 'stain' }).image;
    const [found, expected] = [await scoreOf(extended, shown), await scoreOf(all, shown)];
    for (const [at, { target, rebuilt }] of found.levels.entries()) {
      assert.deepEqual(target.data, expected.levels[at].target.data);
      const scale = target.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const [index, value] of rebuilt.data.entries())
        assert.ok(Math.abs(value - expected.levels[at].rebuilt.data[index]) < 5e-5 * scale);
    }
    for (const detector of [half, loaded, all]) await detector.dispose();
  });

const [nut, fabric] = ['nut', 'fabric'].map((name) => openDatasets('synthetic', { categories: [name] }));

for (const [name, changes, opened] of [
  ['the default, of objects', {}, nut],
  ['the default, of a texture', {}, fabric],
  ['patches', { granularities: ['patch'] }, nut],
  ['patches by subspace sampling', { granularities: ['patch'], sampler: 'subspace', patches: 100 }, nut],
  ['patches at random', { granularities: ['patch'], sampler: 'random' }, nut],
  ['patchcore', { ...presets.patchcore, patches: 0.1 }, nut],
] as const)
  test(`half the images, extended by the others, lose little beside a fit on all: ${name}`, async () => {
    const [dataset] = await opened;
    const nominal = samplesOf(dataset, 'train');
    const small = { backbone: 'scattering', size: 64, patches: 200, ...changes } as const;
    const isFirst = (at: number) => at % 2 === 0;
    const first: Dataset = {
      ...dataset,
      samples: dataset.samples.filter(
        (sample) => sample.split !== 'train' || isFirst(nominal.indexOf(sample)),
      ),
    };
    const half = await fitDetector(first, small);
    const rest = nominal.filter((_, at) => !isFirst(at));
    const extended = await extendDetector(half, rest);
    const all = await fitDetector(dataset, small);
    const [found, expected] = [await evaluate(extended, dataset), await evaluate(all, dataset)];
    assert.equal(extended.training.length, all.training.length);
    for (const [at, { origins }] of extended.reconstructors.entries())
      assert.equal(origins.length, all.reconstructors[at].origins.length);
    const losses = {
      pixel: expected.pixel!.auroc - found.pixel!.auroc,
      precision: expected.pixel!.averagePrecision - found.pixel!.averagePrecision,
      image: expected.image!.auroc - found.image!.auroc,
    };
    const words = JSON.stringify(losses);
    assert.ok(losses.pixel < 0.01 && losses.precision < 0.03 && losses.image < 0.05, words);
    const rates = [found, expected].map(({ decisions }) => decisions.pixel.falseAlarms!);
    assert.ok(rates[0] > 0.3 * rates[1] && rates[0] < 1.4 * rates[1], `false alarms ${rates}`);
    const alarms = [found, expected].map(({ decisions }) => decisions.image.falseAlarms!);
    assert.ok(Math.abs(alarms[0] - alarms[1]) <= 0.2, `false alarms of images ${alarms}`);
    await half.dispose();
    await all.dispose();
  });

test('what was unknown becomes nominal, and the bank keeps it', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const ignore = runsOf({
    ...{ width: 64, height: 64 },
    data: Uint8Array.from({ length: 64 ** 2 }, (_, at) => (at % 64 < 16 ? 1 : 0)),
  });
  const detector = await fit(drawnAll(0, 12), { granularities: ['image', 'patch', 'place'], ignore });
  const shown = brighter(drawn(50));
  assert.ok((await scoreOf(detector, shown)).isAnomalous);
  const extended = await extendDetector(detector, drawnAll(12, 24).map(brighter));
  const scored = await scoreOf(extended, shown);
  assert.ok(!scored.isAnomalous, `${scored.score} of ${extended.thresholds.image}`);
  const stained = brighter(drawSynthetic('nut', { seed: 51, size: 64, defect: 'stain' }).image);
  assert.ok((await scoreOf(extended, stained)).score > scored.score);
  await extended.save(path);
  const loaded = await loadDetector(path);
  assert.deepEqual((await scoreOf(loaded, stained)).map, (await scoreOf(extended, stained)).map);
  assert.deepEqual(loaded.nominalPixels, extended.nominalPixels);
  // Images come from the old and the new ones, and their origins count both.
  const images = loaded.reconstructors[1].origins.map(({ image }) => image);
  assert.ok(images.some((image) => image < 12) && images.some((image) => image >= 12));
  await detector.dispose();
  await loaded.dispose();
});

test('what cannot be extended is refused with the reason', async () => {
  const directions = await fit(drawnAll(0, 4), presets.pca);
  await assert.rejects(
    extendDetector(directions, drawnAll(4, 6)),
    /granularity direction keeps directions.*cannot be extended; fit it again on all images/,
  );
  await directions.dispose();
  const images = await fit(drawnAll(0, 4), { granularities: ['image'] });
  await assert.rejects(
    extendDetector({ ...images, nominalPixels: undefined }, drawnAll(4, 6)),
    /keeps no pixels of its nominal images, as banks of earlier versions: fit it again/,
  );
  await assert.rejects(
    extendDetector({ ...images, training: ['a.png', 'b.png'] }, ['b.png', 'c.png']),
    /b\.png is in the memory bank already; expected new images/,
  );
  await images.dispose();
});

test('spanlab extend writes a bank that spanlab score reads', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  assert.equal((await runOnFolder(root, out, '--bank', '--size', '64')).code, 0);
  const bank = join(out, 'banks', 'data.safetensors');
  const stains = join(root, 'data', 'stain');
  const extended = join(root, 'new.safetensors');
  const { code, stdout, stderr } = await spanlab('extend', bank, stains, '--out', extended);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^3 nominal images added to 10\n/);
  assert.match(stdout, /image: 13 exemplars, 3 of them from new images/);
  const linesOf = async (path: string) => {
    const scored = await spanlab('score', '--bank', path, stains);
    return scored.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).score as number);
  };
  const [before, after] = [await linesOf(bank), await linesOf(extended)];
  for (const [at, score] of after.entries()) assert.ok(score < before[at], `${score}, ${before[at]}`);
  const again = await spanlab('extend', extended, stains, '--out', extended);
  assert.ok(again.code === 1 && /in the memory bank already/.test(again.stderr), again.stderr);
});
