import sharp from 'sharp';
import { type Mask, type RgbImage, toBytes } from '../images';
import { writeFileAtomically } from './write-file-atomically';

/**
 * Encodes an RGB image as an 8-bit PNG; values outside [0, 1] are clamped.
 *
 * @example
 * ```ts
 * const { image } = drawSynthetic('wood', { size: 32 });
 * (await encodePng(image)).toString('latin1', 1, 4) // 'PNG'
 * ```
 */
export function encodePng({ width, height, data }: RgbImage): Promise<Buffer> {
  return sharp(toBytes(data), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Encodes an RGB image as a JPEG of good quality; values outside [0, 1] are clamped. */
export function encodeJpeg({ width, height, data }: RgbImage): Promise<Buffer> {
  return sharp(toBytes(data), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** Encodes a mask as a PNG of one channel: black nominal, white anomalous. */
export function encodeMaskPng({ width, height, data }: Mask): Promise<Buffer> {
  const bytes = data.map((value) => (value ? 255 : 0));
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/**
 * Writes an image as PNG, whole or not at all; missing folders are made.
 *
 * @throws Error naming the path when it cannot be written
 * @example
 * ```ts
 * await writePng('good/000.png', drawSynthetic('wood', { size: 32 }).image);
 * (await decodeImage('good/000.png')).width // 32
 * ```
 */
export async function writePng(path: string, image: RgbImage): Promise<void> {
  await writeFileAtomically(path, await encodePng(image));
}

/**
 * Writes a mask as PNG, black nominal and white anomalous, whole or not at all; missing folders are made.
 *
 * @throws Error naming the path when it cannot be written
 * @example
 * ```ts
 * const { mask } = drawSynthetic('wood', { defect: 'hole', size: 32 });
 * await writeMaskPng('masks/hole/000.png', mask);
 * [...(await decodeMask('masks/hole/000.png')).data].join() === [...mask.data].join() // true
 * ```
 */
export async function writeMaskPng(path: string, mask: Mask): Promise<void> {
  await writeFileAtomically(path, await encodeMaskPng(mask));
}
