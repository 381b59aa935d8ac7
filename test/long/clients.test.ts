import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJupyter, withoutJupyter } from '../helpers/jupyter';
import { temporaryFolder } from '../helpers/temporary';

test('jupyter console and papermill run cells', { skip: withoutJupyter }, async (context) => {
  const folder = await temporaryFolder(context);
  await runJupyter(folder, 'pip_install.py', 'papermill==2.7.0', 'jupyter_console==6.6.3');
  const console = await runJupyter(folder, 'console.py');
  assert.match(console, /Out\[2\]: 42/);
  assert.match(console, /Cannot find name 'missing'/);
  assert.match(await runJupyter(folder, 'with_papermill.py'), /^3 auto$/m);
});
