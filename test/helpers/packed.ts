import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(__dirname, '..', '..');

/** How programs are run: as which user, and in which environment. */
interface Runner {
  uid?: number;
  gid?: number;
  env?: NodeJS.ProcessEnv;
}

/** Packs the package, and installs it in the empty folder `app`; returns the path of its command. */
export async function installPacked(app: string, runner: Runner = {}): Promise<string> {
  await mkdir(app, { recursive: true });
  const folder = join(app, '..');
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
  await run('npm', ['init', '--yes'], { cwd: app, ...runner });
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, packed)], { cwd: app, ...runner });
  return join(app, 'node_modules', '.bin', 'spanlab');
}
