import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJupyter, withoutJupyter } from '../helpers/jupyter';
import { temporaryFolder } from '../helpers/temporary';

test(
  'the kernel takes at most 1.5 times the memory after 2000 cells that it takes after 200',
  { skip: withoutJupyter },
  async (context) => {
    const printed = await runJupyter(await temporaryFolder(context), 'memory.py');
    context.diagnostic(`MB after 200 and after 2000 cells: ${printed}`);
    const [early, late] = printed.trim().split(' ').map(Number);
    assert.ok(early > 50 && late <= 1.5 * early, printed);
  },
);
