import '../../src/platform';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '../../src/files';

import { grey, type Hostile, noise } from './hostile';
const firstHalf = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

/** Decodes a file of these bytes and says what it gave. */
function image(input: string, name: string, make: () => Promise<Buffer> | Buffer, outcome: RegExp): Hostile {
  return {
    input,
    outcome,
    async run(root) {
      const path = join(root, name);
      await writeFile(path, await make());
      const { width, height, data } = await decodeImage(path);
      return `decoded to ${width}x${height}, values from ${Math.min(...data).toFixed(2)} to ${Math.max(...data).toFixed(2)}`;
    },
  };
}

/** A PNG of so many pixels whose data are missing. */
function pngHeader(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  bytes.write('IHDR', 12);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.set([8, 2, 0, 0, 0], 24);
  return bytes;
}

/** Image files. */
export const images: Hostile[] = [
  image(
    'PNG, cut in the middle',
    'cut.png',
    async () => firstHalf(await noise(64, 64).png().toBuffer()),
    /^cannot decode image .*cut\.png: .*; replace the file or leave it out$/,
  ),
  image(
    'JPEG, cut in the middle',
    'cut.jpg',
    async () => firstHalf(await noise(64, 64).jpeg().toBuffer()),
    /^cannot decode image .*cut\.jpg: .*; replace/,
  ),
  image(
    'empty file',
    'empty.png',
    () => Buffer.alloc(0),
    /^cannot decode image .*empty\.png: the file is empty/,
  ),
  image(
    'text named .jpg',
    'text.jpg',
    () => Buffer.from('not an image'),
    /^cannot decode image .*text\.jpg: its content is of no known image format; expected PNG/,
  ),
  image(
    'SVG named .png',
    'svg.png',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    /^cannot decode image .*svg\.png: its format is svg; expected PNG/,
  ),
  image('PNG named .jpg', 'png.jpg', () => grey(8, 6).png().toBuffer(), /^decoded to 8x6/),
  image('1x1 pixel', 'one.png', () => grey(1, 1).png().toBuffer(), /^decoded to 1x1/),
  image(
    '20000x20000 pixels, declared',
    'large.png',
    () => pngHeader(20_000, 20_000),
    /^cannot decode image .*large\.png: .*(pixel limit|over 16384 pixels a side|crc|libspng|header)/,
  ),
  image(
    '20000x1 pixels',
    'long.png',
    () => grey(20_000, 1).png().toBuffer(),
    /^cannot decode image .*long\.png: it is 20000x1, over 16384 pixels a side: scale it down first/,
  ),
  image(
    'decompression bomb: 20000x20000 pixels in a few kB',
    'bomb.png',
    () =>
      sharp({
        create: { width: 20_000, height: 20_000, channels: 3, background: 'black' },
        limitInputPixels: false,
      })
        .toColourspace('b-w')
        .png({ compressionLevel: 9, palette: false })
        .toBuffer(),
    /^cannot decode image .*bomb\.png: /,
  ),
  image('CMYK JPEG', 'cmyk.jpg', () => grey(8, 8).toColourspace('cmyk').jpeg().toBuffer(), /^decoded to 8x8/),
  image(
    '16-bit PNG',
    'deep.png',
    () => grey(8, 8).toColourspace('rgb16').png().toBuffer(),
    /^decoded to 8x8, values from 0\.2\d to 0\.4\d/,
  ),
  image(
    'animated GIF, 3 frames',
    'moving.gif',
    () =>
      sharp(Buffer.alloc(8 * 24 * 3, 100), { raw: { width: 8, height: 24, channels: 3, pageHeight: 8 } })
        .gif({ delay: [50, 50, 50] })
        .toBuffer(),
    /^decoded to 8x8/,
  ),
  image(
    'JPEG that EXIF rotates',
    'turned.jpg',
    () => grey(12, 5).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    /^decoded to 5x12/,
  ),
  {
    input: 'folder named .png',
    outcome: /^cannot read image .*folder\.png: it is a folder; expected a regular file/,
    async run(root) {
      await mkdir(join(root, 'folder.png'));
      await decodeImage(join(root, 'folder.png'));
    },
  },
  {
    input: 'link to nothing',
    outcome: /^cannot read image .*gone\.png: ENOENT/,
    async run(root) {
      await symlink(join(root, 'nowhere'), join(root, 'gone.png'));
      await decodeImage(join(root, 'gone.png'));
    },
  },
];
