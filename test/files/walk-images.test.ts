import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { folder, walkImages } from '../../src/files';
import { describeUnused } from '../../src/files/datasets/walk-images';
import { temporaryFolder } from '../helpers/temporary';

async function writeFiles(root: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), '');
  }
}

test('what systems and spanlab leave behind is no kind of defect; nested folders are', async (context) => {
  const root = await temporaryFolder(context);
  const leftBehind = [
    ...['.ipynb_checkpoints/a.png', '@eaDir/a.png', '__MACOSX/a.png', 'overlays/a.png', 'run 1/maps/a.png'],
    ...['hole/Thumbs.db', 'hole/._0.png', 'hole/.hidden.png', 'good/.thumbs/a.png'],
  ];
  await writeFiles(root, [
    ...['good/0.png', 'good/camera 2/1.GIF', 'good/2.JFIF', 'good/3.Jpe', 'good/4.avif'],
    ...['hole/0.png', 'scratch/deep/0.png', 'masks/scratch/deep/0.png', 'run 1/runs.duckdb', ...leftBehind],
  ]);
  const { samples, unused } = await folder(root);
  const found = samples.map(({ path, defect }) => `${defect}: ${path.slice(root.length + 1)}`);
  assert.deepEqual(found, [
    ...['good: good/0.png', 'good: good/2.JFIF', 'good: good/3.Jpe', 'good: good/4.avif'],
    ...['good: good/camera 2/1.GIF', 'hole: hole/0.png', 'scratch/deep: scratch/deep/0.png'],
  ]);
  assert.equal(samples.at(-1)!.maskPath, join(root, 'masks/scratch/deep/0.png'));
  assert.deepEqual(
    unused!.map(({ path }) => path.slice(root.length + 1)).sort(),
    [
      ...['.ipynb_checkpoints', '@eaDir', '__MACOSX', 'good/.thumbs', 'hole/._0.png', 'hole/.hidden.png'],
      ...['hole/Thumbs.db', 'overlays', 'run 1'],
    ].sort(),
  );
});

test('an image whose own name ends in _mask finds its mask', async (context) => {
  const root = await temporaryFolder(context);
  await writeFiles(root, ['good/0.png', 'good/1.png', 'hole/a_mask.png', 'hole/b.png']);
  await writeFiles(root, ['masks/hole/a_mask.png', 'masks/hole/b_mask.png', 'masks/hole/c.png']);
  const { samples, unused } = await folder(root);
  assert.deepEqual(
    samples.filter(({ defect }) => defect === 'hole').map(({ maskPath }) => maskPath),
    [join(root, 'masks/hole/a_mask.png'), join(root, 'masks/hole/b_mask.png')],
  );
  assert.deepEqual(unused, [
    {
      path: join(root, 'masks/hole/c.png'),
      reason: 'a mask of no image: its folder and name must be those of an image',
    },
  ]);
});

test('folders of masks are never kinds of defects, whatever their case', async (context) => {
  for (const name of ['mask', 'Masks', 'Ground_Truth']) {
    const root = await temporaryFolder(context);
    await writeFiles(root, ['good/0.png', 'good/1.png', 'NG/hole/a.png', `${name}/NG/hole/a_mask.png`]);
    await writeFiles(root, [`${name}/hole/a.png`]);
    const { samples, unused } = await folder(root);
    const anomalous = samples.filter(({ label }) => label === 'anomalous');
    assert.deepEqual(
      anomalous.map(({ defect, maskPath }) => [defect, maskPath]),
      [['NG/hole', join(root, name, 'NG/hole/a_mask.png')]],
    );
    assert.deepEqual(
      unused!.map(({ path }) => path),
      [join(root, name, 'hole/a.png')],
    );
  }
});

test('pipes and links to nothing or to folders are left out, and nothing waits for them', async (context) => {
  const root = await temporaryFolder(context);
  await writeFiles(root, ['good/0.png', 'good/1.png']);
  execFileSync('mkfifo', [join(root, 'good', 'pipe.png')]);
  await symlink(root, join(root, 'loop'));
  await symlink(join(root, 'missing'), join(root, 'good', 'broken.png'));
  await symlink(join(root, 'good', '0.png'), join(root, 'good', 'linked.png'));
  const { images, unused } = await walkImages(root);
  assert.deepEqual(
    images,
    ['0.png', '1.png', 'linked.png'].map((name) => join(root, 'good', name)),
  );
  assert.deepEqual(
    unused.map(({ reason }) => reason),
    ['a link to nothing', 'not a regular file', 'a link to a folder: name the folder itself'],
  );
});

test('every file is used or reported', async (context) => {
  const root = await temporaryFolder(context);
  const name = fc.constantFrom('a', 'b_mask', 'masks', 'good', '.x', '@eaDir', 'Thumbs.db', 'overlays', 'ü');
  const file = fc
    .tuple(fc.array(name, { maxLength: 3 }), name, fc.constantFrom('.png', '.GIF', '.txt', '', '.jpe'))
    .map(([folders, stem, extension]) =>
      [...folders.map((part) => `${part} d`.replace(/^(good|masks) d$/, '$1')), stem + extension].join('/'),
    );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(file, { maxLength: 12 }), async (files) => {
      await rm(root, { recursive: true, force: true });
      const present = [
        'good/first.png',
        'good/second.png',
        ...files.filter((path) => !/(^|\/)(good|masks)$/.test(path)),
      ];
      await writeFiles(root, present);
      const { samples, unused = [] } = await folder(root);
      const used = samples.flatMap(({ path, maskPath, furtherMaskPaths = [] }) =>
        maskPath ? [path, maskPath, ...furtherMaskPaths] : [path],
      );
      for (const path of present.map((path) => join(root, path))) {
        const isReported = unused.some((other) => path === other.path || path.startsWith(`${other.path}/`));
        assert.equal(Number(used.includes(path)) + Number(isReported), 1, path);
      }
    }),
    { numRuns: 60, seed: 3 },
  );
});

test('unused files are counted by reason, and the first three named', () => {
  const unused = ['1', '2', '3', '4'].map((path) => ({ path, reason: 'x' }));
  assert.deepEqual(describeUnused([...unused, { path: 'z', reason: 'y' }]), [
    'not used: 4 (x): 1, 2, 3 and 1 more',
    'not used: 1 (y): z',
  ]);
  assert.deepEqual(describeUnused([]), []);
});
