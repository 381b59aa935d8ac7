import '../../src/platform';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeImage } from '../../src/files';
import { decodeBmp } from '../../src/files/decode-bmp';

interface Fixture {
  file: string;
  width: number;
  height: number;
  pixels: string;
}

// Made by test/fixtures/make_bmp_fixtures.py; the pixels are Pillow's.
const fixtures: Record<string, Fixture> = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'bmp.json'), 'utf8'),
);
const largest = 2 ** 20;
const fileOf = (name: string) => Buffer.from(fixtures[name].file, 'base64');

for (const [name, { width, height, pixels }] of Object.entries(fixtures))
  test(`BMP of ${name}: the pixels are Pillow's`, async () => {
    const image = decodeBmp(fileOf(name), largest);
    assert.deepEqual([image.width, image.height], [width, height]);
    assert.deepEqual([...image.data], [...Buffer.from(pixels, 'base64')]);
    const { data } = await decodeImage(fileOf(name));
    assert.deepEqual(
      [...data].map((value) => Math.round(value * 255)),
      [...image.data],
    );
  });

test('a BMP that lacks pixels is rejected, whatever its kind', () => {
  for (const name of Object.keys(fixtures)) {
    const file = fileOf(name);
    const offset = file.readUInt32LE(10);
    for (const length of [2, 17, 30, offset - 1, offset, offset + 1, offset + 3])
      assert.throws(() => decodeBmp(file.subarray(0, length), largest), Error, `${name} cut at ${length}`);
  }
});

/** A fixture with a field changed. */
function changed(name: string, at: number, value: number, bytes: 2 | 4 = 4): Buffer {
  const file = fileOf(name);
  file.writeUIntLE(value, at, bytes);
  return file;
}

test('a BMP with a wrong header is rejected with the value and what was expected', () => {
  const cases: [Buffer, RegExp][] = [
    [changed('24 bits', 28, 64, 2), /64 bits a pixel with BMP compression 0, which is not read/],
    [changed('24 bits', 28, 2, 2), /2 bits a pixel/],
    [changed('24 bits', 30, 4), /compression 4/],
    [changed('24 bits', 30, 1), /24 bits a pixel with BMP compression 1/],
    [changed('24 bits', 10, 2 ** 31), /its pixels begin at byte 2147483648; expected 54 to /],
    [changed('24 bits', 10, 53), /its pixels begin at byte 53/],
    [changed('24 bits', 14, 41), /its BMP header has 41 bytes; expected one of 12, 16/],
    [changed('24 bits', 18, 0), /its header declares 0 pixels/],
    [changed('24 bits', 18, 0xfffffff9), /its header declares 35 pixels \(-7x5\)/],
    [changed('24 bits', 18, 2 ** 28), /its header declares 1342177280 pixels/],
    [changed('24 bits', 22, 6), /its header declares 7x6 pixels, which 174 bytes cannot hold/],
    [changed('32 bits, masks', 54, 0xff00ff), /its colour mask 0xff00ff is not a run of bits/],
    [changed('32 bits, masks', 58, 0), /its colour mask 0x0 is not a run of bits/],
    [changed('8 bits', 46, 30), /but its palette has 30 only/],
  ];
  for (const [file, reason] of cases) assert.throws(() => decodeBmp(file, largest), reason);
});

test('random bytes behind a BMP header decode to the declared size or are rejected', () => {
  const header = fc.record({
    size: fc.constantFrom(12, 16, 40, 52, 56, 64, 108, 124),
    width: fc.integer({ min: 0, max: 30 }),
    height: fc.integer({ min: -20, max: 20 }),
    bits: fc.constantFrom(1, 4, 8, 16, 24, 32),
    compression: fc.constantFrom(0, 0, 0, 1, 2, 3, 6),
    offset: fc.constantFrom(50, 100, 140, 300, 1200),
  });
  let decoded = 0;
  fc.assert(
    fc.property(header, fc.uint8Array({ minLength: 1000, maxLength: 4000, size: 'max' }), (fields, bytes) => {
      const file = Buffer.from(bytes);
      file.write('BM', 'latin1');
      file.writeUInt32LE(fields.offset, 10);
      file.writeUInt32LE(fields.size, 14);
      file.writeInt32LE(fields.width, 18);
      file.writeInt32LE(fields.height, 22);
      file.writeUInt16LE(fields.bits, 28);
      file.writeUInt32LE(fields.compression, 30);
      try {
        const { width, height, data } = decodeBmp(file, largest);
        assert.equal(data.length, width * height * 3);
        decoded++;
      } catch (error) {
        assert.ok(error instanceof Error && /^(its|it|a pixel) /.test(error.message), String(error));
      }
    }),
    { numRuns: 2000, seed: 5 },
  );
  assert.ok(decoded > 50, `${decoded} of 2000 decoded`);
});
