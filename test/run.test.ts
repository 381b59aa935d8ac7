import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { ownFolder, runOnFolder, spanlab } from './helpers/cli';
import { openPage, unlessBrowser } from './helpers/chromium';
import { mtdRoot, resnet50V2Weights, unlessPresent } from './helpers/shared';
import { temporaryFolder } from './helpers/temporary';

test("run on a folder of one's own: scores, maps, overlays; a broken image is skipped and reported", async (context) => {
  const root = await ownFolder(context);
  await writeFile(join(root, 'data', 'stain', 'broken.png'), 'not an image');
  const out = join(root, 'out');
  const { code, stdout, stderr } = await runOnFolder(root, out, '--exemplars', '500');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /data: 500 exemplars were asked for, the memory bank holds 10 images: all are kept/);
  assert.match(stderr, /data: skipped: cannot decode image .*broken\.png/);
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const [category] = categories;
  assert.equal(category.testImages.length, 5);
  assert.equal(category.exemplars.length, 10);
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

test(
  'the report opens offline, its sliders act, and a hostile file name does nothing',
  {
    skip: unlessBrowser,
  },
  async (context) => {
    const root = await ownFolder(context);
    const hostile = '<img src=x onerror="document.title=1">.png';
    await copyFile(join(root, 'data', 'stain', '20.png'), join(root, 'data', 'stain', hostile));
    const out = join(root, 'out');
    const { code, stderr } = await runOnFolder(root, out);
    assert.equal(code, 0, stderr);
    const errors: string[] = [];
    const page = await openPage(context, errors);
    await page.goto(`file://${join(out, 'report.html')}`);
    await page.waitForSelector('body[data-ready]');
    assert.deepEqual(errors, []);
    assert.equal(await page.title(), 'spanlab: folder');
    assert.equal(await page.locator('.js-plotly-plot').count(), 5);
    assert.equal(await page.locator('.gallery canvas').count(), 6);
    assert.ok((await page.locator('.gallery').textContent())?.includes(hostile));
    assert.equal(await page.locator('img').count(), 0);
    const orange = () =>
      page.evaluate(() => {
        let count = 0;
        for (const canvas of document.querySelectorAll('canvas')) {
          if (!canvas.closest('.gallery')) continue;
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === 255 && data[at + 1] === 153 && data[at + 2] === 13) count++;
        }
        return count;
      });
    const set = (id: string, value: string) =>
      page.locator(id).evaluate((input, wanted) => {
        (input as HTMLInputElement).value = wanted;
        input.dispatchEvent(new Event('input'));
      }, value);
    const before = await orange();
    assert.ok(before > 0);
    await set('#threshold-data', '1e9');
    assert.ok((await orange()) < before);
    await set('#opacity-data', '0');
    const centre = await page.evaluate(() =>
      Array.from(
        document
          .querySelector<HTMLCanvasElement>('.gallery canvas')!
          .getContext('2d')!
          .getImageData(2, 2, 1, 1).data,
      ),
    );
    const range = Math.max(centre[0], centre[1], centre[2]) - Math.min(centre[0], centre[1], centre[2]);
    assert.ok(range < 30, `without heat the dark grey tray shows: ${centre}`);
  },
);

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
      '--exemplars',
      '40',
      '--seed',
      '3',
    ];
    const { code, stderr } = await runOnFolder(root, join(root, out), ...options);
    assert.equal(code, 0, stderr);
    const { categories } = JSON.parse(await readFile(join(root, out, 'results.json'), 'utf8'));
    return [categories[0].pixel, categories[0].image, categories[0].exemplars];
  };
  assert.deepEqual(await scores('a'), await scores('b'));
});

test('mistakes on the command line are named, with a way out', async (context) => {
  const root = await temporaryFolder(context);
  const out = join(root, 'out');
  await mkdir(join(root, 'empty', 'good'), { recursive: true });
  const cases: [string[], RegExp][] = [
    [['--dataset', 'mtd'], /dataset mtd needs its folder: give a root/],
    [['--dataset', 'mtd', '--root', join(root, 'none')], /cannot read the root of mtd, .*none/],
    [['--dataset', 'folder', '--root', join(root, 'empty')], /no images in .*good; put nominal images there/],
    [['--category', 'glass'], /no category glass in .*; it has capsule, fabric, metal, nut, wood/],
    [['--backbone', 'resnet18'], /backbone resnet18 needs weights/],
    [['--lambda', '0.5'], /lambda is 0.5; expected a finite number > 1/],
    [['--solver', 'omp', '--atoms', '0'], /atoms is 0; expected a positive integer/],
    [['--exemplars', '0'], /exemplars is 0; expected a positive integer/],
    [['--levels', '9'], /levels is \[9\]; expected hierarchy levels in \[1, 4\]/],
    [['--size', 'big'], /expected a number/],
    [['--granularity', 'pixel'], /Allowed choices are image, position, patch/],
  ];
  for (const [args, reason] of cases) {
    const { code, stderr } = await spanlab('run', '--out', out, ...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, reason);
  }
  const { code, stderr } = await spanlab('fetch', 'alexnet');
  assert.equal(code, 1);
  assert.match(stderr, /no weights named alexnet; expected one of resnet18/);
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
