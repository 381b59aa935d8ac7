import '../../src/platform';
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodeMask, encodeMaskPng, folder, loadSample } from '../../src/files';
import { fillRuns } from '../../src/files/masks/coco-runs';
import { decodeWholeMask } from '../../src/files/masks/decode-mask';
import { fillPolygon, type Point } from '../../src/files/masks/fill-polygon';
import { turnMask } from '../../src/files/masks/turn-mask';
import { emptyMask, type Mask } from '../../src/images';
import { temporaryFolder } from '../helpers/temporary';

interface PolygonFixture {
  width: number;
  height: number;
  polygons: { points: Point[]; cover: string; coco: string; runs: string }[];
}
const fixture = async () =>
  JSON.parse(await readFile(join(__dirname, '..', 'fixtures', 'polygons.json'), 'utf8')) as PolygonFixture;

const maskOf = (width: number, height: number, isMarked: (x: number, y: number) => boolean): Mask => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, at) => +isMarked(at % width, Math.floor(at / width))),
});

test('polygons are filled as Pillow and pycocotools fill them, but for pixels on the outline', async () => {
  const { width, height, polygons } = await fixture();
  let differing = 0;
  for (const { points, cover, coco } of polygons) {
    const mask = emptyMask({ width, height });
    fillPolygon(mask, points);
    for (let at = 0; at < mask.data.length; at++) {
      // 15: a pixel that the polygon covers wholly; 0: not at all.
      const share = parseInt(cover[at], 16);
      if (share === 15) assert.equal(mask.data[at], 1, `${JSON.stringify(points)} at ${at}`);
      if (share === 0) assert.equal(mask.data[at], 0, `${JSON.stringify(points)} at ${at}`);
      differing += +(mask.data[at] !== Number(coco[at]));
    }
  }
  assert.ok(differing < 0.02 * width * height * polygons.length, `${differing} pixels are not pycocotools'`);
});

test("COCO's runs give the mask that pycocotools encoded", async () => {
  const { width, height, polygons } = await fixture();
  for (const { coco, runs } of polygons) {
    const mask = emptyMask({ width, height });
    fillRuns(mask, runs);
    assert.equal(mask.data.join(''), coco);
  }
  assert.throws(
    () => fillRuns(emptyMask({ width: 2, height: 2 }), [1, 2]),
    /runs hold 3 pixels; expected 2x2/,
  );
});

test('a polygon that holds no middle of a pixel marks its outline', () => {
  const mask = emptyMask({ width: 6, height: 3 });
  fillPolygon(mask, [
    [1.1, 1.6],
    [4.9, 1.7],
    [4.9, 1.8],
  ]);
  assert.deepEqual([...mask.data], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test('a mask is turned as sharp turns a photo of each orientation', async () => {
  const mask = maskOf(5, 3, (x, y) => (x * 7 + y * 3) % 4 === 1);
  const png = await encodeMaskPng(mask);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const tagged = await sharp(png).withMetadata({ orientation }).png().toBuffer();
    assert.deepEqual(turnMask(mask, orientation), await decodeMask(tagged), `orientation ${orientation}`);
  }
});

test('a mask is the same whatever its background, its foreground, its type and whether it is inverted', async () => {
  const blob = fc.record({
    x: fc.integer({ min: 4, max: 20 }),
    y: fc.integer({ min: 4, max: 12 }),
    radius: fc.integer({ min: 2, max: 4 }),
    values: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 101, max: 255 })),
    isInverted: fc.boolean(),
    isDeep: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(blob, async ({ x, y, radius, values: [low, high], isInverted, isDeep }) => {
      const wanted = maskOf(26, 18, (column, row) => (column - x) ** 2 + (row - y) ** 2 <= radius ** 2);
      const grey = wanted.data.map((value) => ((value === 1) !== isInverted ? high : low));
      const samples = isDeep ? Uint16Array.from(grey, (value) => value * 257) : grey;
      const image = sharp(samples, { raw: { width: 26, height: 18, channels: 1 } });
      const read = await decodeWholeMask(
        await image
          .toColourspace(isDeep ? 'grey16' : 'b-w')
          .png()
          .toBuffer(),
      );
      assert.deepEqual(read.mask, wanted);
      assert.equal(
        read.notices.some((notice) => notice.includes('inverted')),
        isInverted,
      );
      assert.equal(
        read.notices.some((notice) => notice.includes('least value')),
        low > 0,
      );
    }),
    { numRuns: 100 },
  );
});

/** A folder of nominal images and one of kind `hole`, 20 x 10 pixels, with these files. */
async function annotated(root: string, files: Record<string, string | Buffer>) {
  const png = await encodeMaskPng(emptyMask({ width: 20, height: 10 }));
  for (const [name, content] of Object.entries({
    'good/0.png': png,
    'good/1.png': png,
    'hole/a.png': png,
    ...files,
  })) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  const { samples, unused } = await folder(root);
  return { sample: samples.find(({ defect }) => defect === 'hole')!, unused };
}

test('LabelMe, COCO and YOLO files mark the same box', async (context) => {
  const size = { width: 20, height: 10 };
  const coco = (more: object) =>
    JSON.stringify({
      images: [{ id: 3, file_name: 'hole/a.png', ...size }],
      annotations: [{ image_id: 3, ...more }],
    });
  const box = [4, 2, 10, 2, 10, 8, 4, 8];
  const corners = [
    [4, 2],
    [10, 8],
  ];
  const labelMe = (shape: object) =>
    JSON.stringify({ shapes: [{ label: 'x', ...shape }], imageWidth: 20, imageHeight: 10 });
  const forms: Record<string, string>[] = [
    { 'hole/a.json': labelMe({ points: corners, shape_type: 'rectangle' }) },
    {
      'masks/hole/a.json': labelMe({
        points: [
          [4, 2],
          [10, 2],
          [10, 8],
          [4, 8],
        ],
      }),
    },
    { 'annotations.json': coco({ bbox: [4, 2, 6, 6] }) },
    { 'hole/_annotations.coco.json': coco({ segmentation: [box], bbox: [0, 0, 1, 1] }) },
    { 'labels/hole/a.txt': '0 0.35 0.5 0.3 0.6\n' },
    { 'hole/a.txt': `1 ${box.map((value, at) => value / (at % 2 ? 10 : 20)).join(' ')}` },
  ];
  const wanted = maskOf(20, 10, (x, y) => x >= 4 && x < 10 && y >= 2 && y < 8);
  for (const files of forms) {
    const { sample, unused } = await annotated(await temporaryFolder(context), files);
    assert.deepEqual(unused, [], Object.keys(files)[0]);
    assert.deepEqual((await loadSample(sample)).mask, wanted, Object.keys(files)[0]);
  }
});

test('a text that is no annotation is not used, a broken annotation is told by name', async (context) => {
  const { sample, unused } = await annotated(await temporaryFolder(context), {
    'hole/a.txt': 'seen on Monday',
  });
  assert.equal(sample.maskPath, null);
  assert.equal(unused!.length, 1);
  const broken = await annotated(await temporaryFolder(context), {
    'hole/a.json': '{"shapes":[{"points":3}]}',
  });
  await assert.rejects(loadSample(broken.sample), /cannot read annotations .*a\.json: LabelMe file\.shapes/);
  const large = JSON.stringify({ shapes: [], imageWidth: 40, imageHeight: 10 });
  const other = await annotated(await temporaryFolder(context), { 'hole/a.json': large });
  await assert.rejects(loadSample(other.sample), /a\.json is 40x10, its image .*a\.png 20x10/);
});

test('a mask drawn on a photo as it is stored lies on the photo as EXIF turns it', async (context) => {
  const stored = maskOf(20, 10, (x, y) => x < 5 && y < 3);
  for (const orientation of [1, 3, 6, 8]) {
    const photo = await sharp(await encodeMaskPng(emptyMask(stored)))
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const files = { 'hole/a.png': photo, 'masks/hole/a.png': await encodeMaskPng(stored) };
    const { sample } = await annotated(await temporaryFolder(context), files);
    const { mask, notices } = await loadSample(sample);
    assert.deepEqual(mask, turnMask(stored, orientation));
    assert.equal(notices!.length, orientation === 3 ? 1 : 0);
  }
});
