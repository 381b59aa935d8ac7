import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutJupyter } from '../helpers/jupyter';
import { runUnderTslab } from '../helpers/run-under-tslab';

const notebooks = readdirSync(join(__dirname, '..', '..', 'notebooks')).filter((file) =>
  file.endsWith('.ipynb'),
);

for (const name of notebooks)
  test(
    `notebook ${name} runs from top to bottom under tslab's own kernel`,
    { skip: withoutJupyter },
    async (context) => {
      assert.match(await runUnderTslab(context, name), /\d+ outputs/);
    },
  );
