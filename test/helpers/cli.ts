import '../../src/platform';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { writePng } from '../../src/files';
import { drawSynthetic } from '../../src/images';
import { temporaryFolder } from './temporary';

const cli = join(__dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Starts the command line. */
export function start(...args: string[]): ChildProcessWithoutNullStreams {
  return startWith({}, ...args);
}

/** Starts the command line with more variables in its environment. */
export function startWith(env: NodeJS.ProcessEnv, ...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--import', 'tsx', cli, ...args], { env: { ...process.env, ...env } });
}

/** Runs the command line as a user would. */
export function spanlab(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return endOf(start(...args));
}

/** How a program ends, and what it says. */
export function endOf(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder with `data/`: 12 nominal images, and 3 stains with masks. */
export async function ownFolder(context: TestContext): Promise<string> {
  const root = await temporaryFolder(context);
  for (let seed = 0; seed < 12; seed++)
    await writePng(join(root, 'data', 'good', `${seed}.png`), drawSynthetic('nut', { seed }).image);
  for (let seed = 20; seed < 23; seed++) {
    const { image, mask } = drawSynthetic('nut', { defect: 'stain', seed });
    await writePng(join(root, 'data', 'stain', `${seed}.png`), image);
    const { width, height, data } = mask;
    const white = {
      width,
      height,
      data: Float32Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)]),
    };
    await writePng(join(root, 'data', 'masks', 'stain', `${seed}.png`), white);
  }
  return root;
}

/** Options that make a run fast, for tests that are not about the network. */
export const scattering = ['--backbone', 'scattering'];

/** `spanlab run` on the folder that {@link ownFolder} made. */
export function runOnFolder(root: string, out: string, ...options: string[]) {
  const data = ['--dataset', 'folder', '--root', join(root, 'data')];
  return spanlab('run', ...data, '--out', out, ...scattering, ...options);
}
