import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { groupPaths } from '../../base';
import { readFolder } from './read-folder';

/** Endings of the names of images, in lower case. */
const imageExtensions = new Set([
  ...['.png', '.jpg', '.jpeg', '.jpe', '.jfif', '.bmp', '.tif', '.tiff', '.webp', '.gif', '.avif'],
]);

/** Something in a folder that is not used as an image. */
export interface UnusedPath {
  path: string;
  /** Why the path is not used, in the same words for all of a kind. */
  reason: string;
}

/** The images and the unused paths in a folder and the folders below it. */
export interface WalkedImages {
  /** Paths of the images, sorted. */
  images: string[];
  /** Paths that are not used, sorted; a folder stands for everything in it. */
  unused: UnusedPath[];
}

/** Names of the files and folders that systems, servers and tools leave behind. */
const leftBehind = new Set(['@eadir', '__macosx', 'thumbs.db']);

/** Why such a name is not used. */
export const leftBehindReason = 'hidden, or left behind by a system or by spanlab';

/** Whether a name is hidden, or that of a file or folder left behind by a system or spanlab: none of these is data. */
export function isLeftBehind(name: string): boolean {
  return name.startsWith('.') || leftBehind.has(name.toLowerCase()) || name === 'overlays';
}

/** Whether a path ends as the name of an image does, in upper or lower case. */
export function hasImageExtension(path: string): boolean {
  return imageExtensions.has(extname(path).toLowerCase());
}

/**
 * The images in a folder and below. Every other entry is in `unused` with its reason: entries that are hidden or left behind by
 * systems, results of spanlab, links to folders (so that loops of them end), entries that are not regular files (a pipe would
 * block), and files whose names are not those of images.
 *
 * @throws Error naming the folder when it cannot be read
 */
export async function walkImages(folder: string): Promise<WalkedImages> {
  const walked: WalkedImages = { images: [], unused: [] };
  await walk(folder, walked, false);
  walked.images.sort();
  walked.unused.sort((a, b) => (a.path < b.path ? -1 : 1));
  return walked;
}

async function walk(folder: string, walked: WalkedImages, isBelow: boolean): Promise<void> {
  const entries = await readFolder(folder);
  if (isBelow && entries.some(({ name }) => name === 'runs.duckdb')) {
    walked.unused.push({ path: folder, reason: 'results of spanlab' });
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
    const leaveOut = (reason: string) => void walked.unused.push({ path, reason });
    if (isLeftBehind(entry.name)) leaveOut(leftBehindReason);
    else if (target === null) leaveOut('a link to nothing');
    else if (target.isDirectory() && target !== entry) leaveOut('a link to a folder: name the folder itself');
    else if (target.isDirectory()) await walk(path, walked, true);
    else if (!target.isFile()) leaveOut('not a regular file');
    else if (!hasImageExtension(entry.name)) leaveOut('not an image by its name');
    else walked.images.push(path);
  }
}

/**
 * A sentence for each reason for which something is not used: how many there are, and the first of them.
 *
 * @returns as many sentences as there are reasons
 */
export function describeUnused(unused: readonly UnusedPath[]): string[] {
  return groupPaths(unused.map(({ path, reason }) => ({ path, text: reason }))).map(
    ({ text, count, list }) => `not used: ${count} (${text}): ${list}`,
  );
}
