import '../../src/platform';
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fitDetector, loadDetector, type ScoredImage } from '../../src/detector';
import { writeSyntheticSet } from '../../src/files';
import type { Plane } from '../../src/images';
import type { EncodedPlane } from '../../src/workbench/messages';
import { violationsOf } from '../helpers/axe';
import { unlessBrowser } from '../helpers/chromium';
import { unlessPresent } from '../helpers/shared';
import { openSite } from '../helpers/site';
import { temporaryFolder } from '../helpers/temporary';

const root = join(__dirname, '..', '..');
const unlessBuilt: string | false =
  unlessBrowser ||
  (!existsSync(join(root, 'dist', 'site', 'index.html')) && 'needs the page: run `npm run site`');

test(
  'an example in a tab: it is learnt, a click explains, nothing is fetched after loading, and it opens again offline',
  { skip: unlessBuilt },
  async (context) => {
    const errors: string[] = [];
    const { page, address, requests, settled, told } = await openSite(context, errors);
    await page.locator('body[data-offline]').waitFor({ timeout: 60_000 });
    assert.ok(requests.every((one) => one.startsWith(address)));
    requests.length = 0;
    await page.selectOption('#example', 'wood');
    await page.click('#try');
    await settled();
    const { samples } = await told('setup');
    const { scores, metrics } = await told('set');
    assert.equal(scores.length, samples.length);
    assert.ok(metrics.find(({ name }) => name === 'image AUROC')!.value > 0.9);
    await page
      .locator('.sl-pictures canvas')
      .first()
      .click({ position: { x: 60, y: 60 } });
    await page.locator('.sl-equation').first().waitFor();
    assert.match(await page.locator('.sl-equation').first().innerText(), /residual at this position, size/);
    const decisions = await page.locator('.sl-decisions').textContent();
    await page.getByRole('slider', { name: 'image threshold' }).press('End');
    assert.match((await page.locator('.sl-decisions').textContent())!, /recall 0\.000/);
    await page.getByRole('slider', { name: 'image threshold' }).press('Home');
    assert.match((await page.locator('.sl-decisions').textContent())!, /recall 1\.000/);
    assert.notEqual(await page.locator('.sl-decisions').textContent(), decisions);
    const csv = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Scores as CSV' }).click();
    const lines = (await readFile(await (await csv).path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, samples.length + 1);
    assert.equal(Number(lines[1].split(',')[1]), Math.max(...scores.map((score) => score ?? 0)));
    assert.deepEqual(
      requests.filter((one) => !one.startsWith('data:') && !one.startsWith('blob:')),
      [],
    );
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await violationsOf(page), [], scheme);
    }
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('body[data-ready]').waitFor({ timeout: 60_000 });
    // The files come from the service worker now, with its policies: the method runs under them, with threads.
    await page.selectOption('#example', 'nut');
    await page.click('#try');
    await settled();
    assert.match((await page.locator('.sl-status').textContent())!, /^picture after/);
    assert.ok(await page.evaluate(() => crossOriginIsolated));
    assert.deepEqual(errors, []);
  },
);

const bottles = join(root, '..', 'shared', 'data', 'suite', 'bottle');

test(
  'real images in a tab have the scores and maps of the command line, and so has the bank that it saves',
  { skip: unlessBuilt || unlessPresent(bottles) },
  async (context) => {
    const some = (folder: string, count: number) =>
      readdirSync(join(bottles, folder))
        .sort()
        .slice(0, count)
        .map((name) => join(bottles, folder, name));
    const nominal = some('train/good', 16);
    const tests = [
      ...some('test/good', 4),
      ...some('test/broken_small', 4),
      ...some('test/contamination', 4),
    ];
    const errors: string[] = [];
    const { page, settled, told } = await openSite(context, errors);
    await page.setInputFiles('#good-files', nominal);
    await page.setInputFiles('#check-files', tests);
    await page.click('#start');
    await settled();
    const { scores } = await told('set');
    const detector = await fitDetector(nominal);
    context.after(() => detector.dispose());
    const expected: ScoredImage[] = [];
    for await (const scored of detector.score(tests)) expected.push(scored);
    scores.forEach((score, index) =>
      assert.ok(
        Math.abs(score! - expected[index].score) < 1e-3,
        `${basename(tests[index])}: ${score} in the tab, ${expected[index].score} here`,
      ),
    );
    assert.deepEqual(orderOf(scores as number[]), orderOf(expected.map(({ score }) => score)));
    const shown = new Map<number, Plane>();
    // Two fits agree but for near ties: a position of image 3 takes other nearest exemplars here, and its map differs by 1.7 % there.
    const tied = 3;
    for (const index of [0, tied, 5, 9]) {
      await page.locator(`.sl-thumbnails [data-image="${index}"]`).first().click();
      await page.waitForFunction(
        (at) => {
          const { image } = (window as unknown as { told: { image: { index: number; isFinal: boolean } } })
            .told;
          return image.index === at && image.isFinal;
        },
        index,
        { timeout: 60_000 },
      );
      const { map } = await told('image');
      shown.set(index, decoded(map));
      if (index !== tied)
        assertClose(shown.get(index)!, expected[index].map, {
          what: `image ${index} in the tab`,
          most: 2e-3,
        });
    }
    await settled();
    const saving = page.waitForEvent('download');
    await page.locator('[data-action=save]').click();
    const path = join(await temporaryFolder(context), 'bank.safetensors');
    await (await saving).saveAs(path);
    const loaded = await loadDetector(path);
    context.after(() => loaded.dispose());
    let index = 0;
    for await (const { map } of loaded.score(tests)) {
      const inTab = shown.get(index);
      if (inTab) assertClose(map, inTab, { what: `image ${index} with the saved bank`, most: 1e-3 });
      index++;
    }
    // The page takes the bank back: the same images in the same order.
    await page.setInputFiles('#bank', path);
    await page.click('#start');
    await page.getByText(/of 12 images reach the bank's threshold/).waitFor({ timeout: 120_000 });
    const captions = await page.locator('.checked figcaption').allTextContents();
    const shownScores = captions.map((caption) => Number(/: (-?[\d.e-]+),/.exec(caption)![1]));
    const sorted = [...(scores as number[])].sort((a, b) => b - a);
    // Captions hold three digits.
    sorted.forEach((score, at) =>
      assert.ok(Math.abs(score - shownScores[at]) < 6e-3, `${captions[at]} for ${score}`),
    );
    assert.deepEqual(errors, []);
  },
);

test(
  'a session is kept for a reload where the person allows it: images, values and the chosen image; else nothing is',
  { skip: unlessBuilt },
  async (context) => {
    const errors: string[] = [];
    const { page, settled } = await openSite(context, errors);
    const folder = await temporaryFolder(context);
    await writeSyntheticSet(folder, { size: 96, train: 5 });
    const imagesOf = (place: string) =>
      readdirSync(join(folder, 'nut', place)).map((name) => join(folder, 'nut', place, name));
    const [nominal, tests] = [imagesOf('train/good'), imagesOf('test/scratch')];
    const reload = async () => {
      await page.reload();
      await page.locator('body[data-ready]').waitFor({ timeout: 60_000 });
    };
    const counts = () => page.locator('.zone .count').allTextContents();
    await page.setInputFiles('#good-files', nominal);
    await page.setInputFiles('#check-files', tests);
    await reload();
    assert.deepEqual(await counts(), ['none yet', 'none yet']);
    await page.setInputFiles('#good-files', nominal);
    await page.setInputFiles('#check-files', tests);
    await page.check('#keep');
    await page.getByText('They are kept.').waitFor();
    await reload();
    await page.locator('#keep:checked').waitFor();
    assert.deepEqual(await counts(), [`${nominal.length} images`, `${tests.length} images`]);
    await page.click('#start');
    await settled();
    await page.locator('.sl-thumbnails [data-image="1"]').first().click();
    await page.selectOption('select[data-parameter=solver]', 'omp');
    await page.waitForFunction(() => /omp/.test(document.querySelector('.sl-copy code')?.textContent ?? ''));
    await settled();
    await reload();
    await settled();
    assert.equal(await page.inputValue('select[data-parameter=solver]'), 'omp');
    assert.match((await page.locator('.sl-copy code').first().textContent())!, /omp/);
    assert.equal(await page.locator('.sl-thumbnails .sl-chosen').first().getAttribute('data-image'), '1');
    await page.uncheck('#keep');
    await page.getByText('Nothing is kept any more.').waitFor();
    await page.check('#keep');
    await page.getByText('They are kept.').waitFor();
    await reload();
    await page.locator('#keep:checked').waitFor();
    assert.deepEqual(await counts(), [`${nominal.length} images`, `${tests.length} images`]);
    await page.uncheck('#keep');
    await page.getByText('Nothing is kept any more.').waitFor();
    await reload();
    assert.deepEqual(await counts(), ['none yet', 'none yet']);
    assert.deepEqual(errors, []);
  },
);

function orderOf(scores: readonly number[]): number[] {
  return scores.map((_, index) => index).sort((a, b) => scores[b] - scores[a]);
}

function decoded({ width, height, low, high, data }: EncodedPlane): Plane {
  const bytes = Buffer.from(data, 'base64');
  const steps = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return { width, height, data: Float32Array.from(steps, (step) => low + (step / 65535) * (high - low)) };
}

/** Maps differ by a fraction of their range at most. */
function assertClose(one: Plane, other: Plane, { what, most }: { what: string; most: number }): void {
  const scale = Math.max(...other.data) - Math.min(...other.data);
  const far = other.data.reduce(
    (largest, value, at) => Math.max(largest, Math.abs(value - one.data[at]) / scale),
    0,
  );
  assert.ok(far < most, `${what}: off by ${far}`);
}
