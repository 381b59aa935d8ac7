/**
 * `npm run test:mutants`: changes the sources one operator, bound or branch at a time (Stryker), and lists the changes that no test of
 * the same folder notices. Takes hours for all folders; `npm run test:mutants -- scoring/aupimo` takes minutes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

/** Tried without arguments: the method itself, and the workbench behind its page. */
const targets = [
  ...['scoring', 'reconstruction', 'sampling', 'subspace', 'detector', 'study'],
  'workbench/session',
];

function main(named: readonly string[]): void {
  for (const target of named)
    if (!existsSync(join(root, 'src', target)) && !existsSync(join(root, 'src', `${target}.ts`)))
      throw new Error(`target is ${target}; expected a folder of src, or a file as in scoring/aupimo`);
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  for (const target of named.length > 0 ? named : targets) {
    console.log(`\nMutants of src/${target}`);
    const { status } = spawnSync(process.execPath, [stryker, 'run', '.stryker.config.mjs'], {
      ...{ cwd: root, stdio: 'inherit' },
      env: { ...process.env, SPANLAB_MUTANTS: target },
    });
    if (status !== 0) process.exitCode = 1;
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
