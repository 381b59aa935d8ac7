import '../../src/platform';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { decodeImage, decodeMask, encodePng } from '../../src/files';
import { containedIn, drawSynthetic } from '../../src/images';
import { bmpOf } from '../helpers/bmp-of';
import { tiffOf } from '../helpers/tiff-of';
import { temporaryFolder } from '../helpers/temporary';

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
  const files = [
    await image().png().toBuffer(),
    await image().tiff({ compression: 'none' }).toBuffer(),
    await image().webp({ lossless: true }).toBuffer(),
    bmpOf(pixels, 2, 1),
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
    /resize is 5; expected an integer in \[10, 16384\], at least the image size/,
  );
});

test('containing changes the aspect ratio by a quarter at most, and continues the border; masks lie at the same place', async () => {
  // The left half is black, the right half white.
  const halves = (width: number, height: number) =>
    encodePng({
      width,
      height,
      data: Float32Array.from({ length: width * height * 3 }, (_, index) =>
        Math.floor(index / 3) % width < width / 2 ? 0 : 1,
      ),
    });
  const wide = await halves(40, 20);
  const framing = { size: 20, fit: 'contain' } as const;
  assert.deepEqual(containedIn({ width: 40, height: 20 }, { width: 20, height: 20 }), {
    ...{ left: 0, top: 3, width: 20, height: 13 },
  });
  const image = await decodeImage(wide, framing);
  for (const y of [0, 2, 3, 15, 16, 19])
    assertPixels(Float32Array.of(image.data[(y * 20 + 2) * 3], image.data[(y * 20 + 17) * 3]), [0, 1], 0.02);
  const mask = await decodeMask(wide, framing);
  const rows = Array.from({ length: 20 }, (_, y) => mask.data[y * 20 + 17]);
  assert.deepEqual(
    rows.flatMap((value, y) => (value ? [y] : [])),
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  // An image of nearly the frame's shape fills it.
  for (const [width, height] of [
    [40, 33],
    [33, 40],
  ])
    assert.deepEqual(containedIn({ width, height }, { width: 20, height: 20 }), {
      ...{ left: 0, top: 0, width: 20, height: 20 },
    });
});

test('what is contained lies in the middle, touches two sides, and is distorted by a quarter at most', () => {
  const side = fc.integer({ min: 1, max: 3000 });
  const size = fc.record({ width: side, height: side });
  fc.assert(
    fc.property(
      size,
      fc.record({ width: fc.integer({ min: 8, max: 600 }), height: fc.integer({ min: 8, max: 600 }) }),
      (own, frame) => {
        const { left, top, width, height } = containedIn(own, frame);
        assert.ok(width === frame.width || height === frame.height);
        assert.ok(width <= frame.width && height <= frame.height);
        assert.ok(
          Math.abs(2 * left + width - frame.width) <= 1 && Math.abs(2 * top + height - frame.height) <= 1,
        );
        // Sides are whole numbers: each is off by half a pixel at most.
        const most = ((width + 0.5) / (height - 0.5)) * (own.height / own.width);
        const least = ((width - 0.5) / (height + 0.5)) * (own.height / own.width);
        if (height > 1 && width > 1)
          assert.ok(most > 1 / 1.25 - 1e-9 && least < 1.25 + 1e-9, `${width}x${height}`);
      },
    ),
  );
});

test('broken images are rejected by name', async (context) => {
  const root = await temporaryFolder(context);
  const png = await encodePng(drawSynthetic('wood', { seed: 1 }).image);
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

test('an image whose format does not say which value is white is rejected', async () => {
  const grey = (data: Uint16Array) => sharp(data, { raw: { width: 2, height: 1, channels: 1 } });
  await assert.rejects(
    decodeImage(tiffOf({ values: [0.2, 1], bits: 32, format: 'float' })),
    /samples are of type float, of which nothing says which value is white/,
  );
  const twelve = await grey(Uint16Array.of(4000, 12)).toColourspace('grey16').png().toBuffer();
  await assert.rejects(
    decodeImage(twelve),
    /its 16-bit samples reach 4000 only, .* nothing says which value is white: say it with --white/,
  );
});

test('in a mask every colour but black is anomalous, and transparent pixels are nominal', async () => {
  const row = (data: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4) =>
    sharp(data, { raw: { width: data.length / channels, height: 1, channels } });
  const masks: [string, Buffer, number[]][] = [
    [
      'labels 0 and 1',
      await row(Uint8Array.of(0, 1, 2), 1)
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      [0, 1, 1],
    ],
    ['16 bits', await row(Uint16Array.of(0, 255), 1).toColourspace('grey16').png().toBuffer(), [0, 1]],
    [
      'a dark palette',
      await row(Uint8Array.of(0, 0, 0, 0, 0, 30), 3)
        .png({ palette: true })
        .toBuffer(),
      [0, 1],
    ],
    [
      'white in alpha',
      await row(Uint8Array.of(255, 255, 255, 0, 255, 255, 255, 255), 4)
        .png()
        .toBuffer(),
      [0, 1],
    ],
    [
      'black in alpha',
      await row(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255), 4)
        .png()
        .toBuffer(),
      [0, 1],
    ],
    [
      'labels and white',
      await row(Uint8Array.of(0, 1, 2, 255), 1)
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      [0, 1, 1, 1],
    ],
    [
      'many labels',
      await row(Uint8Array.of(0, 1, 2, 3, 4, 4, 255), 1)
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      [0, 1, 1, 1, 1, 1, 1],
    ],
    [
      'soft edges',
      await row(Uint8Array.of(0, 3, 90, 180, 255, 255, 255, 128, 127, 1), 1)
        .toColourspace('b-w')
        .png()
        .toBuffer(),
      [0, 0, 0, 1, 1, 1, 1, 1, 0, 0],
    ],
    ['an empty mask', await row(Uint8Array.of(0, 0), 1).toColourspace('b-w').png().toBuffer(), [0, 0]],
  ];
  for (const [name, bytes, expectedMask] of masks)
    assert.deepEqual([...(await decodeMask(bytes)).data], expectedMask, name);
});

test('a lossy WebP mask is anomalous from half of white on, a lossless one wherever it is not black', async () => {
  const size = 48;
  const disc = Buffer.from(
    Array.from({ length: size * size }, (_, at) =>
      (Math.floor(at / size) - 20) ** 2 + ((at % size) - 29) ** 2 < 60 ? 255 : 0,
    ),
  );
  const image = () => sharp(disc, { raw: { width: size, height: size, channels: 1 } });
  const area = disc.filter((value) => value > 0).length;
  for (const quality of [20, 60, 90]) {
    const { data } = await decodeMask(await image().webp({ quality }).toBuffer());
    const differing = data.filter((value, at) => value !== disc[at] / 255).length;
    assert.ok(differing < area * 0.1, `${differing} of ${area} pixels differ at quality ${quality}`);
  }
  const labels = sharp(Buffer.from(disc.map((value) => value / 255)), {
    raw: { width: size, height: size, channels: 1 },
  });
  const { data } = await decodeMask(await labels.webp({ lossless: true }).toBuffer());
  assert.equal(data.filter((value) => value === 1).length, area);
});
