import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { chosenTests } from './helpers/chosen-tests';
import { needsPython } from './helpers/needs-python';
import { temporaryFolder } from './helpers/temporary';

test('tests are chosen by a part of their path; without one all but the long ones run', () => {
  const all = ['core.test.ts', 'long/every-node.test.ts', 'subspace/local-ridge.test.ts'];
  assert.deepEqual(chosenTests(all, []), ['core.test.ts', 'subspace/local-ridge.test.ts']);
  assert.deepEqual(chosenTests(all, ['ridge']), ['subspace/local-ridge.test.ts']);
  assert.deepEqual(chosenTests(all, ['long/', 'core']), ['core.test.ts', 'long/every-node.test.ts']);
  assert.deepEqual(chosenTests(all, ['lasso']), []);
});

test('Python is prepared for the tests of kernel, notebooks and banks, and for no others', () => {
  const needs = (name: string) => needsPython(join(__dirname, name));
  for (const name of ['kernel/kernel', 'notebook/lab', 'detector/load-detector'])
    assert.equal(needs(`${name}.test.ts`), true, name);
  for (const name of ['subspace/local-ridge', 'run/compare', 'cli/lab-command', 'scoring/metrics'])
    assert.equal(needs(`${name}.test.ts`), false, name);
});

test('a helper that a helper imports is looked at too; helpers may import each other', async (context) => {
  const folder = join(await temporaryFolder(context), 'test', 'helpers');
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folder, `${name}.ts`), text);
  await write('a', "import { b } from './b';");
  await write('b', "import { a } from './a';\nimport { c } from './c';");
  await write('c', '');
  assert.equal(needsPython(join(folder, 'a.ts')), false);
  await write('c', "const python = '.python';");
  assert.equal(needsPython(join(folder, 'a.ts')), true);
});

test('a name that no test file has ends the run with an error', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'run-tests.ts'), 'no-such-test'],
    { encoding: 'utf8' },
  );
  assert.equal(status, 1);
  assert.match(stderr, /no test file has no-such-test in its path; expected a part of a path such as /);
});
