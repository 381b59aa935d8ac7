import { join, parse } from 'node:path';
import { readFolder } from './read-folder';
import { hasImageExtension, isLeftBehind } from './walk-images';

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
        (entry.isFile() || entry.isSymbolicLink()) &&
        !isLeftBehind(entry.name) &&
        hasImageExtension(entry.name),
    )
    .map((entry) => join(folder, entry.name))
    .sort();
}

/** Names of the folders in a folder that may hold data, sorted; throws an Error naming the folder when it cannot be read. */
export async function listFolders(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter((entry) => entry.isDirectory() && !isLeftBehind(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Images of a folder by file stem, and by the stem without a suffix such as `_mask` where no file has that stem itself; empty where
 * there is no such folder.
 */
export async function imagesByStem(folder: string, suffix = ''): Promise<Map<string, string>> {
  const paths = await listImages(folder).catch(() => []);
  const without = (stem: string) =>
    stem.endsWith(suffix) ? stem.slice(0, stem.length - suffix.length) : stem;
  const byStem = paths.map((path) => [stemOf(path), path] as const);
  return new Map([...byStem.map(([stem, path]) => [without(stem), path] as const), ...byStem]);
}

/** File name without folder and extension. */
export function stemOf(path: string): string {
  return parse(path).name;
}
