import { join } from 'node:path';
import { readFolder } from './read-folder';
import { isLeftBehind, leftBehindReason, type UnusedPath } from './walk-images';

/** Entries of the folder of a data set beside its categories and the tables that say how it is split. */
export async function besideCategories(
  root: string,
  categories: readonly string[],
  tables: readonly string[],
): Promise<UnusedPath[]> {
  const unused: UnusedPath[] = [];
  for (const entry of await readFolder(root)) {
    const path = join(root, entry.name);
    if (categories.includes(entry.name)) continue;
    if (isLeftBehind(entry.name)) unused.push({ path, reason: leftBehindReason });
    else if (tables.some((table) => table.startsWith(join(entry.name, '/'))))
      for (const { name } of await readFolder(path)) {
        if (!tables.includes(join(entry.name, name)))
          unused.push({ path: join(path, name), reason: 'beside the table that says the split' });
      }
    else
      unused.push({
        path,
        reason: entry.isDirectory() ? 'a folder that is no category' : 'beside the categories',
      });
  }
  return unused;
}
