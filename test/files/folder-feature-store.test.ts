import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { readAll, type StoredFeatures } from '../../src/features';
import { folderFeatureStore, temporaryFeatureStore } from '../../src/files';
import type { Sample } from '../../src/images';
import { createFeatureMatrix } from '../../src/matrix';
import { temporaryFolder } from '../helpers/temporary';

const placement = { x: { first: 0.25, step: 0.5 }, y: { first: 0.5, step: 1 } };
const levels = [
  { level: 1, height: 1, width: 2, channels: 3, placement },
  { level: 2, height: 1, width: 1, channels: 2, placement },
];

/** Features that follow from the content of the file: its code, position and level. */
async function valuesOf({ path, pixels }: Sample, size: number, level: number): Promise<Float32Array> {
  const code = pixels ? pixels.data[0] : (await readFile(path))[0];
  return Float32Array.from({ length: size }, (_, at) => code + at / 3 + 100 * level);
}

async function set(context: TestContext) {
  const folder = await temporaryFolder(context);
  const samples: Sample[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const path = join(folder, `${name}.png`);
    await writeFile(path, name);
    samples.push({ path, split: 'train', label: 'nominal', defect: 'good', maskPath: null });
  }
  const cache = join(folder, 'cache');
  const computed: string[] = [];
  const requestOf = (own: readonly Sample[], key: string) => ({
    ...{ key, levels, samples: own },
    // Batches of two; `x` is taken for a broken image.
    async *extract(asked: readonly Sample[], onSkip?: (skipped: { path: string; reason: string }) => void) {
      for (let start = 0; start < asked.length; start += 2) {
        const batch: Sample[] = [];
        for (const sample of asked.slice(start, start + 2)) {
          computed.push(sample.path);
          if (!sample.pixels && (await readFile(sample.path, 'utf8').catch(() => 'x')) === 'x')
            onSkip?.({ path: sample.path, reason: 'no image' });
          else batch.push(sample);
        }
        if (batch.length === 0) continue;
        const maps = levels.map(async ({ channels, ...shape }) => {
          const parts: Float32Array[] = [];
          for (const sample of batch) parts.push(await valuesOf(sample, shape.width * channels, shape.level));
          const data = Float32Array.from(parts.flatMap((part) => [...part]));
          return {
            ...shape,
            count: batch.length,
            features: createFeatureMatrix(data.length / channels, channels, data),
          };
        });
        yield { samples: batch, maps: await Promise.all(maps) };
      }
    },
  });
  const open = async (own: readonly Sample[] = samples, key = 'key', store = folderFeatureStore(cache)) => {
    computed.length = 0;
    const features = await store.open(requestOf(own, key));
    return { features, computed: [...computed] };
  };
  return { folder, cache, samples, open };
}

/** Checks that features are those of the samples, in order, at both levels. */
async function assertRight({ samples, maps }: StoredFeatures): Promise<void> {
  for (const source of maps) {
    const { level, height, width, channels, features } = { ...source, ...(await readAll(source)) };
    assert.deepEqual([source.count, height, source.placement], [samples.length, 1, placement]);
    for (const [at, sample] of samples.entries()) {
      const own = features.data.slice(at * width * channels, (at + 1) * width * channels);
      assert.deepEqual(own, await valuesOf(sample, width * channels, level));
    }
  }
}

async function filesIn(cache: string): Promise<string[]> {
  const [key] = await readdir(cache);
  return (await readdir(join(cache, key))).map((name) => join(cache, key, name));
}

test('features are computed once; an image that is broken is skipped each time', async (context) => {
  const { samples, open } = await set(context);
  await writeFile(samples[1].path, 'x');
  for (const expected of [samples.map(({ path }) => path), [samples[1].path]]) {
    const { features, computed } = await open();
    assert.deepEqual(computed, expected);
    assert.deepEqual(features.indices, [0, 2, 3]);
    assert.deepEqual(features.samples, [samples[0], samples[2], samples[3]]);
    assert.deepEqual(features.skipped, [{ path: samples[1].path, reason: 'no image' }]);
    await assertRight(features);
  }
  assert.equal((await open(samples, 'other key')).computed.length, 4);
});

test('an image is known by its content: under another name, in another list, in memory', async (context) => {
  const { folder, samples, open } = await set(context);
  await open();
  const moved = { ...samples[2], path: join(folder, 'moved.png') };
  await writeFile(moved.path, 'c');
  const { computed, features } = await open([moved, samples[0]]);
  assert.deepEqual(computed, []);
  await assertRight(features);
  const inMemory = (value: number) => ({
    ...samples[0],
    path: 'memory',
    pixels: { width: 1, height: 1, data: Float32Array.of(value, 0, 0) },
  });
  assert.equal((await open([inMemory(1)])).computed.length, 1);
  assert.equal((await open([inMemory(1)])).computed.length, 0);
  assert.equal((await open([inMemory(2)])).computed.length, 1);
});

test('a changed image is computed anew, and no other, even with the size and time of the old one', async (context) => {
  const { samples, open } = await set(context);
  await open();
  const { path } = samples[3];
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'z');
  await utimes(path, atime, mtime);
  const { computed, features } = await open();
  assert.deepEqual(computed, [path]);
  await assertRight(features);
});

test('no changed byte, no cut and no exchange of files ever gives other features', async (context) => {
  const { cache, open } = await set(context);
  await open();
  const [first, second] = await filesIn(cache);
  const whole = await readFile(first);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, flip, isCut) => {
        const changed = Buffer.from(whole);
        changed[at] ^= flip;
        await writeFile(first, isCut ? whole.subarray(0, at) : changed);
        const { computed, features } = await open();
        assert.equal(computed.length, 1);
        await assertRight(features);
      },
    ),
    { numRuns: 100 },
  );
  await writeFile(first, await readFile(second));
  await assertRight((await open()).features);
});

test('a file that goes while it is in use is computed again', async (context) => {
  const { cache, open } = await set(context);
  const { features } = await open();
  await rm(cache, { recursive: true });
  await assertRight(features);
});

test('where no file can be written, features are kept in memory', async (context) => {
  const { folder, samples, open } = await set(context);
  const blocked = join(folder, 'blocked');
  await writeFile(blocked, '');
  for (let time = 0; time < 2; time++) {
    const { features, computed } = await open(samples, 'key', folderFeatureStore(join(blocked, 'cache')));
    assert.equal(computed.length, 4);
    await assertRight(features);
  }
});

test('once features are closed, those that were used longest ago go beyond the limit', async (context) => {
  const { cache, samples, open } = await set(context);
  const { features } = await open();
  const files = await filesIn(cache);
  const { size } = await stat(files[0]);
  for (const path of files) await utimes(path, 1, 1);
  await open([samples[2]]);
  await features.close();
  assert.equal((await filesIn(cache)).length, 4);
  const limited = folderFeatureStore(cache, 2.5 * size);
  const { features: again } = await open([samples[2]], 'key', limited);
  await again.close();
  assert.equal((await filesIn(cache)).length, 2);
  assert.equal((await open([samples[2]])).computed.length, 0);
});

test('a temporary store leaves nothing', async (context) => {
  const { folder, samples, open } = await set(context);
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  try {
    const { features } = await open(samples, 'key', temporaryFeatureStore());
    await assertRight(features);
    assert.equal((await readdir(temporary)).length, 1);
    await features.close();
    assert.deepEqual(await readdir(temporary), []);
    await Promise.all(samples.map(({ path }) => writeFile(path, 'x')));
    await assert.rejects(open(samples, 'key', temporaryFeatureStore()), /none of the images/);
    assert.deepEqual(await readdir(temporary), []);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});

test('features that are not finite are refused, and the error names the image', async (context) => {
  const { cache, samples } = await set(context);
  const request = {
    ...{ key: 'key', levels: [levels[1]], samples: samples.slice(0, 1) },
    async *extract(own: readonly Sample[]) {
      const features = createFeatureMatrix(1, 2, Float32Array.of(1, Number.NaN));
      yield { samples: own, maps: [{ level: 2, count: 1, height: 1, width: 1, features }] };
    },
  };
  await assert.rejects(folderFeatureStore(cache).open(request), /features of .*a\.png holds NaN/);
});
