import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Python with packages from PyPI in a throw-away environment, gone when the process ends. */
export function throwawayPython(packages: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'spanlab-python-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync('python3', ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return python;
}

/** Runs a task of peers.py. */
export function peer<Result>(
  python: string,
  task: string,
  folder: string,
  ...values: (number | string)[]
): Result {
  const script = join(__dirname, 'peers.py');
  const output = execFileSync(python, [script, task, folder, ...values.map(String)], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return JSON.parse(output) as Result;
}

/** A Python with packages from PyPI in a folder of the project, which is made once and stays. */
export function lastingPython(name: string, packages: readonly string[]): string {
  const folder = join(__dirname, '..', name);
  const python = join(folder, 'bin', 'python');
  const isMade = join(folder, 'made');
  if (existsSync(isMade)) return python;
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(isMade, packages.join('\n'));
  return python;
}
