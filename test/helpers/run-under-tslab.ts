import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { runJupyter } from './jupyter';
import { temporaryFolder } from './temporary';

const root = join(__dirname, '..', '..');

/** Runs a notebook under tslab's own kernel, in a folder where `spanlab` is installed; gives what is printed. */
export async function runUnderTslab(context: TestContext, name: string): Promise<string> {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'spanlab'));
  const tslab = join(root, 'node_modules', 'tslab', 'bin', 'tslab');
  return runJupyter(folder, 'notebook_in_tslab.py', join(root, 'notebooks', name), tslab, folder);
}
