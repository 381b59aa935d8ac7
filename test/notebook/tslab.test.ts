import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../helpers/temporary';

const root = join(__dirname, '..', '..');

/** Runs cells in a folder where `spanlab` is installed; gives what they print. */
async function runCells(context: TestContext, ...cells: string[]): Promise<string> {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'spanlab'));
  await symlink(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  const tsx = require.resolve('tsx');
  const script = join(__dirname, '..', 'helpers', 'run-cells.ts');
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', tsx, script, ...cells],
    { cwd: folder },
  );
  assert.equal(stderr, '');
  return stdout;
}

test("notebook cells import the built package: its declarations pass tslab's TypeScript 5.0", async (context) => {
  const printed = await runCells(
    context,
    "import { toySubspaces, subspaceSampling, encode, reconstruct, omp, selectRows } from 'spanlab';",
    'const { features } = toySubspaces({ points: 100 });',
    'const { indices } = await subspaceSampling(features, { exemplars: 2 });',
    'const dictionary = selectRows(features, indices);',
    'const rebuilt = await reconstruct(await encode(features, dictionary, omp({ atoms: 2 })), dictionary);',
    'console.log(rebuilt.rows, rebuilt.data.every((value, index) => Math.abs(value - features.data[index]) < 1e-6));',
  );
  assert.equal(printed, '100 true\n');
});

test('the type of a call is checked in a cell', async (context) => {
  await assert.rejects(
    runCells(context, "import { omp } from 'spanlab';", "omp({ atoms: 'three' })"),
    /Type 'string' is not assignable to type 'number'/,
  );
});
