import '../../src/platform';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { drawSynthetic, type Mask, type RgbImage } from '../../src/images';
import { bmpOf } from '../helpers/bmp-of';
import { runOnFolder } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';
import { writeIn } from '../helpers/write-images';

/** Writes an image as its name's ending says. */
async function writeImage(root: string, path: string, { width, height, data }: RgbImage): Promise<void> {
  const bytes = Uint8Array.from(data, (value) => Math.round(value * 255));
  const gif = () =>
    sharp(bytes, { raw: { width, height, channels: 3 } })
      .gif()
      .toBuffer();
  await writeIn(root, path, path.endsWith('.bmp') ? bmpOf(bytes, width, height) : await gif());
}

/** LabelMe's file of a rectangle around a mask. */
function labelMe(path: string, { width, height, data }: Mask): string {
  const marked = [...data.keys()].filter((at) => data[at]);
  const columns = marked.map((at) => at % width);
  const rows = marked.map((at) => Math.floor(at / width));
  const points = [
    [Math.min(...columns), Math.min(...rows)],
    [Math.max(...columns) + 1, Math.max(...rows) + 1],
  ];
  const shapes = [{ label: 'defect', points, group_id: null, shape_type: 'rectangle', flags: {} }];
  const image = { imagePath: parse(path).base, imageData: null, imageHeight: height, imageWidth: width };
  return JSON.stringify({ version: '5.4.1', flags: {}, shapes, ...image });
}

test('a folder with hidden folders, nested defects, GIF beside BMP and LabelMe masks is scored right at the first command', async (context) => {
  const root = await temporaryFolder(context);
  const data = join(root, 'data');
  const draw = (seed: number, defect?: 'stain' | 'hole') => drawSynthetic('nut', { seed, size: 128, defect });
  for (let seed = 0; seed < 20; seed++)
    await writeImage(
      data,
      `good/${seed % 3 ? '' : 'line 2/'}${seed}.${seed % 2 ? 'gif' : 'bmp'}`,
      draw(seed).image,
    );
  for (let seed = 0; seed < 6; seed++) {
    const { image, mask } = draw(50 + seed, seed < 3 ? 'stain' : 'hole');
    const stem = `${seed < 3 ? 'stain/2024-05-01' : 'hole'}/${seed}`;
    const path = `${stem}.${seed % 2 ? 'gif' : 'bmp'}`;
    await writeImage(data, path, image);
    await writeIn(data, `${stem}.json`, labelMe(path, mask));
  }
  await writeImage(data, '.thumbnails/0.gif', draw(0).image);
  await writeImage(data, 'hole/.cache/0.gif', draw(1).image);
  const out = join(root, 'out');
  const { code, stderr } = await runOnFolder(root, out, '--size', '64');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /not used: 2 \(hidden.*\.thumbnails.*hole\/\.cache/);
  const [{ testImages, trainingImages, pixel, image, decisions }] = JSON.parse(
    await readFile(join(out, 'results.json'), 'utf8'),
  ).categories;
  const kinds: Record<string, number> = {};
  for (const { defect } of testImages) kinds[defect] = (kinds[defect] ?? 0) + 1;
  assert.deepEqual(kinds, { good: 4, 'stain/2024-05-01': 3, hole: 3 });
  assert.equal(trainingImages, 16);
  assert.equal(pixel.regions, 6);
  assert.equal(image.auroc, 1);
  assert.ok(decisions.image.recall === 1 && pixel.auroc > 0.9, `${pixel.auroc}`);
});
