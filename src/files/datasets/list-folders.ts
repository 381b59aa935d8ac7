import { readFolder } from './read-folder';
import { isLeftBehind } from './walk-images';

/** Names of the folders in a folder that may hold data, sorted; throws an Error naming the folder when it cannot be read. */
export async function listFolders(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  return entries
    .filter((entry) => entry.isDirectory() && !isLeftBehind(entry.name))
    .map((entry) => entry.name)
    .sort();
}
