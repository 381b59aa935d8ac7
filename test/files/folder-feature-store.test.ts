import assert from 'node:assert/strict';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { folderFeatureStore } from '../../src/files';
import type { Sample } from '../../src/images';
import { createFeatureMatrix, encodeSafetensors } from '../../src/matrix';
import { temporaryFolder } from '../helpers/temporary';

async function set(context: TestContext) {
  const folder = await temporaryFolder(context);
  const samples: Sample[] = [];
  for (const name of ['a', 'b', 'c']) {
    const path = join(folder, `${name}.png`);
    await writeFile(path, name);
    samples.push({ path, split: 'train', label: 'nominal', defect: 'good', maskPath: null });
  }
  // The middle one is taken for a broken image.
  const stored = () => ({
    samples: [samples[0], samples[2]],
    indices: [0, 2],
    skipped: [{ path: samples[1].path, reason: 'no image' }],
    maps: [
      {
        ...{ level: 1, count: 2, height: 1, width: 2 },
        placement: { x: { first: 0.25, step: 0.5 }, y: { first: 0.5, step: 1 } },
        features: createFeatureMatrix(
          4,
          3,
          Float32Array.from({ length: 12 }, (_, at) => at / 3 - 1),
        ),
      },
    ],
  });
  const cache = join(folder, 'cache');
  const store = folderFeatureStore(cache);
  let computed = 0;
  const ask = async (key = 'key', own: readonly Sample[] = samples) => {
    const before = computed;
    const features = await store.remember(key, own, async () => {
      computed++;
      return stored();
    });
    return { isKnown: computed === before, features };
  };
  const file = async () => join(cache, (await readdir(cache))[0]);
  return { samples, stored, ask, file };
}

test('features are known again with the samples that were given and those that were skipped', async (context) => {
  const { samples, stored, ask } = await set(context);
  assert.equal((await ask()).isKnown, false);
  const { isKnown, features } = await ask();
  assert.ok(isKnown);
  assert.deepEqual(features, stored());
  assert.equal(features.samples[1], samples[2]);
  assert.equal((await ask('other key')).isKnown, false);
});

test('a changed, repaired, added or removed image makes the features unknown', async (context) => {
  for (const at of [0, 1, 2]) {
    const { samples, ask } = await set(context);
    await ask();
    const { path } = samples[at];
    const { atime, mtime } = await stat(path);
    await writeFile(path, 'z');
    // The same size and time of change as before, as copying tools leave them.
    await utimes(path, atime, mtime);
    assert.equal((await ask()).isKnown, false, `image ${at}`);
    assert.equal((await ask()).isKnown, true);
  }
  const { samples, ask } = await set(context);
  await ask();
  assert.equal((await ask('key', samples.slice(0, 2))).isKnown, false);
  assert.equal((await ask('key', [...samples, { ...samples[0], path: 'missing.png' }])).isKnown, false);
});

test('images in memory are computed, not kept', async (context) => {
  const { samples, ask } = await set(context);
  const pixels = { width: 1, height: 1, data: new Float32Array(3) };
  const inMemory = samples.map((sample, at) => ({ ...sample, path: `mem${at}`, pixels }));
  for (let time = 0; time < 2; time++) assert.equal((await ask('key', inMemory)).isKnown, false);
});

test('no changed byte, and no cut, ever gives other features', async (context) => {
  const { stored, ask, file } = await set(context);
  await ask();
  const path = await file();
  const whole = await readFile(path);
  const expected = stored();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, flip, isCut) => {
        const changed = Buffer.from(whole);
        changed[at] ^= flip;
        await writeFile(path, isCut ? whole.subarray(0, at) : changed);
        const { features } = await ask();
        assert.deepEqual(features, expected);
      },
    ),
    { numRuns: 300 },
  );
  // A byte of the payload is noticed, not only by luck.
  const changed = Buffer.from(whole);
  changed[whole.length - 2] ^= 1;
  await writeFile(path, changed);
  assert.equal((await ask()).isKnown, false);
});

test('features that are not finite, and shapes that lie, are not known', async (context) => {
  const { stored, ask, file } = await set(context);
  for (const change of [
    (features: ReturnType<typeof stored>) => (features.maps[0].features.data[5] = NaN),
    (features: ReturnType<typeof stored>) => (features.maps[0].count = 3),
    (features: ReturnType<typeof stored>) => (features.maps[0].height = 2),
    (features: ReturnType<typeof stored>) => (features.indices = [2, 0]),
    (features: ReturnType<typeof stored>) => (features.indices = [0, 3]),
    (features: ReturnType<typeof stored>) => (features.skipped = []),
    (features: ReturnType<typeof stored>) => {
      features.samples = [];
      features.indices = [];
    },
  ]) {
    const { samples } = await set(context);
    const store = folderFeatureStore(join(await temporaryFolder(context), 'cache'));
    const lying = stored();
    change(lying);
    let computed = 0;
    for (let time = 0; time < 2; time++)
      await store.remember('key', samples, async () => {
        computed++;
        return lying;
      });
    assert.equal(computed, 2, String(change));
  }
  await ask();
  await writeFile(await file(), encodeSafetensors(new Map(), { samples: '[]' }));
  assert.equal((await ask()).isKnown, false);
});
