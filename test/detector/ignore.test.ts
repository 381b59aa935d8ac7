import '../../src/platform';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '../../src/base';
import {
  type Configuration,
  type Detector,
  evaluate,
  exportDetector,
  fitDetector,
  loadDetector,
  networkOf,
  presets,
} from '../../src/detector';
import { type Dataset, drawSynthetic, type RgbImage, runsOf } from '../../src/images';
import { createPipeline } from '../../src/pipeline';
import { configure } from '../../src/configuration';
import { temporaryFolder } from '../helpers/temporary';

const side = 128;
/** Columns left of it are ignored. */
const border = 72;
/** Columns left of it are changed: the network sees 40 pixels around a place at most. */
const changed = 24;

const ignore = runsOf({
  ...{ width: side, height: side },
  data: Uint8Array.from({ length: side ** 2 }, (_, at) => (at % side < border ? 1 : 0)),
});

/** An image with a square of another brightness. */
function withSquare(image: RgbImage, left: number): RgbImage {
  const data = image.data.slice();
  for (let y = 50; y < 70; y++) data.fill(1, 3 * (y * side + left), 3 * (y * side + left + 16));
  return { ...image, data };
}

/** An image whose pixels well within the ignored region are noise. */
function withNoise(image: RgbImage, seed: number): RgbImage {
  const random = createRandom(seed);
  const data = image.data.map((value, at) =>
    Math.floor(at / 3) % side < changed ? random.integer(256) / 255 : value,
  );
  return { ...image, data };
}

const drawn = (seed: number) => drawSynthetic('fabric', { seed, size: side }).image;
const nominal = Array.from({ length: 10 }, (_, seed) => drawn(seed));
const test0 = drawn(30);

const fit = (images: readonly RgbImage[], changes: Partial<Configuration>) =>
  fitDetector(images, { backbone: 'scattering', size: side, mapSize: 64, patches: 40, ignore, ...changes });

async function scoreOf(detector: Detector, image: RgbImage) {
  for await (const scored of detector.score(image)) return scored;
  throw new Error('no image was scored');
}

/** Map values outside the ignored region. */
const outside = ({ data, width }: { data: Float32Array; width: number }) =>
  data.filter((_, at) => at % width >= border / (side / width));

function assertSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length);
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (let at = 0; at < actual.length; at++)
    assert.ok(
      Math.abs(actual[at] - expected[at]) < 2e-4 * scale,
      `${what}: ${actual[at]} is not ${expected[at]}`,
    );
}

const variants: Record<string, Partial<Configuration>> = {
  'the default': {},
  'images, standardized': { granularities: ['image'], standardize: true, metric: 'euclidean' },
  'patches, centred': { granularities: ['patch'], centre: true },
  'patches by subspace sampling': { granularities: ['patch'], sampler: 'subspace' },
  'positions with a window': { granularities: ['position'], window: 3, exemplars: 5 },
  place: { granularities: ['place'] },
  ...presets,
};

for (const [name, changes] of Object.entries(variants))
  test(`what an ignored region shows decides nothing: ${name}`, async () => {
    const detector = await fit(nominal, changes);
    const ofNoise = await fit(nominal.map(withNoise), changes);
    try {
      const { pixel, image } = detector.thresholds;
      assertSame([ofNoise.thresholds.pixel, ofNoise.thresholds.image], [pixel, image], 'thresholds');
      const good = await scoreOf(detector, test0);
      const noisy = await scoreOf(ofNoise, withNoise(test0, 99));
      assertSame(outside(noisy.map), outside(good.map), 'map');
      assertSame([noisy.score], [good.score], 'score');
      const hidden = await scoreOf(detector, withSquare(test0, 4));
      assertSame([hidden.score, hidden.anomalousFraction], [good.score, good.anomalousFraction], 'hidden');
      const seen = await scoreOf(detector, withSquare(test0, 100));
      assert.ok(seen.isAnomalous && seen.anomalousFraction > 0, `${seen.score} of ${image}`);
      for (const { map } of [good, hidden, seen])
        for (const [at, value] of map.data.entries())
          assert.ok(value < pixel || at % 64 >= border / 2, 'an ignored pixel reaches the threshold');
      if (changes.imageScore === undefined) assert.ok(seen.score > 2 * Math.abs(good.score - image) + image);
    } finally {
      await detector.dispose();
      await ofNoise.dispose();
    }
  });

test('a bank keeps its ignored region; exemplars come from elsewhere; its ONNX model refuses other image scores', async (context) => {
  const path = join(await temporaryFolder(context), 'bank.safetensors');
  const detector = await fit(nominal, { granularities: ['patch'], solver: { name: 'nearest' } });
  await detector.save(path);
  const loaded = await loadDetector(path);
  assert.deepEqual(loaded.configuration.ignore, ignore);
  for (const image of [test0, withSquare(test0, 90)])
    assert.deepEqual((await scoreOf(loaded, image)).map, (await scoreOf(detector, image)).map);
  const [{ origins, bank }] = loaded.reconstructors;
  const reference = bank.at(-1)!;
  for (const { position } of origins)
    assert.ok(((position! % reference.width) + 0.5) * (side / reference.width) > border - 8);
  const configuration = { ...loaded.configuration, imageScore: 'patch' as const };
  await assert.rejects(
    exportDetector({ ...loaded, configuration }, await networkOf(configuration)),
    /cannot hold an ignored region with the image score patch; expected the image score map/,
  );
  await loaded.dispose();
  await detector.dispose();
});

test('pixels that are ignored do not count in metrics, in a detector and in a pipeline', async () => {
  const sample = (pixels: RgbImage, split: 'train' | 'test', label: 'nominal' | 'anomalous', at: number) =>
    ({ path: `${split}${at}`, split, label, defect: label, maskPath: null, pixels }) as const;
  const dataset: Dataset = {
    name: 'fabric',
    samples: [
      ...nominal.map((pixels, at) => sample(pixels, 'train', 'nominal', at)),
      ...[30, 31, 32].map((seed, at) => sample(withSquare(drawn(seed), 4), 'test', 'nominal', at)),
      sample(withSquare(drawn(33), 100), 'test', 'anomalous', 3),
    ],
  };
  const changes = { backbone: 'scattering', size: side, mapSize: 64, patches: 40 } as const;
  const detector = await fitDetector(dataset, { ...changes, ignore });
  const evaluation = await evaluate(detector, dataset);
  assert.equal(evaluation.image!.auroc, 1);
  assert.equal(evaluation.decisions.image.falseAlarms, 0);
  const [good, bad] = [evaluation.decisions.pixel.falseAlarms!, 0.01];
  assert.ok(good < bad, `${good}`);
  const live = await createPipeline(dataset).evaluate(configure({ ...changes, ignore }));
  assert.deepEqual(live.imageScores, evaluation.imageScores);
  assert.deepEqual(live.decisions, evaluation.decisions);
  const without = await fitDetector(dataset, changes);
  assert.equal((await evaluate(without, dataset)).decisions.image.falseAlarms, 1);
  await detector.dispose();
  await without.dispose();
});

test('a mask that leaves nothing, or has another shape, is refused', async () => {
  const all = runsOf({ width: 4, height: 4, data: new Uint8Array(16).fill(1) });
  await assert.rejects(fit(nominal, { ignore: all }), /expected a mask that leaves some of the image/);
  const most = runsOf({
    ...{ width: side, height: side },
    data: new Uint8Array(side ** 2).fill(1).fill(0, 0, 1),
  });
  await assert.rejects(fit(nominal, { ignore: most }), /leaves no position of level 1 to look at/);
  const wide = runsOf({ width: 8, height: 4, data: new Uint8Array(32).fill(1, 3, 8) });
  await assert.rejects(
    fit(nominal, { ignore: wide }),
    /ignored region is 8x4, and nominal images are 128x128; expected a mask of their size/,
  );
});
