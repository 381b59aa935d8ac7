import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder';

/**
 * Writes a file whole or not at all: to a temporary name beside it, then renamed. Missing folders are made, and temporary files
 * of processes that were killed are removed.
 *
 * @throws Error naming the path when it cannot be written
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  // A short name that does not contain the path's, which may be as long as a name can be.
  const temporary = join(folder, `.spanlab-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  try {
    await makeFolder(folder);
    await sweepTemporary(folder);
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

const swept = new Set<string>();

/** Removes what killed processes left in a folder, once for every folder. */
async function sweepTemporary(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder)) {
    const [, pid] = /^\.spanlab-(\d+)-[0-9a-f]{8}\.tmp$/.exec(name) ?? [];
    if (pid && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
