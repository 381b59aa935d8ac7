import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Writes a file in a folder that may be missing. */
export async function writeIn(root: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** A grey PNG of 8x8 pixels in which the rows that are given have the value. */
export function greyPng(value = 0, rows: readonly number[] = []): Promise<Buffer> {
  const data = Buffer.alloc(64);
  for (const row of rows) data.fill(value, 8 * row, 8 * row + 8);
  return sharp(data, { raw: { width: 8, height: 8, channels: 1 } })
    .png()
    .toBuffer();
}

/** Writes small images, whose content is PNG whatever their names say. */
export async function writeImages(root: string, paths: readonly string[]): Promise<void> {
  const png = await greyPng();
  for (const path of paths) await writeIn(root, path, png);
}
