import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { ownFolder, runOnFolder, spanlab } from '../helpers/cli';
import { mtdRoot, resnet50V2Weights, unlessPresent } from '../helpers/shared';
import { temporaryFolder } from '../helpers/temporary';

test("run on a folder of one's own: scores, maps, overlays; a broken image is skipped and reported", async (context) => {
  const root = await ownFolder(context);
  await writeFile(join(root, 'data', 'stain', 'broken.png'), 'not an image');
  const out = join(root, 'out');
  const { code, stdout, stderr } = await runOnFolder(root, out, '--exemplars', '500');
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /data: 500 exemplars were asked for, and there are 10 nominal images: all of them are kept/,
  );
  assert.match(stderr, /data: skipped: cannot decode image .*broken\.png/);
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const [category] = categories;
  assert.equal(category.testImages.length, 5);
  assert.equal(category.banks[0].exemplars.length, 10);
  assert.ok(category.pixel.auroc > 0.95, `pixel AUROC ${category.pixel.auroc}`);
  assert.equal(category.image.auroc, 1);
  assert.ok(stdout.includes(category.pixel.auroc.toFixed(4)));
  assert.deepEqual((await readdir(join(out, 'overlays', 'data', 'stain'))).sort(), [
    '20.png',
    '21.png',
    '22.png',
  ]);
  const overlay = await sharp(join(out, 'overlays', 'data', 'stain', '20.png')).metadata();
  assert.deepEqual([overlay.width, overlay.height], [3 * 128 + 8, 128]);
});

test('the same seed gives the same results', async (context) => {
  const root = await ownFolder(context);
  const scores = async (out: string) => {
    const options = [
      '--granularity',
      'patch',
      '--solver',
      'omp',
      '--atoms',
      '5',
      '--patches',
      '40',
      '--seed',
      '3',
    ];
    const { code, stderr } = await runOnFolder(root, join(root, out), ...options);
    assert.equal(code, 0, stderr);
    const { categories } = JSON.parse(await readFile(join(root, out, 'results.json'), 'utf8'));
    return [categories[0].pixel, categories[0].image, categories[0].banks[0].exemplars];
  };
  assert.deepEqual(await scores('a'), await scores('b'));
});

test(
  'MTD with ImageNet features localizes defects',
  {
    skip: unlessPresent(mtdRoot, resnet50V2Weights),
  },
  async (context) => {
    const root = await temporaryFolder(context);
    const part = join(root, 'mtd');
    for (const [kind, count] of [
      ['MT_Free', 24],
      ['MT_Break', 8],
    ] as const) {
      const from = join(mtdRoot, kind, 'Imgs');
      await mkdir(join(part, kind, 'Imgs'), { recursive: true });
      for (const name of (await readdir(from)).sort().slice(0, 2 * count))
        await copyFile(join(from, name), join(part, kind, 'Imgs', name));
    }
    const out = join(root, 'out');
    const backbone = ['--backbone', 'resnet50_v2', '--weights', resnet50V2Weights, '--size', '224'];
    const { code, stderr } = await spanlab(
      'run',
      '--dataset',
      'mtd',
      '--root',
      part,
      '--out',
      out,
      ...backbone,
    );
    assert.equal(code, 0, stderr);
    const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
    assert.ok(categories[0].pixel.auroc > 0.93, `pixel AUROC ${categories[0].pixel.auroc}`);
  },
);
