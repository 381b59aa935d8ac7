import { readFile, stat } from 'node:fs/promises';

/**
 * The bytes of a regular file. Anything else is refused at once: reading a pipe would wait for its writer, reading a device never end.
 *
 * @throws Error saying what the path is, or why it cannot be read
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  await assertRegularFile(path);
  return readFile(path);
}

/** Refuses what {@link readRegularFile} refuses. */
export async function assertRegularFile(path: string): Promise<void> {
  const kind = kindOf(await stat(path));
  if (kind !== 'file') throw new Error(`it is a ${kind}; expected a regular file`);
}

/** The kind of a path, in words. */
export function kindOf(
  stats: Record<'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket', () => boolean>,
): 'file' | 'folder' | 'named pipe' | 'socket' | 'device' {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isFIFO()) return 'named pipe';
  return stats.isSocket() ? 'socket' : 'device';
}
