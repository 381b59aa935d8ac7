import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { kindOf } from './read-regular-file';

/**
 * Makes a folder and those around it where they are missing, one after the other: Node's recursive `mkdir` never ends in `/proc`, where a
 * folder cannot be made though the one around it is there.
 *
 * @throws Error naming what is no folder, or cannot be made
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory()) return;
  if (stats) throw new Error(`${path} is a ${kindOf(stats)}; expected a folder`);
  await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    const isThere = (await stat(path).catch(() => null))?.isDirectory();
    if (!isThere) throw error;
  }
}

/**
 * Makes a folder, and checks that files can be written in it, before work whose results go there begins.
 *
 * @throws Error naming the folder and why nothing can be written there
 */
export async function assertWritableFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    const probe = join(folder, `.spanlab-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new Error(
      `results cannot be written to ${folder}: ${(cause as Error).message}; give a folder that can be written`,
      { cause },
    );
  }
}
