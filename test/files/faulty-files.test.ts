import '../../src/platform';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { join } from 'node:path';
import { decodeImage } from '../../src/files';
import { decodeWithNotices } from '../../src/files/decode';
import { inputFile, unlessPresent } from '../helpers/shared';

/** A JPEG of 40x24 pixels of noise. */
async function jpeg(options: sharp.JpegOptions = {}): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: 40 * 24 * 3 }, (_, at) => (at * at * 31 + at * 7) % 256));
  return sharp(data, { raw: { width: 40, height: 24, channels: 3 } })
    .jpeg(options)
    .toBuffer();
}

test('a JPEG without its end marker is read, told, and equals the whole one; one that lacks more is refused', async () => {
  for (const options of [{ quality: 90 }, { chromaSubsampling: '4:4:4' }]) {
    const whole = await jpeg(options);
    const pixels = (await decodeImage(whole)).data;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 200 }), async (missing) => {
        const cut = whole.subarray(0, whole.length - missing);
        const read = await decodeWithNotices(cut).catch(() => undefined);
        if (missing <= 2) {
          assert.deepEqual(read!.image.data, pixels);
          assert.deepEqual(read!.notices, [
            'the file is read in spite of a fault: its JPEG end marker is missing',
          ]);
        } else if (read) assert.deepEqual(read.image.data, pixels, `${missing} bytes cut`);
      }),
      { numRuns: 60, seed: 1, examples: [[1], [2], [3], [4], [10]] },
    );
    await assert.rejects(decodeImage(whole.subarray(0, whole.length - 40)), /premature end of JPEG image/);
  }
});

test('a progressive JPEG without its end marker is refused: nothing says whether a scan is missing', async () => {
  const whole = await jpeg({ progressive: true });
  for (const missing of [2, 397])
    await assert.rejects(
      decodeImage(whole.subarray(0, whole.length - missing)),
      /premature end of JPEG image/,
    );
});

test('a JPEG of an unknown JFIF version is read and told; with a broken scan it is refused', async () => {
  const whole = await sharp(await jpeg())
    .jpeg({ quality: 90 })
    .toBuffer();
  const place = whole.indexOf('JFIF');
  const content = place > 0 ? whole : withJfif(whole);
  const odd = Buffer.from(content);
  odd[odd.indexOf('JFIF') + 5] = 2;
  const { image, notices } = await decodeWithNotices(odd);
  assert.deepEqual(image.data, (await decodeImage(whole)).data);
  assert.match(notices.join(), /^the file is read in spite of a fault: unknown JFIF revision number 2/);
  // Both faults at once are told.
  const both = await decodeWithNotices(odd.subarray(0, odd.length - 2));
  assert.deepEqual(both.image.data, image.data);
  await assert.rejects(decodeImage(odd.subarray(0, odd.length - 60)), /premature end of JPEG image/);
});

/** A JPEG with a JFIF segment after its first marker. */
function withJfif(bytes: Buffer): Buffer {
  const segment = Buffer.from('ffe000104a46494600010100000100010000', 'hex');
  return Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
}

/** A grey TIFF of 2x2 pixels with a text tag (271, Make). */
function tiffWithText(text: Buffer): Buffer {
  const tags: [number, number, number, number][] = [
    [256, 3, 1, 2],
    [257, 3, 1, 2],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [271, 2, text.length, 200],
    [273, 4, 1, 190],
    [277, 3, 1, 1],
    [278, 3, 1, 2],
    [279, 4, 1, 4],
  ];
  const bytes = Buffer.alloc(200 + text.length);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  for (const [at, [tag, type, count, value]] of tags.entries()) {
    bytes.writeUInt16LE(tag, 10 + 12 * at);
    bytes.writeUInt16LE(type, 12 + 12 * at);
    bytes.writeUInt32LE(count, 14 + 12 * at);
    bytes.writeUInt32LE(value, 18 + 12 * at);
  }
  bytes.set([0, 51, 102, 255], 190);
  text.copy(bytes, 200);
  return bytes;
}

test('a TIFF with a zero in a text tag, or without one at its end, is read and told', async () => {
  const clean = await decodeWithNotices(tiffWithText(Buffer.from('ACME x\0')));
  assert.deepEqual(clean.notices, []);
  for (const text of ['ACME\0\0x\0', 'ACME without end']) {
    const { image, notices } = await decodeWithNotices(tiffWithText(Buffer.from(text)));
    assert.deepEqual(image.data, clean.image.data);
    assert.match(notices.join(), /^the file is read in spite of a fault: ASCII value for tag "Make"/);
  }
});

test('formats that are not decoded are named, with those that are', async () => {
  const ascii = (text: string) => Buffer.from(text, 'latin1');
  const files: [Buffer, RegExp][] = [
    [ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /it is HEIC/],
    [ascii('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'), /it is HEIC/],
    [Buffer.concat([Buffer.alloc(128), ascii('DICM'), Buffer.alloc(40)]), /it is DICOM/],
    [ascii('\0\0\0\x0cjP  \r\n\x87\n'), /it is JPEG 2000/],
    [ascii('\xff\x4f\xff\x51\0'), /it is JPEG 2000/],
    [ascii('P5\n2 2\n255\n....'), /it is PGM, PPM or another Netpbm format/],
    [ascii('P6 2 2 255 ............'), /it is PGM, PPM or another Netpbm format/],
    [ascii('\0\x05\x16\x07\0\x02\0\0Mac OS X'), /it is AppleDouble/],
    [ascii('PK\x03\x04'), /it is a zip archive/],
    [ascii('nothing known'), /its content is of no known image format/],
  ];
  for (const [bytes, reason] of files)
    await assert.rejects(decodeImage(bytes), (error: Error) => {
      assert.match(error.message, reason);
      assert.match(error.message, /expected PNG, JPEG, TIFF, WebP, GIF, AVIF or BMP/);
      return true;
    });
  const avif = await sharp(await jpeg())
    .avif()
    .toBuffer();
  assert.equal((await decodeImage(avif)).width, 40);
  avif.write('mif1', 8, 'latin1');
  assert.equal((await decodeImage(avif)).width, 40);
});

const warned = ['nul_in_ascii.tif', 'bad_jfif.jpg', 'no_eoi.jpg', 'bad_iccp.png', 'bad_time.png'].concat([
  'dup_gama.png',
  'multipage.tif',
  'short_phys.png',
]);
const calm = [
  'plain.tif',
  'private_tags.tif',
  'big.tif',
  'planar.tif',
  'trailing.jpg',
  'unknown_app.jpg',
].concat(
  ['bad_chrm.png', 'bad_exif.jpg', 'bad_text_crc.png', 'extraneous_before_eoi.jpg'],
  ['imagej.tif', 'ome.ome.tif'],
);

test('files of the trade with harmless faults', { skip: unlessPresent(inputFile('warn')) }, async () => {
  const means: Record<string, number> = {};
  assert.deepEqual(readdirSync(inputFile('warn')).sort(), [...warned, ...calm].sort());
  for (const name of [...warned, ...calm]) {
    const { image, notices } = await decodeWithNotices(inputFile('warn', name));
    assert.equal(notices.length, warned.includes(name) ? 1 : 0, name);
    means[name] = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
  }
  // All hold one picture, in TIFF and PNG exactly, in JPEG nearly; ImageJ's has its red alone.
  const isNear = (name: string) => name.endsWith('.jpg') || name === 'imagej.tif';
  for (const [name, mean] of Object.entries(means))
    assert.ok(Math.abs(mean - means['plain.tif']) < (isNear(name) ? 1e-3 : 1e-6), `${name} ${mean}`);
});

test('files of other formats', { skip: unlessPresent(inputFile('odd')) }, async () => {
  const reasons = { 'photo.heic': /HEIC/, 'scan.dcm': /DICOM/, 'photo.jp2': /JPEG 2000/, 'grey.pgm': /PGM/ };
  for (const [name, reason] of Object.entries(reasons))
    await assert.rejects(decodeImage(inputFile('odd', name)), (error: Error) => {
      assert.match(error.message, reason);
      return /expected PNG, JPEG/.test(error.message);
    });
  const others = ['photo.ppm', 'photo.tga', 'clip.mp4', 'set.zip'];
  const named = [...Object.keys(reasons), ...others, 'mpo.jpg'];
  assert.deepEqual(readdirSync(inputFile('odd')).sort(), named.sort());
  for (const name of others) await assert.rejects(decodeImage(inputFile('odd', name)), /expected PNG, JPEG/);
  assert.equal((await decodeImage(join(inputFile('odd'), 'mpo.jpg'))).width, 64);
});
