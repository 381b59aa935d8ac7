/**
 * `npm run docs:animation`: the workbench at work, as README's first picture, light and dark. Needs Chromium and the built page
 * (`npm run site`).
 */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { serveFolder } from '../src/cli/serve-folder';
import { chromiumPath } from '../test/helpers/chromium';

const site = join(__dirname, '..', 'dist', 'site');
const size = { width: 1120, height: 700 };

/** A picture of the page, and the milliseconds that it stays. */
interface Step {
  png: Buffer;
  delay: number;
}

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('.sl-status')?.textContent?.startsWith('picture after'),
    null,
    { timeout: 180_000 },
  );
  await page.waitForTimeout(700);
}

async function stepsOf(page: Page): Promise<Step[]> {
  const steps: Step[] = [];
  const keep = async (delay: number) => void steps.push({ png: await page.screenshot(), delay });
  await page.locator('body[data-ready]').waitFor({ timeout: 60_000 });
  await keep(1400);
  await page.selectOption('#example', 'wood');
  await page.click('#try');
  await page.locator('.sl-thumbnails button').first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => document.querySelector('.spanlab-workbench')!.scrollIntoView());
  await keep(900);
  await settled(page);
  for (const at of [0, 3, 7]) {
    await page.locator('.sl-thumbnails').first().locator('button').nth(at).click();
    await settled(page);
    await keep(1300);
  }
  await page.locator('.sl-pictures canvas').nth(5).click({ position: { x: 70, y: 60 } });
  await page.locator('.sl-equation').first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(500);
  await keep(2200);
  const handle = page.getByRole('slider', { name: 'image threshold' });
  await handle.scrollIntoViewIfNeeded();
  for (let press = 0; press < 4; press++) {
    await handle.press('PageUp');
    await keep(450);
  }
  await keep(1500);
  return steps;
}

async function main(): Promise<void> {
  const server = await serveFolder(site, 0);
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: size, colorScheme });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const steps = await stepsOf(page);
      const file = join(__dirname, 'figures', `workbench-${colorScheme}.webp`);
      const { size: bytes } = await sharp(
        steps.map(({ png }) => png),
        { join: { animated: true } },
      )
        .webp({ quality: 70, effort: 5, loop: 0, delay: steps.map(({ delay }) => delay) })
        .toFile(file);
      console.log(`${file}: ${steps.length} pictures, ${(bytes / 1e6).toFixed(2)} MB`);
      await page.close();
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

void main();
