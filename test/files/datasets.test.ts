import '../../src/platform';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { btadCategory, encodePng, folder, loadSample, mtd } from '../../src/files';
import { mtdRoot, unlessPresent } from '../helpers/shared';
import { temporaryFolder } from '../helpers/temporary';

async function writeImages(root: string, paths: string[]) {
  const png = await encodePng({ width: 4, height: 4, data: new Float32Array(48) });
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), png);
  }
}

test("BTAD's layout: masks by stem, whatever their extension", async (context) => {
  const root = await temporaryFolder(context);
  await writeImages(root, [
    '01/train/ok/0.png',
    '01/test/ok/1.png',
    '01/test/ko/2.bmp',
    '01/ground_truth/ko/2.png',
  ]);
  const { samples } = await btadCategory(root, '01');
  assert.deepEqual(
    samples.map(({ label, defect }) => `${label} ${defect}`),
    ['nominal good', 'anomalous ko', 'nominal good'],
  );
  assert.equal(samples[1].maskPath, join(root, '01/ground_truth/ko/2.png'));
});

test("a folder of one's own: good/ is divided by the seed, the rest is tested", async (context) => {
  const root = await temporaryFolder(context);
  const good = Array.from({ length: 10 }, (_, index) => `good/${index}.png`);
  await writeImages(root, [...good, 'dent/a.png', 'dent/b.png', 'masks/dent/a_mask.png', 'notes/readme.txt']);
  const { samples, unused } = await folder(root, { seed: 1 });
  assert.deepEqual(unused, [{ path: join(root, 'notes/readme.txt'), reason: 'not an image by its name' }]);
  assert.equal(samples.filter(({ split }) => split === 'train').length, 8);
  const [a, b] = samples.filter(({ defect }) => defect === 'dent');
  assert.equal(a.maskPath, join(root, 'masks/dent/a_mask.png'));
  assert.equal(b.maskPath, null);
  assert.equal((await loadSample(b)).mask, null);
  assert.deepEqual(await folder(root, { seed: 1 }), { name: root.split('/').pop(), samples, unused });
  await assert.rejects(folder(join(root, 'good')), /no images in .*good\/good; put nominal images there/);
  await assert.rejects(
    folder(root, { trainFraction: 1 }),
    /trainFraction is 1; expected a number in \(0, 1\)/,
  );
});

test(
  'MTD: 200 free tiles to train on, the other 100 and every defect to test',
  {
    skip: unlessPresent(mtdRoot),
  },
  async () => {
    const { samples } = await mtd(mtdRoot);
    const count = (split: string, defect: string) =>
      samples.filter((sample) => sample.split === split && sample.defect === defect).length;
    assert.deepEqual(
      [count('train', 'good'), count('test', 'good'), count('test', 'blowhole'), count('test', 'break')],
      [200, 100, 115, 85],
    );
    const broken = samples.find(({ defect }) => defect === 'break')!;
    const { image, mask } = await loadSample(broken, { image: { size: 224 } });
    assert.equal(image.data.length, 224 * 224 * 3);
    assert.ok(mask!.data.includes(1));
    await assert.rejects(mtd(join(mtdRoot, 'MT_Free')), /expected MTD's layout/);
  },
);

test('masks of a nested kind may leave out its first folders', async (context) => {
  const root = await temporaryFolder(context);
  const paths = ['good/0.png', 'good/1.png', 'ng/crack/0.png', 'ng/colour/0.png', 'ng/colour/1.png'];
  const masks = ['masks/crack/0.png', 'masks/ng/colour/0_mask.png', 'masks/colour/1.png'];
  await writeImages(root, [...paths, ...masks]);
  const { samples } = await folder(root);
  const maskOf = (path: string) => samples.find((sample) => sample.path === join(root, path))!.maskPath;
  assert.equal(maskOf('ng/crack/0.png'), join(root, 'masks/crack/0.png'));
  assert.equal(maskOf('ng/colour/0.png'), join(root, 'masks/ng/colour/0_mask.png'));
  assert.equal(maskOf('ng/colour/1.png'), join(root, 'masks/colour/1.png'));
});
