import sharp from 'sharp';
import type { Mask, RgbImage } from '../images';
import { writeFileAtomically } from './write-file-atomically';

/** Encodes an RGB image as an 8-bit PNG; values outside [0, 1] are clamped. */
export function encodePng({ width, height, data }: RgbImage): Promise<Buffer> {
  const bytes = Uint8ClampedArray.from(data, (value) => value * 255);
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Encodes a mask as a PNG: black nominal, white anomalous. */
export function encodeMaskPng({ width, height, data }: Mask): Promise<Buffer> {
  const bytes = data.map((value) => (value ? 255 : 0));
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Writes an image as PNG, whole or not at all. */
export async function writePng(path: string, image: RgbImage): Promise<void> {
  await writeFileAtomically(path, await encodePng(image));
}

/** Writes a mask as PNG, whole or not at all. */
export async function writeMaskPng(path: string, mask: Mask): Promise<void> {
  await writeFileAtomically(path, await encodeMaskPng(mask));
}
