/**
 * `npm test`, `npm test -- NAME` and, with `--long`, `npm run test:long`: checks the types unless files are named, makes the local
 * Python environment where a chosen test needs it and there is a Python 3, runs the tests, and says at the end what was skipped and
 * which command enables it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenTests } from './helpers/chosen-tests';
import { needsPython } from './helpers/needs-python';

const root = join(__dirname, '..');
const python = join(root, '.python', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Python packages that the tests need beside those that `spanlab lab` installs. */
const pythonPackages = ['jupyter_kernel_test==0.7.0', 'safetensors', 'numpy', 'tifffile', 'onnxruntime'];

/** Programs and data that a test may need, by the words of its reason to be skipped, and how to get them. */
const remedies: [RegExp, string][] = [
  [/chromium/i, 'install Chromium, e.g. `apt-get install chromium`'],
  [/redis/i, 'install Redis, e.g. `apt-get install redis-server`'],
  [/JupyterLab|Jupyter with the kernel/, 'install Python 3 with venv and pip, and run `npm test` again'],
  [/Python with/, 'install Python 3 with venv and pip, and run `npm test` again'],
  [/which is not here/, 'real images and weights are not part of the package'],
];

function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { cwd: root, stdio: 'ignore' }).status === 0;
}

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

/** Makes `.python`, unless it is there; without a Python 3 the tests that need it are skipped. */
function preparePython(): void {
  if (
    succeeds(
      python,
      '-c',
      'import jupyter_kernel_test, safetensors, numpy, tifffile, onnxruntime, jupyterlab',
    )
  )
    return;
  if (!succeeds('python3', '-c', 'import venv, ensurepip')) return;
  console.log('Making a Python environment for the tests of the kernel and the notebooks in .python');
  const isReady =
    run(process.execPath, join(root, 'dist', 'cli', 'main.js'), 'lab', '--setup-only') &&
    run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pythonPackages);
  if (!isReady) console.log('The environment could not be made: the tests that need it are skipped');
}

/** The chosen test files, from the root; throws when a name chooses none. */
function testFiles(names: readonly string[]): string[] {
  const all = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  for (const name of names)
    if (chosenTests(all, [name]).length === 0)
      throw new Error(`no test file has ${name} in its path; expected a part of a path such as ${all[0]}`);
  return chosenTests(all, names).map((name) => join('test', name));
}

/** Checks the types of sources and tests. */
function checkTypes(): boolean {
  return run(
    process.execPath,
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'test',
    '--noEmit',
  );
}

/** Says what was skipped, by reason. */
function reportSkipped(log: string): void {
  const reasons = [...log.matchAll(/# SKIP (.*)$/gm)].map(([, reason]) => reason);
  if (reasons.length === 0) return console.log('No test was skipped.');
  console.log(`${reasons.length} tests were skipped:`);
  for (const reason of new Set(reasons)) {
    const count = reasons.filter((other) => other === reason).length;
    const remedy = remedies.find(([words]) => words.test(reason))?.[1];
    console.log(`  ${count}: ${reason}${remedy ? ` (${remedy})` : ''}`);
  }
}

/** Tests that run for long: the soak of the queue, the kernel's messages, mutated images and banks at full size, and what is only tried then. */
const longTests = ['sweep-soak', 'messages', 'mutations', 'mutated-banks', 'long/'];

function main(): void {
  const names = process.argv.slice(2).filter((name) => name !== '--long');
  const isLong = names.length < process.argv.length - 2;
  if (isLong) process.env.SPANLAB_LONG = '1';
  const files = testFiles(isLong && names.length === 0 ? longTests : names);
  if (names.length > 0) console.log('Types are not checked: `npm test` without a name does that');
  else if (!checkTypes()) {
    process.exitCode = 1;
    return;
  }
  if (files.some((file) => needsPython(join(root, file)))) preparePython();
  const folder = mkdtempSync(join(tmpdir(), 'spanlab-test-'));
  const log = join(folder, 'log.tap');
  const reporters = ['spec', 'tap'].map((name) => `--test-reporter=${name}`);
  const places = ['stdout', log].map((place) => `--test-reporter-destination=${place}`);
  // Two at a time: many tests wait for another process.
  const options = ['--import', 'tsx', '--test', '--test-concurrency=2', ...reporters, ...places];
  process.exitCode = run(process.execPath, ...options, ...files) ? 0 : 1;
  reportSkipped(readFileSync(log, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
