import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { ownFolder, runOnFolder, spanlab, start } from '../helpers/cli';

function greysOf(path: string): Promise<Buffer> {
  return sharp(path).toColourspace('b-w').raw().toBuffer();
}

/** The map of a square photo of 128 pixels, its mask and its regions agree with each other. */
async function checkFiles(
  path: string,
  score: number,
  { map, mask, regions }: { map: string; mask: string; regions: string },
): Promise<void> {
  const record = JSON.parse(await readFile(regions, 'utf8'));
  assert.deepEqual([record.path, record.width, record.height, record.score], [path, 128, 128, score]);
  assert.deepEqual(record.map, { width: 128, height: 128, frame: { x: 0, y: 0, width: 128, height: 128 } });
  const raw = await sharp(map).toColourspace('b-w').raw({ depth: 'float' }).toBuffer();
  const values = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);
  const largest = values.toSorted().slice(-Math.round(0.01 * values.length));
  const mean = largest.reduce((sum, value) => sum + value, 0) / largest.length;
  assert.ok(Math.abs(mean - score) < 1e-4, `${mean}, ${score}`);
  const { width, height, channels } = await sharp(mask).metadata();
  assert.deepEqual([width, height, channels], [128, 128, 1]);
  const data = await greysOf(mask);
  const { pixel } = record.thresholds;
  assert.deepEqual(
    [...data],
    [...values].map((value) => (value >= pixel ? 255 : 0)),
  );
  const areas = record.regions.map(({ area }: { area: number }) => area);
  assert.equal(
    areas.reduce((sum: number, area: number) => sum + area, 0),
    data.filter((value) => value === 255).length,
  );
  const [{ peak, contours }] = record.regions;
  assert.equal(peak.value, values[peak.y * 128 + peak.x]);
  assert.ok(contours[0].length > 4);
}

test('score: a photo that EXIF turns has its mask and regions upright', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  assert.equal((await runOnFolder(root, out, '--bank', '--size', '112')).code, 0);
  const upright = sharp(join(root, 'data', 'stain', '20.png')).resize(300, 200, { fit: 'fill' });
  const photos = ['upright.png', 'turned.png'].map((name) => join(root, name));
  await sharp(await upright.png().toBuffer()).toFile(photos[0]);
  const turned = await sharp(await upright.png().toBuffer())
    .rotate(-90)
    .toBuffer();
  await sharp(turned).withMetadata({ orientation: 6 }).toFile(photos[1]);
  const bank = join(out, 'banks', 'data.safetensors');
  const { stdout, stderr } = await spanlab('score', '--bank', bank, '--out', join(root, 'scored'), ...photos);
  const [one, other] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const read = async ({ regions }: { regions: string }) => JSON.parse(await readFile(regions, 'utf8'));
  const [expected, found] = [await read(one), await read(other)];
  assert.deepEqual([found.width, found.height], [300, 200], stderr);
  // A turned photo is scaled before it is turned, so that its pixels differ by a little.
  assert.ok(Math.abs(found.score - expected.score) < 0.01 * expected.score);
  const [mask, wanted] = [await greysOf(other.mask), await greysOf(one.mask)];
  const anomalous = wanted.filter((value) => value > 0).length;
  const differing = wanted.filter((value, at) => value !== mask[at]).length;
  assert.ok(
    anomalous > 0 && anomalous < wanted.length / 4 && differing < anomalous / 50,
    `${differing} of ${anomalous}`,
  );
  const { peak } = found.regions[0];
  assert.ok(Math.hypot(peak.x - expected.regions[0].peak.x, peak.y - expected.regions[0].peak.y) < 5);
});

test('run --ignore: the bank keeps the region, and score has no defect there', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  const white = { create: { width: 128, height: 128, channels: 3, background: 'white' } } as const;
  const black = { create: { ...white.create, height: 44, background: 'black' } };
  // All but a stripe is ignored: a mask of ground truth would count as inverted.
  await sharp(white)
    .composite([{ input: await sharp(black).png().toBuffer(), top: 84, left: 0 }])
    .png()
    .toFile(join(root, 'mask.png'));
  const { code, stderr } = await runOnFolder(root, out, '--bank', '--ignore', join(root, 'mask.png'));
  assert.equal(code, 0, stderr);
  const photo = join(root, 'photo.png');
  const square = { create: { width: 20, height: 20, channels: 3, background: 'red' } } as const;
  const input = await sharp(square).png().toBuffer();
  await sharp(join(root, 'data', 'good', '0.png'))
    .composite([
      { input, top: 20, left: 50 },
      { input, top: 106, left: 20 },
    ])
    .toFile(photo);
  const scored = await spanlab(
    ...['score', '--bank', join(out, 'banks', 'data.safetensors'), '--out', join(root, 'scored'), photo],
  );
  assert.equal(scored.code, 0, scored.stderr);
  const line = JSON.parse(scored.stdout);
  const { regions } = JSON.parse(await readFile(line.regions, 'utf8'));
  assert.ok(line.anomalous && regions.length > 0);
  for (const { box } of regions) assert.ok(box.y >= 84, JSON.stringify(box));
  const { peak } = regions[0];
  assert.ok(peak.x >= 15 && peak.x <= 45 && peak.y >= 100, JSON.stringify(peak));
  const anomalous = await greysOf(line.mask);
  assert.ok(anomalous.subarray(0, 84 * 128).every((value) => value === 0));
  const missing = await runOnFolder(root, out, '--ignore', join(root, 'none.png'));
  assert.ok(missing.code === 1 && /none\.png/.test(missing.stderr), missing.stderr);
});

test('score: files, folders, globs and a list; a broken image is reported and the exit code tells', async (context) => {
  const root = await ownFolder(context);
  const out = join(root, 'out');
  const ran = await runOnFolder(root, out, '--bank');
  assert.equal(ran.code, 0, ran.stderr);
  const bank = join(out, 'banks', 'data.safetensors');
  const { categories } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
  const expected = new Map<string, number>(
    categories[0].testImages.map(({ path, score }: { path: string; score: number }) => [path, score]),
  );
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  const overlays = join(root, 'overlays');
  const whole = await spanlab(
    'score',
    '--bank',
    bank,
    '--out',
    overlays,
    '--explain',
    join(root, 'data', 'stain'),
  );
  assert.equal(whole.code, 0, whole.stderr);
  assert.equal(lines(whole.stdout).length, 3);
  for (const { path, score, anomalous, overlay, explanation, ...files } of lines(whole.stdout)) {
    await checkFiles(path, score, files);
    assert.match(
      await readFile(explanation, 'utf8'),
      /image, level \d: row \d+, column \d+.*residual at this position, size/s,
    );
    assert.equal(score, expected.get(path));
    assert.equal(anomalous, true);
    assert.ok(existsSync(overlay), overlay);
  }

  const broken = join(root, 'data', 'stain', 'a-broken.png');
  await writeFile(broken, 'not an image');
  const some = await spanlab('score', '--bank', bank, join(root, 'data', 'stain', '*.png'), broken);
  assert.equal(some.code, 1);
  assert.match(some.stderr, /cannot decode image .*a-broken\.png/);
  assert.match(some.stderr, /1 of 4 images could not be scored/);
  assert.equal(lines(some.stdout).filter(({ error }) => error).length, 1);
  assert.equal(lines(some.stdout).filter(({ score }) => Number.isFinite(score)).length, 3);

  const listed = start('score', '--bank', bank, '-');
  let stdout = '';
  listed.stdout.on('data', (chunk) => (stdout += chunk));
  listed.stdin.end([...expected.keys()].join('\n'));
  assert.equal(await new Promise((resolve) => listed.on('close', resolve)), 0);
  assert.deepEqual(new Map(lines(stdout).map(({ path, score }) => [path, score])), expected);

  const cut = start('score', '--bank', bank, join(root, 'data', 'good'));
  let complaint = '';
  cut.stderr.on('data', (chunk) => (complaint += chunk));
  cut.stdout.once('data', () => cut.stdout.destroy());
  assert.equal(await new Promise((resolve) => cut.on('close', resolve)), 0);
  assert.equal(complaint, '', 'a reader that closes the pipe is no error');

  const missing = await spanlab('score', '--bank', bank, join(root, 'nothing', '*.png'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nothing\/\*\.png means no image/);
});
