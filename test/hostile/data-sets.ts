import '../../src/platform';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { listInputs } from '../../src/cli/list-inputs';
import { type Configuration, evaluate, fitDetector } from '../../src/detector';
import { decodeMask, folder, loadSample, mtd, mvtecCategory, writeFileAtomically } from '../../src/files';

import type { Dataset } from '../../src/images';
import { grey, type Hostile, noise } from './hostile';
async function sampleWithMask(root: string, mask: Buffer) {
  const [path, maskPath] = [join(root, 'image.png'), join(root, 'mask.png')];
  await writeFile(path, await grey(20, 20).png().toBuffer());
  await writeFile(maskPath, mask);
  return { path, maskPath, split: 'test', label: 'anomalous', defect: 'stain' } as const;
}

/** A folder of one's own with so many images of one colour, and one with a mask. */
async function flatFolder(root: string, count: number, mask: Buffer) {
  await mkdir(join(root, 'good'), { recursive: true });
  await mkdir(join(root, 'masks', 'stain'), { recursive: true });
  await mkdir(join(root, 'stain'), { recursive: true });
  for (let index = 0; index < count; index++)
    await writeFile(join(root, 'good', `${index}.png`), await grey(32, 32).png().toBuffer());
  await writeFile(join(root, 'stain', 'a.png'), await noise(32, 32).png().toBuffer());
  await writeFile(join(root, 'masks', 'stain', 'a.png'), mask);
  return folder(root);
}

/** Fits and evaluates small images. */
async function scored(dataset: Dataset, changes: Partial<Configuration> = {}) {
  const detector = await fitDetector(dataset, { size: 32, sigma: 1, ...changes });
  const evaluation = await evaluate(detector, dataset);
  await detector.dispose();
  return { ...evaluation, notices: [...detector.fit!.notices, ...evaluation.notices] };
}

/** Folders, masks and outputs. */
export const dataSets: Hostile[] = [
  {
    input: 'mask of another size',
    outcome: /^mask .*mask\.png is 10x20, its image .*image\.png 20x20; give a mask of the image's size/,
    run: async (root) => loadSample(await sampleWithMask(root, await grey(10, 20).png().toBuffer())),
  },
  {
    input: 'mask that is not an image',
    outcome: /^cannot decode image .*mask\.png: /,
    run: async (root) => decodeMask((await sampleWithMask(root, Buffer.from('mask'))).maskPath),
  },
  {
    input: 'anomalous image with an empty mask',
    outcome:
      /^scored; the image threshold takes the scores of 4 nominal images to be normally distributed: [^;]*; give 59 images or more[^;]*; 1 anomalous images have an empty mask: all of their pixels count as nominal; pixel metrics none$/,
    async run(root) {
      const black = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'black' } })
        .png()
        .toBuffer();
      const { notices, pixel } = await scored(await flatFolder(root, 5, black));
      return `scored; ${notices.join('; ')}; pixel metrics ${pixel ? 'some' : 'none'}`;
    },
  },
  {
    input: 'constant nominal images',
    outcome: /^pixel AUROC \d\.\d+, all scores finite$/,
    async run(root) {
      const white = await sharp(Buffer.alloc(32 * 32, 0).fill(255, 0, 512), {
        raw: { width: 32, height: 32, channels: 1 },
      })
        .png()
        .toBuffer();
      const { pixel, imageScores } = await scored(await flatFolder(root, 5, white));
      assert.ok(imageScores.every(Number.isFinite));
      return `pixel AUROC ${pixel!.auroc.toFixed(3)}, all scores finite`;
    },
  },
  {
    input: 'fewer images than exemplars',
    outcome:
      /^scored; the image threshold takes the scores of 4 nominal images to be normally distributed: [^;]*; give 59 images or more[^;]*; 50 exemplars were asked for, and there are 4 nominal images: all of them are kept; 1 image: the mask marks more than half of the image: is it the mask of this image, and not inverted\?: .*a\.png$/,
    async run(root) {
      const white = await sharp(Buffer.alloc(32 * 32, 255), { raw: { width: 32, height: 32, channels: 1 } })
        .png()
        .toBuffer();
      const { notices } = await scored(await flatFolder(root, 5, white), { exemplars: 50 });
      return `scored; ${notices.join('; ')}`;
    },
  },
  {
    input: 'folder without good/',
    outcome: /^no images in .*good; put nominal images there$/,
    run: (root) => folder(root),
  },
  {
    input: 'empty good/',
    outcome: /^no images in .*good; put nominal images there$/,
    async run(root) {
      await mkdir(join(root, 'good'));
      await folder(root);
    },
  },
  {
    input: 'category without training images',
    outcome: /^no images in .*bottle.train.good$/,
    async run(root) {
      await mkdir(join(root, 'bottle', 'train', 'good'), { recursive: true });
      await mkdir(join(root, 'bottle', 'test', 'good'), { recursive: true });
      await mvtecCategory(root, 'bottle');
    },
  },
  {
    input: 'MTD without MT_Free',
    outcome: /^no images in .*MT_Free.Imgs; expected MTD's layout$/,
    run: (root) => mtd(root),
  },
  {
    input: 'two images of one stem',
    outcome: /^a\.jpg a\.png b\.png$/,
    async run(root) {
      await mkdir(join(root, 'good'));
      for (const name of ['a.png', 'a.jpg', 'b.png'])
        await writeFile(join(root, 'good', name), await grey(4, 4).png().toBuffer());
      const { samples } = await folder(root);
      return samples.map(({ path }) => path.split('/').at(-1)).join(' ');
    },
  },
  {
    input: 'folder with a link to itself',
    outcome: /^found a\.png once$/,
    async run(root) {
      await writeFile(join(root, 'a.png'), await grey(4, 4).png().toBuffer());
      await symlink(root, join(root, 'loop'));
      const { paths: found } = await listInputs([root], process.stdin);
      assert.deepEqual(found, [join(root, 'a.png')]);
      return 'found a.png once';
    },
  },
  {
    input: 'output folder that is a file',
    outcome: /^cannot write .*file.results\.json: .*file is a file; expected a folder/,
    async run(root) {
      await writeFile(join(root, 'file'), '');
      await writeFileAtomically(join(root, 'file', 'results.json'), 'x');
    },
  },
  {
    input: 'output where nothing may be written',
    outcome: /^cannot write \/sys\/spanlab\/results\.json: (EROFS|EACCES|EPERM|ENOENT)/,
    run: () => writeFileAtomically('/sys/spanlab/results.json', 'x'),
  },
  {
    input: 'full disk (a limit on file sizes) while a file is replaced',
    outcome: /^cannot write .*kept: EFBIG.*; the old content is there, nothing else$/,
    async run(root) {
      const path = join(root, 'kept');
      await writeFile(path, 'old');
      const script = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, '..', '..', 'src', 'files'))}).writeFileAtomically(${JSON.stringify(path)}, Buffer.alloc(4e6)).catch((error) => console.log(error.message))`;
      const command = `ulimit -f 1000; exec "$0" -e "$1"`;
      const message = execFileSync('bash', ['-c', command, process.execPath, script], {
        encoding: 'utf8',
        cwd: join(__dirname, '..', '..'),
        env: { ...process.env, TSX_DISABLE_CACHE: '1' },
      });
      assert.equal(await readFile(path, 'utf8'), 'old');
      assert.deepEqual(await readdir(root), ['kept']);
      return `${message.trim()}; the old content is there, nothing else`;
    },
  },
];
