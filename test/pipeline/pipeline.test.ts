import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  type Configuration,
  configure,
  evaluate,
  fitDetector,
  loadDetector,
  presets,
} from '../../src/detector';
import type { FeatureStore } from '../../src/features';
import { clearFeatureStore, encodePng, folderFeatureStore, openDatasets } from '../../src/files';
import { type Dataset, type Sample, samplesOf } from '../../src/images';
import { createMemo, createPipeline } from '../../src/pipeline';
import { anomalyMaps } from '../../src/scoring';
import { temporaryFolder } from '../helpers/temporary';

async function nut(): Promise<Dataset> {
  return (await openDatasets('synthetic', { categories: ['nut'] }))[0];
}

const base: Partial<Configuration> = {
  backbone: 'scattering',
  size: 64,
  granularities: ['image', 'patch'],
  patches: 60,
};

/** The data set with files that are no images at some places of a split. */
async function withBroken(
  context: TestContext,
  dataset: Dataset,
  places: Readonly<Partial<Record<Sample['split'], readonly number[]>>>,
): Promise<Dataset> {
  const path = join(await temporaryFolder(context), 'broken.png');
  await writeFile(path, 'no image');
  const counts = { train: 0, validation: 0, test: 0 };
  const samples = dataset.samples.map((sample) =>
    places[sample.split]?.includes(counts[sample.split]++) ? { ...sample, path } : sample,
  );
  return { ...dataset, samples };
}

const chains: [string, Partial<Configuration>][] = [
  ['two granularities', base],
  ['an image bank', { ...base, granularities: ['image'], levelWeights: [1, 3] }],
  ['positions', { ...base, granularities: ['position'], window: 3 }],
  ['few exemplars', { ...base, exemplars: 9, sampler: 'kCenter', solver: { name: 'omp', atoms: 3 } }],
  ['too many exemplars', { ...base, granularities: ['patch'], patches: 1e6, solver: { name: 'nearest' } }],
  ...(['padim', 'patchcore', 'pca'] as const).map((name): [string, Partial<Configuration>] => [
    name,
    { ...presets[name], backbone: 'scattering', size: 64, levels: [1, 2] },
  ]),
];

for (const [name, changes] of chains)
  test(`a pipeline gives bit for bit what a detector gives, and what its own detector gives when it was saved: ${name}`, async (context) => {
    const dataset = await withBroken(context, await nut(), { train: [1, 4], test: [0, 5] });
    const pipeline = createPipeline(dataset);
    const own = await pipeline.evaluate(configure(changes));
    const detector = await fitDetector(dataset, changes);
    const expected = await evaluate(detector, dataset);
    await detector.dispose();
    for (const field of [
      'thresholds',
      'skipped',
      'decisions',
      'pixel',
      'image',
      'samples',
      'notices',
    ] as const)
      assert.deepEqual(own[field], expected[field], field);
    assert.equal(own.skipped.length, 2);
    assert.deepEqual(own.imageScores.slice(), expected.imageScores.slice());
    own.maps.forEach((map, index) => assert.deepEqual(map.data.slice(), expected.maps[index].data.slice()));
    const { map, score, sample } = await pipeline.image(configure(changes), 3);
    assert.equal(sample, samplesOf(dataset, 'test')[3]);
    assert.deepEqual(map.data.slice(), expected.maps[2].data.slice());
    assert.equal(score, expected.imageScores[2]);
    await assert.rejects(pipeline.image(configure(changes), 5), /broken\.png was skipped: /);
    await assert.rejects(pipeline.image(configure(changes), 99), /index is 99/);

    const kept = await pipeline.detector(configure(changes));
    assert.deepEqual(kept.fit!.skipped.length, 2);
    assert.deepEqual(kept.fit!.notices, detector.fit!.notices);
    assert.deepEqual(kept.training, detector.training);
    assert.deepEqual(kept.heatRange, detector.heatRange);
    const path = join(await temporaryFolder(context), 'kept.safetensors');
    await kept.save(path);
    await kept.dispose();
    const loaded = await loadDetector(path);
    const again = await evaluate(loaded, dataset);
    await loaded.dispose();
    assert.deepEqual(again.imageScores.slice(), expected.imageScores.slice());
    assert.deepEqual(again.decisions, expected.decisions);
  });

test('a changed parameter recomputes the stages after it, and no others', async () => {
  const stages: string[] = [];
  const pipeline = createPipeline(await nut(), { onComputed: ({ stage }) => stages.push(stage) });
  await pipeline.evaluate(configure(base));
  const downstream: [Partial<Configuration>, string[]][] = [
    [{}, []],
    [{ pixelFalseAlarms: 0.01 }, ['limits', 'metrics']],
    [{ sigma: 2.5 }, ['limits', 'maps', 'metrics']],
    [{ topFraction: 0.05 }, ['limits', 'maps', 'metrics']],
    [{ levelWeights: [1, 2] }, ['limits', 'maps', 'metrics']],
    [{ patches: 40 }, ['exemplars', 'bank', 'weights', 'limits', 'residuals', 'maps', 'metrics']],
    [{ lambda: 20 }, ['exemplars', 'bank', 'weights', 'limits', 'residuals', 'maps', 'metrics']],
    [
      { solver: { name: 'omp', atoms: 3 } },
      ['bank', 'bank', 'weights', 'limits', 'residuals', 'residuals', 'maps', 'metrics'],
    ],
  ];
  for (const [change, expected] of downstream) {
    stages.length = 0;
    await pipeline.evaluate(configure({ ...base, ...change }));
    // One of two memory banks may keep its exemplars; then only the other is computed anew.
    const found = stages.filter(
      (stage, at) => !['bank', 'residuals', 'exemplars'].includes(stage) || stages.indexOf(stage) === at,
    );
    assert.deepEqual(found, [...new Set(expected)], JSON.stringify(change));
  }
  stages.length = 0;
  await pipeline.evaluate(configure({ ...base, size: 96 }));
  assert.equal(stages[0], 'features');
  stages.length = 0;
  await pipeline.evaluate(configure(base));
  assert.deepEqual(stages, []);
});

test('fewer exemplars are the first of more exemplars', async () => {
  const dataset = await nut();
  for (const sampler of ['kCenter', 'subspace', 'random'] as const) {
    const changes = { ...base, granularities: ['patch'] as const, sampler, patches: 25 };
    const { reconstructors } = await createPipeline(dataset).bank(configure(changes));
    const detector = await fitDetector(dataset, changes);
    assert.deepEqual(reconstructors[0].origins, detector.reconstructors[0].origins, sampler);
    await detector.dispose();
  }
});

test('an aborted stage is not remembered, and the next one makes it', async () => {
  const pipeline = createPipeline(await nut());
  const abort = new AbortController();
  const first = pipeline.evaluate(configure(base), {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('enough')),
  });
  const second = pipeline.evaluate(configure(base));
  await assert.rejects(first, /enough/);
  assert.ok((await second).maps.length > 0);
});

test('a memo keeps the values that were used last, within its bytes', async () => {
  const memo = createMemo(10);
  const made: string[] = [];
  const get = (key: string, size: number) =>
    memo.get(
      key,
      async () => {
        made.push(key);
        return key;
      },
      () => size,
    );
  await get('a', 4);
  await get('b', 4);
  await get('a', 4);
  await get('c', 4);
  assert.equal(memo.bytes, 8);
  await get('a', 4);
  await get('b', 4);
  assert.deepEqual(made, ['a', 'b', 'c', 'b']);
  await get('whole', 11);
  await get('whole', 11);
  assert.equal(memo.bytes, 8);
  assert.equal(made.filter((key) => key === 'whole').length, 2);
  const concurrent = await Promise.all([get('d', 1), get('d', 1)]);
  assert.deepEqual([concurrent, made.filter((key) => key === 'd').length], [['d', 'd'], 1]);
});

test('features stay on disk until an image changes, and are removed when they take too much space', async (context) => {
  const folder = await temporaryFolder(context);
  const image = async (seed: number) => {
    const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, at) => ((at * seed) % 97) / 97);
    return encodePng({ width: 64, height: 64, data });
  };
  const samples: Sample[] = [];
  for (let index = 0; index < 4; index++) {
    const path = join(folder, `${index}.png`);
    await writeFile(path, await image(index + 1));
    samples.push({
      path,
      split: index < 3 ? 'train' : 'test',
      label: 'nominal',
      defect: 'good',
      maskPath: null,
    });
  }
  const dataset = { name: 'own', samples };
  const cache = join(folder, 'cache');
  const compute = async () => {
    let computed = 0;
    const store = folderFeatureStore(cache, 3e6);
    const counting: FeatureStore = {
      open: ({ extract, ...request }) =>
        store.open({
          ...request,
          extract(own, onSkip) {
            computed += own.length;
            return extract(own, onSkip);
          },
        }),
    };
    const pipeline = createPipeline(dataset, { store: counting });
    const { maps } = await pipeline.features(configure({ backbone: 'scattering', size: 64 }), 'train');
    return { computed, maps };
  };
  const first = await compute();
  const second = await compute();
  assert.deepEqual([first.computed, second.computed], [3, 0]);
  assert.deepEqual(second.maps[0].features.data.slice(), first.maps[0].features.data.slice());
  await writeFile(samples[1].path, await image(50));
  const third = await compute();
  assert.equal(third.computed, 1);
  assert.notDeepEqual(third.maps[0].features.data.slice(), first.maps[0].features.data.slice());
  assert.ok((await clearFeatureStore(cache)) > 0);
  assert.equal((await compute()).computed, 3);
});

test('a preview is calibrated on fewer nominal images than the whole: its residuals are final, its scale is not', async () => {
  const pipeline = createPipeline(await nut());
  const preview = await pipeline.preview(configure(base), 3);
  const final = await pipeline.image(configure({ ...base, metric: 'euclidean' }), 3);
  const same = await pipeline.preview(configure({ ...base, metric: 'euclidean' }), 3);
  assert.deepEqual(same.levels[0].residuals.slice(), final.levels[0].residuals.slice());
  assert.notEqual(same.score, final.score);
  assert.notEqual(preview.score, (await pipeline.image(configure(base), 3)).score);
});

test('weights of levels weigh them: all on one level gives the map of that level alone', async () => {
  const dataset = await nut();
  const pipeline = createPipeline(dataset);
  for (const at of [0, 1]) {
    const levelWeights = [0, 1].map((index) => (index === at ? 2 : 0));
    const configuration = configure({ ...base, granularities: ['image'], levelWeights });
    const { levels, map } = await pipeline.image(configuration, 12);
    const { reconstructors } = await pipeline.bank(configuration);
    const options = { size: { width: 64, height: 64 }, sigma: configuration.sigma };
    const [alone] = anomalyMaps([levels[at]], [reconstructors[0].calibration[at]], options);
    assert.deepEqual(map.data.slice(), alone.data.slice());
  }
});
