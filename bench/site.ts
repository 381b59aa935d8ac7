/**
 * Measures the page that runs in the browser alone: what it loads and when it is painted, the time to learn and to check
 * images, and the memory that large photos take:
 *
 *   npm run bench:site -- --root DIR [--category bottle] [--photos 200]
 *
 * `--root` is a data set in the layout of MVTec AD; 60 of its good images are learnt, 20 of its test images checked.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { createRandom, quantile } from '../src/base';
import { openSite, type Site } from '../test/helpers/site';

const { values: flags } = parseArgs({
  options: {
    root: { type: 'string' },
    category: { type: 'string', default: 'bottle' },
    photos: { type: 'string', default: '200' },
  },
});

/** Opens the page, does something with it, and closes it again. */
async function withSite(work: (site: Site) => Promise<void>): Promise<void> {
  const ends: (() => unknown)[] = [];
  const errors: string[] = [];
  try {
    const site = await openSite({ after: (end) => void ends.push(end) }, errors);
    await site.page.locator('body[data-ready]').waitFor({ timeout: 60_000 });
    await work(site);
    if (errors.length > 0) throw new Error(`the page has errors: ${errors.join('; ')}`);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function measureLoading(page: Page): Promise<void> {
  await page.locator('body[data-offline]').waitFor({ timeout: 60_000 });
  const [paint, bytes] = await page.evaluate(() => [
    performance.getEntriesByName('first-contentful-paint')[0].startTime,
    performance
      .getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  ]);
  console.log(`first paint after ${paint.toFixed(0)} ms; page and styles are ${(bytes / 1e3).toFixed(0)} kB`);
}

/** Seconds from the button to the last result. */
async function learn(
  { page, settled }: Site,
  nominal: readonly string[],
  tests: readonly string[],
): Promise<number> {
  await page.setInputFiles('#good-files', nominal);
  await page.setInputFiles('#check-files', tests);
  const started = performance.now();
  await page.click('#start');
  await settled();
  return (performance.now() - started) / 1000;
}

/** The largest memory that the page's process has had, in bytes. */
async function peakOf(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))![1]));
  return 1024 * Math.max(...peaks);
}

/** Writes photos of 12 megapixels, the same part with other noise and light. */
async function takePhotos(folder: string, part: string, count: number): Promise<string[]> {
  const random = createRandom(1);
  const [width, height] = [4000, 3000];
  const large = await sharp(part).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const [gain, shift] = [random.between(0.97, 1.03), random.integer(9973)];
    const noisy = Buffer.alloc(large.length);
    for (let at = 0; at < large.length; at++)
      noisy[at] = Math.max(0, Math.min(255, gain * large[at] + (((at + shift) * 7919) % 13) - 6));
    const path = join(folder, `photo-${index}.jpg`);
    await sharp(noisy, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(path);
    paths.push(path);
  }
  return paths;
}

function imagesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

async function main(): Promise<void> {
  if (!flags.root) throw new Error('give --root, the folder of a data set in the layout of MVTec AD');
  const category = join(flags.root, flags.category);
  const nominal = imagesIn(join(category, 'train', 'good')).slice(0, 60);
  const tests = readdirSync(join(category, 'test'))
    .sort()
    .flatMap((kind) => imagesIn(join(category, 'test', kind)).slice(0, 5))
    .slice(0, 20);
  const seconds: number[] = [];
  for (let run = 0; run < 3; run++)
    await withSite(async (site) => {
      if (run === 0) await measureLoading(site.page);
      seconds.push(await learn(site, nominal, tests));
    });
  const middle = quantile(seconds, 0.5).toFixed(1);
  console.log(`${nominal.length} images learnt, ${tests.length} checked: ${middle} s (median of 3)`);
  const count = Number(flags.photos);
  if (count === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'spanlab-photos-'));
  try {
    const photos = await takePhotos(folder, nominal[0], count);
    const learnt = Math.floor(0.75 * count);
    await withSite(async (site) => {
      const time = await learn(site, photos.slice(0, learnt), photos.slice(learnt));
      const peak = ((await peakOf(site.page)) / 1e9).toFixed(2);
      console.log(`${count} photos of 12 megapixels: ${time.toFixed(0)} s, at most ${peak} GB in the tab`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
