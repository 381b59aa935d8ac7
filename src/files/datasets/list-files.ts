import { readdir } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';

export const imageExtensions = new Set(['.png', '.jpg', '.jpeg', '.bmp', '.tif', '.tiff', '.webp']);

/**
 * Paths of the images in a folder, sorted by name.
 *
 * @throws Error naming the folder when it cannot be read
 */
export async function listImages(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter(
      (entry) =>
        !entry.isDirectory() &&
        !entry.name.startsWith('.') &&
        imageExtensions.has(extname(entry.name).toLowerCase()),
    )
    .map((entry) => join(folder, entry.name))
    .sort();
}

/** Names of the folders in a folder, sorted; throws an Error naming the folder when it cannot be read. */
export async function listFolders(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Images of a folder by file stem, optionally without a suffix such as `_mask`; empty where there is no such folder. */
export async function imagesByStem(folder: string, suffix = ''): Promise<Map<string, string>> {
  const paths = await listImages(folder).catch(() => []);
  return new Map(paths.map((path) => [stemOf(path).replace(new RegExp(`${suffix}$`), ''), path]));
}

/** File name without folder and extension. */
export function stemOf(path: string): string {
  return parse(path).name;
}

async function readFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new Error(`cannot read folder ${folder}: ${(cause as Error).message}`, { cause });
  }
}
