import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder, runOnFolder, spanlab, start } from '../helpers/cli';

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
  for (const { path, score, anomalous, overlay, explanation } of lines(whole.stdout)) {
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
