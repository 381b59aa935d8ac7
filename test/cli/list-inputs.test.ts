import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { listInputs } from '../../src/cli/list-inputs';
import { temporaryFolder } from '../helpers/temporary';

test('links to images count, folders may have any name, links to folders and results are left out', async (context) => {
  const root = await temporaryFolder(context);
  const odd = join(root, 'two\nlines');
  const out = join(root, 'results');
  for (const folder of [odd, out]) await mkdir(folder);
  const own = join(root, 'a.png');
  for (const path of [own, join(odd, 'b.png'), join(out, 'a-1.png'), join(root, 'c.txt')])
    await writeFile(path, '');
  await symlink(own, join(root, 'linked.png'));
  await symlink(odd, join(root, 'linked.d'));
  const { paths, leftOut } = await listInputs([root], process.stdin, out);
  assert.deepEqual(paths, [own, join(root, 'linked.png'), join(odd, 'b.png')].sort());
  assert.deepEqual(leftOut, [
    `1 images in ${out}, where results are written, are left out`,
    `not used: 1 (not an image by its name): ${join(root, 'c.txt')}`,
    `not used: 1 (a link to a folder: name the folder itself): ${join(root, 'linked.d')}`,
  ]);
  await assert.rejects(
    listInputs([root], process.stdin, root),
    /--out is .*, the folder of the images; give another/,
  );
});
