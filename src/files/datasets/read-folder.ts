import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';

/**
 * The entries of a folder.
 *
 * @throws Error naming the folder when it cannot be read
 */
export async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new Error(`cannot read folder ${folder}: ${(cause as Error).message}`, { cause });
  }
}
