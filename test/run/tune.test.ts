import '../../src/platform';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { configure } from '../../src/configuration';
import { openDatasets } from '../../src/files';
import { type Dataset, sampleLoader, samplesOf } from '../../src/images';
import { tune, tuningCandidates } from '../../src/run';
import { makeTuningSet } from '../../src/run/tuning-set';
import { temporaryFolder } from '../helpers/temporary';

async function nut(): Promise<Dataset> {
  const [dataset] = await openDatasets('synthetic', { categories: ['nut'] });
  return dataset;
}

const base = configure({ backbone: 'scattering', side: 64, granularities: ['image', 'patch'], patches: 100 });

test('a tuning set has nominal images once, as they are and damaged where their masks say', async (context) => {
  const dataset = await nut();
  const folder = await temporaryFolder(context);
  const { samples } = await makeTuningSet(dataset, { folder, seed: 5 });
  const training = samplesOf(dataset, 'train').map(({ path }) => path);
  const fitted = samples.filter(({ split }) => split === 'train');
  assert.deepEqual([training.length, fitted.length, samples.length], [16, 12, 12 + 2 * 4]);
  assert.ok(fitted.every(({ path }) => training.includes(path)));
  const load = sampleLoader.get();
  const left = await Promise.all(
    training
      .filter((path) => !fitted.some((one) => one.path === path))
      .map((path) => load({ ...fitted[0], path })),
  );
  const tests = samples.filter(({ split }) => split === 'test');
  for (let at = 0; at < tests.length; at += 2) {
    const [good, damaged] = [await load(tests[at]), await load(tests[at + 1])];
    assert.deepEqual([tests[at].label, tests[at + 1].label], ['nominal', 'anomalous']);
    assert.ok(
      left.some(({ image }) =>
        image.data.every((value, index) => Math.abs(value - good.image.data[index]) < 0.01),
      ),
      'a good test image is a nominal one that is not fitted on',
    );
    const { data } = damaged.mask!;
    data.forEach((marked, pixel) => {
      const change = Math.abs(damaged.image.data[3 * pixel] - good.image.data[3 * pixel]);
      if (!marked) assert.ok(change < 0.26, 'what is not marked is hardly changed');
    });
  }
});

test('tuning tries sizes and granularities, takes the one with the largest average precision, and does so again', async () => {
  const dataset = await nut();
  // Test images are no part of it.
  const trainingOnly = { ...dataset, samples: samplesOf(dataset, 'train') };
  const before = await readdir(tmpdir());
  const reports: string[] = [];
  const { tried, best } = await tune(trainingOnly, base, {
    onProgress: ({ stage, done, total }) => void reports.push(`${stage} ${done}/${total}`),
  });
  assert.deepEqual(
    tried.map(({ changes }) => `${changes.side} ${changes.granularities}`),
    [32, 64, 96].flatMap((side) => [`${side} image,patch`, `${side} patch`, `${side} image`]),
  );
  assert.deepEqual(
    best,
    tried.find(
      ({ averagePrecision }) => averagePrecision === Math.max(...tried.map((one) => one.averagePrecision)),
    ),
  );
  assert.ok(best.averagePrecision > 0.2 && best.auroc > 0.8, JSON.stringify(best));
  assert.deepEqual(reports.at(-1), 'configurations 9/9');
  const left = (await readdir(tmpdir())).filter(
    (name) => name.startsWith('spanlab-tune-') && !before.includes(name),
  );
  assert.deepEqual(
    left.filter((name) => existsSync(name)),
    [],
  );
  const again = await tune(dataset, base);
  assert.deepEqual(again.tried, tried);
});

test('a size that was given is kept, and so is a granularity alone', () => {
  const given = configure({ size: 96, granularities: ['image', 'patch', 'place'] });
  assert.deepEqual(
    tuningCandidates(given).map((changes) => Object.entries(changes).join(' ')),
    ['image,patch,place', 'patch,place', 'image,place', 'image,patch'].map(
      (names) => `granularities,${names}`,
    ),
  );
  assert.equal(tuningCandidates(configure({ granularities: ['patch'] })).length, 3);
});

test('three nominal images are too few to tune by', async () => {
  const dataset = await nut();
  const few = { ...dataset, samples: samplesOf(dataset, 'train').slice(0, 3) };
  await assert.rejects(tune(few, base), /there are 3 nominal images; expected at least 4/);
});
