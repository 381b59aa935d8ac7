import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipName, writeFileAtomically } from '../../src/files';
import { temporaryFolder } from '../helpers/temporary';

test('a file name of the greatest length is written; a longer one is clipped and stays unique', async (context) => {
  const folder = await temporaryFolder(context);
  const longest = `${'漢'.repeat(83)}.png`;
  await writeFileAtomically(join(folder, longest), 'whole');
  assert.deepEqual(await readdir(folder), [longest]);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.integer({ min: 0, max: 20 }),
      (name, reserved) => {
        const clipped = clipName(name, reserved);
        assert.ok(Buffer.byteLength(clipped) <= 255 - reserved);
        if (Buffer.byteLength(name) <= 255 - reserved) assert.equal(clipped, name);
        else assert.match(clipped, /-[0-9a-f]{8}$/);
      },
    ),
  );
  assert.notEqual(clipName(`${'a'.repeat(300)}1`), clipName(`${'a'.repeat(300)}2`));
});

test('temporary files of killed processes are removed; those of running ones stay', async (context) => {
  const folder = await temporaryFolder(context);
  const [left, running] = [`.spanlab-${2 ** 22 + 1}-0123abcd.tmp`, `.spanlab-${process.pid}-0123abcd.tmp`];
  for (const name of [left, running]) await writeFile(join(folder, name), 'half');
  await writeFileAtomically(join(folder, 'a'), 'whole');
  assert.deepEqual((await readdir(folder)).sort(), [running, 'a']);
  assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'whole');
});
