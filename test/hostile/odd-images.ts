import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { decodeImage } from '../../src/files';
import { bmpOf } from '../helpers/bmp-of';
import { tiffOf } from '../helpers/tiff-of';
import type { Hostile } from './hostile';

/** 12 x 8 pixels: a slope of red, green at half, blue falling. */
function slope(channels: 1 | 2 | 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(12 * 8 * channels);
  for (let at = 0; at < data.length; at++)
    data[at] = [Math.floor(at / channels) * 2, 128, 255 - Math.floor(at / channels) * 2, 200][at % channels];
  return sharp(data, { raw: { width: 12, height: 8, channels } });
}

const bmp = (bits: 24 | 32) => bmpOf(Buffer.alloc(12 * 8 * 3, 0x60), 12, 8, bits);

/** A frame of a larger image whose rows are more than the bytes. */
function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeInt32LE(value, at);
  return copy;
}

const whole = /^decoded to 12x8$/;
const ambiguous = /of which nothing says which value is white: say it with --white/;
const refused = /^cannot decode image .*; replace the file or leave it out$/;

type OddFile = [input: string, extension: string, make: () => Promise<Buffer> | Buffer, outcome: RegExp];

const files: OddFile[] = [
  ['PNG, RGB', 'png', () => slope().png().toBuffer(), whole],
  ['PNG, grey', 'png', () => slope(1).toColourspace('b-w').png().toBuffer(), whole],
  ['PNG, grey with alpha', 'png', () => slope(2).toColourspace('b-w').png().toBuffer(), whole],
  ['PNG, RGB with alpha', 'png', () => slope(4).png().toBuffer(), whole],
  ['PNG, palette', 'png', () => slope().png({ palette: true }).toBuffer(), whole],
  ['PNG, palette of 2 colours', 'png', () => slope().png({ palette: true, colours: 2 }).toBuffer(), whole],
  ['PNG, interlaced', 'png', () => slope().png({ progressive: true }).toBuffer(), whole],
  ['PNG, 16 bits', 'png', () => slope().toColourspace('rgb16').png().toBuffer(), whole],
  ['PNG, 16 bits with alpha', 'png', () => slope(4).toColourspace('rgb16').png().toBuffer(), whole],
  ['PNG, 16 bits grey', 'png', () => slope(1).toColourspace('grey16').png().toBuffer(), whole],
  ['PNG in Display P3', 'png', () => slope().withIccProfile('p3').png().toBuffer(), whole],
  [
    'PNG followed by other bytes',
    'png',
    async () => Buffer.concat([await slope().png().toBuffer(), Buffer.alloc(99)]),
    whole,
  ],
  ['JPEG, grey', 'jpg', () => slope(1).toColourspace('b-w').jpeg().toBuffer(), whole],
  ['JPEG, progressive', 'jpg', () => slope().jpeg({ progressive: true }).toBuffer(), whole],
  ['JPEG, 4:4:4', 'jpg', () => slope().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(), whole],
  ['JPEG, CMYK', 'jpg', () => slope().toColourspace('cmyk').jpeg().toBuffer(), whole],
  ['JPEG in Display P3', 'jpg', () => slope().withIccProfile('p3').jpeg().toBuffer(), whole],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation): OddFile => [
    `JPEG of EXIF orientation ${orientation}`,
    'jpg',
    () => slope().withMetadata({ orientation }).jpeg().toBuffer(),
    orientation < 5 ? whole : /^decoded to 8x12$/,
  ]),
  ['TIFF, LZW', 'tif', () => slope().tiff({ compression: 'lzw' }).toBuffer(), whole],
  [
    'TIFF, deflate with prediction',
    'tif',
    () => slope().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer(),
    whole,
  ],
  ['TIFF, JPEG inside', 'tif', () => slope().tiff({ compression: 'jpeg' }).toBuffer(), whole],
  ['TIFF, PackBits', 'tif', () => slope().tiff({ compression: 'packbits' }).toBuffer(), whole],
  [
    'TIFF, fax of 1 bit',
    'tif',
    () => slope(1).toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer(),
    whole,
  ],
  [
    'TIFF, 4 bits',
    'tif',
    () => slope(1).toColourspace('b-w').tiff({ compression: 'none', bitdepth: 4 }).toBuffer(),
    whole,
  ],
  ['TIFF, tiles', 'tif', () => slope().tiff({ tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(), whole],
  ['TIFF, pyramid', 'tif', () => slope().tiff({ tile: true, pyramid: true }).toBuffer(), whole],
  ['TIFF, CMYK', 'tif', () => slope().toColourspace('cmyk').tiff().toBuffer(), whole],
  [
    'TIFF, CIELAB',
    'tif',
    () => slope().toColourspace('lab').tiff({ compression: 'none' }).toBuffer(),
    /its colours are of the kind lab: save it as grey or RGB/,
  ],
  ['TIFF, 16 bits', 'tif', () => slope().toColourspace('rgb16').tiff().toBuffer(), whole],
  [
    'TIFF of 8 bits by hand',
    'tif',
    () => tiffOf({ values: [0, 255], bits: 8, format: 'uint' }),
    /^decoded to 2x1$/,
  ],
  [
    'TIFF of 16 bits by hand',
    'tif',
    () => tiffOf({ values: [0, 65535], bits: 16, format: 'uint' }),
    /^decoded to 2x1$/,
  ],
  [
    'TIFF, 12 bits in 16',
    'tif',
    () => tiffOf({ values: [0, 4095], bits: 16, format: 'uint' }),
    /16-bit samples reach 4095 only/,
  ],
  ['TIFF of signed 8 bits', 'tif', () => tiffOf({ values: [-3, 9], bits: 8, format: 'int' }), ambiguous],
  ['TIFF of signed 16 bits', 'tif', () => tiffOf({ values: [-3, 999], bits: 16, format: 'int' }), ambiguous],
  ['TIFF of signed 32 bits', 'tif', () => tiffOf({ values: [-3, 9], bits: 32, format: 'int' }), ambiguous],
  ['TIFF of 32 bits', 'tif', () => tiffOf({ values: [0, 2 ** 31], bits: 32, format: 'uint' }), ambiguous],
  ['TIFF of 32-bit floats', 'tif', () => tiffOf({ values: [0, 1], bits: 32, format: 'float' }), ambiguous],
  ['TIFF of 64-bit floats', 'tif', () => tiffOf({ values: [0, 1], bits: 64, format: 'float' }), refused],
  [
    'TIFF of floats that are NaN',
    'tif',
    () => tiffOf({ values: [Number.NaN, 1], bits: 32, format: 'float' }),
    ambiguous,
  ],
  ['WebP, lossy', 'webp', () => slope().webp().toBuffer(), whole],
  ['WebP, lossless', 'webp', () => slope().webp({ lossless: true }).toBuffer(), whole],
  ['WebP with alpha', 'webp', () => slope(4).webp().toBuffer(), whole],
  ['AVIF', 'avif', () => slope().avif().toBuffer(), whole],
  ['GIF', 'gif', () => slope().gif().toBuffer(), whole],
  ['BMP of 24 bits', 'bmp', () => bmp(24), whole],
  ['BMP of 32 bits', 'bmp', () => bmp(32), whole],
  [
    'BMP whose data are cut',
    'bmp',
    () => bmp(24).subarray(0, 200),
    /declares 12x8 pixels, which 200 bytes cannot hold/,
  ],
  ['BMP of no width', 'bmp', () => changed(bmp(24), 18, 0), /its header declares 0 pixels/],
  [
    'BMP that declares 2 billion pixels',
    'bmp',
    () => changed(bmp(24), 18, 2 ** 28),
    /its header declares \d+ pixels/,
  ],
  [
    'BMP of 1 kB, compressed, that declares 16384x8192',
    'bmp',
    () => rle(),
    /declares 16384x8192 pixels, which 1000 bytes cannot hold/,
  ],
  ['BMP of its first two bytes', 'bmp', () => Buffer.from('BM'), refused],
  ['JPEG of its first bytes', 'jpg', async () => (await slope().jpeg().toBuffer()).subarray(0, 30), refused],
  [
    'TIFF whose directory is itself',
    'tif',
    () => Buffer.from('49492a0008000000010000010300010000000c00000008000000', 'hex'),
    refused,
  ],
  ['zeros', 'png', () => Buffer.alloc(1000), refused],
];

function rle(): Buffer {
  const file = Buffer.alloc(1000);
  file.write('BM');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(16384, 18);
  file.writeInt32LE(8192, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(8, 28);
  file.writeUInt32LE(1, 30);
  return file;
}

/** Image files of many kinds, made by code. */
export const oddImages: Hostile[] = files.map(([input, extension, make, outcome], index) => ({
  input,
  outcome,
  async run(root) {
    const path = join(root, `odd-${index}.${extension}`);
    await writeFile(path, await make());
    const { width, height, data } = await decodeImage(path);
    if (!data.every((value) => value >= 0 && value <= 1)) throw new Error('values outside [0, 1]');
    return `decoded to ${width}x${height}`;
  },
}));
