import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { openDatasets } from '../../src/files';
import { textsOf } from '../../src/workbench/texts-of';

test('the copied texts say where the data set is', async () => {
  const [nut] = await openDatasets('synthetic', { categories: ['nut'] });
  const { code, command } = textsOf(nut, { size: 224 });
  assert.equal(
    code,
    `const [dataset] = await openDatasets("synthetic", { categories: ["nut"] });
const detector = await fitDetector(dataset, { size: 224 });`,
  );
  assert.equal(command, 'npx spanlab run --dataset synthetic --category nut --size 224');
});

test('a shell reads the copied command word by word', () => {
  const root = '/data/Müller\'s $HOME `ls` *\\"';
  const source = { layout: 'mtd', root, trainFraction: 0.5 };
  const { command } = textsOf({ name: 'mtd', samples: [], source }, {});
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  assert.deepEqual(words.trimEnd().split('\n'), [
    ...['npx', 'spanlab', 'run', '--dataset', 'mtd', '--root', root, '--train-fraction', '0.5'],
  ]);
});

test('a data set made in a cell is named by its name', () => {
  const { code, command } = textsOf({ name: 'own', samples: [] }, {});
  assert.equal(command, 'npx spanlab run --category own');
  assert.equal(code, 'const detector = await fitDetector(dataset, {});');
});

test('folders that were named one by one are copied one by one', () => {
  const places = { nominal: ['good', 'more good'], test: ['tested'], masks: undefined };
  const source = { layout: 'folders', root: 'parts', places };
  const { code, command } = textsOf({ name: 'parts', samples: [], source }, {});
  const given = 'npx spanlab run --dataset folders --root parts --nominal good';
  assert.equal(command, `${given} 'more good' --test tested`);
  assert.match(
    code,
    /openDatasets\("folders", \{ root: "parts", places: \{"nominal":\["good","more good"\],"test":\["tested"\]\} \}\)/,
  );
});
