import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../helpers/temporary';

import { dataSets } from './data-sets';
import { images } from './images';
import { oddImages } from './odd-images';
import { values } from './values';

const tablePath = join(__dirname, '..', 'hostile-inputs.md');

test('hostile and broken input has the outcome that the table says', async (context) => {
  const rows: string[] = [];
  for (const { input, outcome, run } of [...images, ...oddImages, ...dataSets, ...values]) {
    const root = await temporaryFolder(context);
    const started = Date.now();
    const said = await run(root).then(String, (error: Error) => error.message);
    assert.match(said, outcome, `${input}: ${said}`);
    assert.ok(Date.now() - started < 20_000, `${input} took ${Date.now() - started} ms`);
    rows.push(
      `| ${input} | ${said.replaceAll(`${root}/`, '').replaceAll(root, 'FOLDER').replaceAll('|', '\\|')} |`,
    );
  }
  const table = `# Broken and hostile inputs, and their outcomes\n\n\`test/hostile/hostile.test.ts\` tries them again.\n\n| input | outcome |\n| --- | --- |\n${rows.join('\n')}\n`;
  if (process.env.WRITE_TABLE) await writeFile(tablePath, table);
  const inputsOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split(' | ')[0]);
  assert.deepEqual(
    inputsOf(await readFile(tablePath, 'utf8')),
    inputsOf(table),
    'the committed table lists other inputs: WRITE_TABLE=1 writes it anew',
  );
});
