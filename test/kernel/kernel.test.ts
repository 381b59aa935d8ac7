import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../helpers/temporary';

const root = join(__dirname, '..', '..');
const python = join(root, '.python', 'bin', 'python');
const skip = !existsSync(python) && 'needs a Jupyter with the kernel: run `npx spanlab lab --setup-only`';

async function runPython(cwd: string, script: string, ...args: string[]): Promise<string> {
  const path = join(__dirname, '..', 'jupyter', script);
  const { stdout, stderr } = await promisify(execFile)(python, [path, ...args], { cwd, maxBuffer: 1e8 });
  return stdout + stderr;
}

test("the kernel passes Jupyter's conformance suite", { skip }, async (context) => {
  const printed = await runPython(await temporaryFolder(context), 'conformance.py');
  assert.match(printed, /Ran \d+ tests[\s\S]*OK/);
});

test(
  'errors, interrupts, comms, input and order of output are as a user expects',
  { skip },
  async (context) => {
    const printed = await runPython(await temporaryFolder(context), 'behaviour.py');
    assert.match(printed, /Ran \d+ tests[\s\S]*OK/);
  },
);

for (const name of readdirSync(join(root, 'notebooks')).filter((file) => file.endsWith('.ipynb'))) {
  test(`notebook ${name} runs from top to bottom`, { skip }, async (context) => {
    const folder = await temporaryFolder(context);
    assert.match(
      await runPython(folder, 'execute_notebook.py', join(root, 'notebooks', name), folder),
      /\d+ outputs/,
    );
  });
}

test(
  "under tslab's own kernel the import works, figures, images and tables show, and controls become their first picture",
  { skip },
  async () => {
    const tslab = join(root, 'node_modules', 'tslab', 'bin', 'tslab');
    const printed = await runPython(root, 'stock_tslab.py', tslab, join(root, 'notebooks'));
    const [imported, figure, image, table, controls] = JSON.parse(
      printed.trim().split('\n').at(-1)!,
    ) as string[][][];
    assert.deepEqual(imported, []);
    assert.deepEqual(figure, [['application/vnd.plotly.v1+json', 'text/plain']]);
    assert.deepEqual(image, [['image/png', 'text/plain']]);
    assert.deepEqual(table, [['text/html', 'text/markdown', 'text/plain']]);
    assert.deepEqual(controls, [
      ['application/vnd.plotly.v1+json', 'text/plain'],
      ['text/markdown', 'text/plain'],
    ]);
  },
);
