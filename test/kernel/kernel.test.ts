import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runJupyter, withoutJupyter } from '../helpers/jupyter';
import { runUnderTslab } from '../helpers/run-under-tslab';
import { temporaryFolder } from '../helpers/temporary';

const root = join(__dirname, '..', '..');
const skip = withoutJupyter;
const tslab = join(root, 'node_modules', 'tslab', 'bin', 'tslab');
const notebooks = readdirSync(join(root, 'notebooks')).filter((file) => file.endsWith('.ipynb'));

test("the kernel passes Jupyter's conformance suite", { skip }, async (context) => {
  const printed = await runJupyter(await temporaryFolder(context), 'conformance.py');
  assert.match(printed, /Ran \d+ tests[\s\S]*OK/);
});

test(
  'errors, interrupts, comms, input and order of output are as a user expects',
  { skip },
  async (context) => {
    const printed = await runJupyter(await temporaryFolder(context), 'behaviour.py');
    assert.match(printed, /Ran \d+ tests[\s\S]*OK/);
  },
);

for (const name of notebooks) {
  test(`notebook ${name} runs from top to bottom`, { skip }, async (context) => {
    const folder = await temporaryFolder(context);
    assert.match(
      await runJupyter(folder, 'execute_notebook.py', join(root, 'notebooks', name), folder),
      /\d+ outputs/,
    );
  });
}

// The others run there in `npm run test:long`.
for (const name of notebooks.filter((file) => /^0[135]/.test(file)))
  test(`notebook ${name} runs from top to bottom under tslab's own kernel`, { skip }, async (context) => {
    assert.match(await runUnderTslab(context, name), /\d+ outputs/);
  });

test(
  "under tslab's own kernel the import works, figures, images and tables show, and controls become their first picture",
  { skip },
  async () => {
    const printed = await runJupyter(root, 'stock_tslab.py', tslab, join(root, 'notebooks'));
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
