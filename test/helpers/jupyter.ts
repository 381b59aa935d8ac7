import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const python = join(__dirname, '..', '..', '.python', 'bin', 'python');

/** Why tests that need Jupyter are skipped, or false. */
export const withoutJupyter =
  !existsSync(python) && 'needs a Jupyter with the kernel: run `npx spanlab lab --setup-only`';

/** Runs a script of `test/jupyter` in the folder `cwd`, and gives what it printed. */
export async function runJupyter(cwd: string, script: string, ...args: string[]): Promise<string> {
  return runJupyterIn({ cwd }, script, ...args);
}

/** Runs a script of `test/jupyter` in a folder and an environment, and gives what it printed. */
export async function runJupyterIn(
  place: { cwd: string; env?: NodeJS.ProcessEnv },
  script: string,
  ...args: string[]
): Promise<string> {
  const path = join(__dirname, '..', 'jupyter', script);
  const { stdout, stderr } = await promisify(execFile)(python, [path, ...args], { ...place, maxBuffer: 1e8 });
  return stdout + stderr;
}
