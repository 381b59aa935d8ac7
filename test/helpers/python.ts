import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const own = join(__dirname, '..', '..', '.python', 'bin', 'python');

/** The Python that has these packages: of `SPANLAB_PYTHON`, of the local environment, or the machine's; undefined where none has. */
export function pythonWith(...packages: string[]): string | undefined {
  const candidates = [process.env.SPANLAB_PYTHON, own, 'python3'].filter((path) => path !== undefined);
  return candidates.find((path) => spawnSync(path, ['-c', `import ${packages.join()}`]).status === 0);
}

/** A reason to skip a test that needs them, or false. */
export function unlessPython(python: string | undefined, ...packages: string[]): string | false {
  return python === undefined && `needs Python with ${packages.join(' and ')}`;
}
