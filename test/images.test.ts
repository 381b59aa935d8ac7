import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encode as encodeBmp } from 'bmp-ts';
import sharp from 'sharp';
import {
  btadCategory,
  decodeImage,
  decodeMask,
  defectNames,
  drawSynthetic,
  encodePng,
  folder,
  loadSample,
  loadSamples,
  mtd,
  mvtecCategory,
  type SkippedSample,
  surfaceNames,
  writeSyntheticSet,
} from '../src/images';
import { mtdRoot, unlessPresent } from './helpers/shared';
import { temporaryFolder } from './helpers/temporary';

/** 2 x 1 pixels: orange and sea green. */
const pixels = Buffer.from([255, 128, 0, 0, 64, 255]);
const raw = { raw: { width: 2, height: 1, channels: 3 } } as const;
const expected = [1, 128 / 255, 0, 0, 64 / 255, 1];

function assertPixels(actual: Float32Array, wanted: number[], tolerance = 1e-6) {
  assert.equal(actual.length, wanted.length);
  wanted.forEach((value, index) => {
    assert.ok(
      Math.abs(actual[index] - value) <= tolerance,
      `value ${index}: ${actual[index]}, expected ${value}`,
    );
  });
}

test('PNG, TIFF, WebP and BMP decode to the same RGB', async () => {
  const image = () => sharp(pixels, raw);
  const abgr = Buffer.from([255, 0, 128, 255, 255, 255, 64, 0]);
  const files = [
    await image().png().toBuffer(),
    await image().tiff({ compression: 'none' }).toBuffer(),
    await image().webp({ lossless: true }).toBuffer(),
    Buffer.from(encodeBmp({ data: abgr, width: 2, height: 1, bitPP: 24 }).data),
  ];
  for (const file of files) {
    const { width, height, data } = await decodeImage(file);
    assert.deepEqual([width, height], [2, 1]);
    assertPixels(data, expected);
  }
});

test('16 bits keep their precision; grey spreads over RGB; alpha is dropped', async () => {
  const grey16 = await sharp(Uint16Array.of(1000, 65535), { raw: { width: 2, height: 1, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
  assert.equal((await sharp(grey16).metadata()).depth, 'ushort');
  assertPixels((await decodeImage(grey16)).data, [1000 / 65535, 1000 / 65535, 1000 / 65535, 1, 1, 1]);
  const grey = await sharp(Buffer.from([10, 200]), { raw: { width: 2, height: 1, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  assertPixels(
    (await decodeImage(grey)).data,
    [10, 10, 10, 200, 200, 200].map((value) => value / 255),
  );
  const alpha = await sharp(Buffer.from([255, 128, 0, 0, 0, 64, 255, 255]), {
    raw: { width: 2, height: 1, channels: 4 },
  })
    .png()
    .toBuffer();
  assertPixels((await decodeImage(alpha)).data, expected);
});

test('framing stretches, or crops the centre; masks are resized by nearest neighbour', async () => {
  const wide = {
    width: 40,
    height: 20,
    data: Float32Array.from({ length: 40 * 20 * 3 }, (_, index) => (Math.floor(index / 3) % 40 < 20 ? 0 : 1)),
  };
  const png = await encodePng(wide);
  const stretched = await decodeImage(png, { size: 10 });
  assert.deepEqual([stretched.width, stretched.height], [10, 10]);
  assertPixels(stretched.data.slice(0, 3), [0, 0, 0], 0.02);
  const cropped = await decodeImage(png, { size: 10, fit: 'crop', resize: 20 });
  assert.equal(cropped.data[4 * 3], 0);
  assert.equal(cropped.data[5 * 3], 1);
  const mask = await decodeMask(png, { size: 8 });
  assert.deepEqual(Array.from(mask.data.slice(0, 8)), [0, 0, 0, 0, 1, 1, 1, 1]);
  await assert.rejects(
    decodeImage(png, { size: 10, fit: 'crop', resize: 5 }),
    /resize is 5; expected an integer in \[size/,
  );
});

test('masks are anomalous from half of white on', async () => {
  const png = await sharp(Buffer.from([0, 127, 128, 255]), { raw: { width: 4, height: 1, channels: 1 } })
    .png()
    .toBuffer();
  assert.deepEqual(Array.from((await decodeMask(png)).data), [0, 0, 1, 1]);
});

test('broken images are refused by name', async (context) => {
  const root = await temporaryFolder(context);
  const png = await encodePng(drawSynthetic('wood', null, 1).image);
  const broken: Record<string, Buffer> = {
    'truncated.png': png.subarray(0, png.length / 2),
    'empty.png': Buffer.alloc(0),
    'text.jpg': Buffer.from('this is not an image'),
    'short.bmp': Buffer.from('BM12345'),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    const path = join(root, name);
    await writeFile(path, bytes);
    await assert.rejects(
      decodeImage(path),
      (error: Error) => error.message.startsWith(`cannot decode image ${path}: `),
      name,
    );
  }
  await assert.rejects(decodeImage(join(root, 'none.png')), /cannot read image .*none\.png/);
});

test("a synthetic set is read as MVTec AD's layout; the same seed draws the same bytes", async (context) => {
  const root = await temporaryFolder(context);
  const options = { size: 32, train: 2, testNominal: 1, perDefect: 1, seed: 3 };
  await writeSyntheticSet(join(root, 'a'), options);
  await writeSyntheticSet(join(root, 'b'), options);
  assert.deepEqual((await readdir(join(root, 'a'))).sort(), [...surfaceNames].sort());
  for (const surface of surfaceNames) {
    const { samples } = await mvtecCategory(join(root, 'a'), surface);
    assert.equal(samples.filter(({ split }) => split === 'train').length, 2);
    assert.deepEqual(
      [...new Set(samples.map(({ defect }) => defect))].sort(),
      ['good', ...defectNames].sort(),
    );
    for (const sample of samples) {
      const { mask } = await loadSample(sample);
      assert.equal(mask!.data.includes(1), sample.label === 'anomalous');
      assert.deepEqual(
        await readFile(sample.path),
        await readFile(sample.path.replace(`${root}/a`, `${root}/b`)),
      );
    }
  }
});

test('masks of the synthetic set are exact: outside, a defect changes nothing', () => {
  for (const surface of surfaceNames) {
    for (const defect of defectNames) {
      const nominal = drawSynthetic(surface, null, 5).image;
      const { image, mask } = drawSynthetic(surface, defect, 5);
      let changedInside = 0;
      for (let pixel = 0; pixel < mask.data.length; pixel++) {
        const change = Math.max(
          ...[0, 1, 2].map((c) => Math.abs(image.data[pixel * 3 + c] - nominal.data[pixel * 3 + c])),
        );
        if (mask.data[pixel]) changedInside += change > 0.02 ? 1 : 0;
        else assert.ok(change <= 0.25, `${surface} ${defect}: a nominal pixel changed by ${change}`);
      }
      assert.ok(changedInside > 0, `${surface} ${defect}`);
    }
  }
});

async function writeImages(root: string, paths: string[]) {
  const png = await encodePng({ width: 4, height: 4, data: new Float32Array(48) });
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), png);
  }
}

test("BTAD's layout: masks by stem, whatever their extension", async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, [
    '01/train/ok/0.png',
    '01/test/ok/1.png',
    '01/test/ko/2.bmp',
    '01/ground_truth/ko/2.png',
  ]);
  const { samples } = await btadCategory(root, '01');
  assert.deepEqual(
    samples.map(({ label, defect }) => `${label} ${defect}`),
    ['nominal good', 'anomalous ko', 'nominal good'],
  );
  assert.equal(samples[1].maskPath, join(root, '01/ground_truth/ko/2.png'));
});

test("a folder of one's own: good/ is divided by the seed, the rest is tested", async (context) => {
  const root = await temporaryFolder(context);
  const good = Array.from({ length: 10 }, (_, index) => `good/${index}.png`);
  await writeImages(root, [...good, 'dent/a.png', 'dent/b.png', 'masks/dent/a_mask.png', 'notes/readme.txt']);
  const { samples } = await folder(root, { seed: 1 });
  assert.equal(samples.filter(({ split }) => split === 'train').length, 8);
  const [a, b] = samples.filter(({ defect }) => defect === 'dent');
  assert.equal(a.maskPath, join(root, 'masks/dent/a_mask.png'));
  assert.equal(b.maskPath, null);
  assert.equal((await loadSample(b)).mask, null);
  assert.deepEqual(await folder(root, { seed: 1 }), { name: samples && root.split('/').pop(), samples });
  await assert.rejects(folder(join(root, 'good')), /cannot read folder .*good\/good/);
  await assert.rejects(
    folder(root, { trainFraction: 1 }),
    /trainFraction is 1; expected a number in \(0, 1\)/,
  );
});

test('a mask of another size is refused, or skipped and reported', async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, ['good/0.png', 'good/1.png', 'dent/a.png']);
  await mkdir(join(root, 'masks/dent'), { recursive: true });
  await writeFile(
    join(root, 'masks/dent/a.png'),
    await encodePng({ width: 5, height: 4, data: new Float32Array(60) }),
  );
  const dataset = await folder(root, { trainFraction: 0.5 });
  const sample = dataset.samples.find(({ defect }) => defect === 'dent')!;
  await assert.rejects(
    loadSample(sample),
    /mask .*a\.png is 5x4, its image .*a\.png 4x4; give a mask of the image's size/,
  );
  const skipped: SkippedSample[] = [];
  const seen: string[] = [];
  for await (const { defect } of loadSamples(dataset, { split: 'test', onSkip: (one) => skipped.push(one) }))
    seen.push(defect);
  assert.deepEqual(seen, ['good']);
  assert.equal(skipped[0].path, sample.path);
});

test(
  'MTD: 200 free tiles to train on, the other 100 and every defect to test',
  {
    skip: unlessPresent(mtdRoot),
  },
  async () => {
    const { samples } = await mtd(mtdRoot);
    const count = (split: string, defect: string) =>
      samples.filter((sample) => sample.split === split && sample.defect === defect).length;
    assert.deepEqual(
      [count('train', 'good'), count('test', 'good'), count('test', 'blowhole'), count('test', 'break')],
      [200, 100, 115, 85],
    );
    const broken = samples.find(({ defect }) => defect === 'break')!;
    const { image, mask } = await loadSample(broken, { size: 224 });
    assert.equal(image.data.length, 224 * 224 * 3);
    assert.ok(mask!.data.includes(1));
    await assert.rejects(mtd(join(mtdRoot, 'MT_Free')), /expected MTD's layout/);
  },
);
