import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Configuration, configure, evaluate, fitDetector } from '../../src/detector';
import { clearFeatureStore, encodePng, folderFeatureStore, openDatasets } from '../../src/files';
import type { Dataset, Sample } from '../../src/images';
import { createMemo, createPipeline } from '../../src/pipeline';
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

test('a pipeline gives bit for bit what a detector gives', async () => {
  const dataset = await nut();
  const pipeline = createPipeline(dataset);
  const own = await pipeline.evaluate(configure(base));
  const detector = await fitDetector(dataset, base);
  const expected = await evaluate(detector, dataset);
  await detector.dispose();
  assert.deepEqual(own.thresholds, expected.thresholds);
  assert.deepEqual(own.imageScores.slice(), expected.imageScores.slice());
  own.maps.forEach((map, index) => assert.deepEqual(map.data.slice(), expected.maps[index].data.slice()));
  assert.equal(own.pixel!.pro, expected.pixel!.pro);
  const { map, score } = await pipeline.image(configure(base), 3);
  assert.deepEqual(map.data.slice(), expected.maps[3].data.slice());
  assert.equal(score, expected.imageScores[3]);
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
    // Of two memory banks one may keep its exemplars; then only the other is computed anew.
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
  assert.equal(memo.bytes, 0);
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
    const counting = {
      ...store,
      write: (...args: Parameters<typeof store.write>) => {
        computed++;
        return store.write(...args);
      },
    };
    const pipeline = createPipeline(dataset, { store: counting });
    const { maps } = await pipeline.features(configure({ backbone: 'scattering', size: 64 }), 'train');
    return { computed, maps };
  };
  const first = await compute();
  const second = await compute();
  assert.deepEqual([first.computed, second.computed], [1, 0]);
  assert.deepEqual(second.maps[0].features.data.slice(), first.maps[0].features.data.slice());
  await writeFile(samples[1].path, await image(50));
  const third = await compute();
  assert.equal(third.computed, 1);
  assert.notDeepEqual(third.maps[0].features.data.slice(), first.maps[0].features.data.slice());
  assert.ok((await clearFeatureStore(cache)) > 0);
  assert.equal((await compute()).computed, 1);
});
