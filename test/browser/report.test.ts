import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder, runOnFolder } from '../helpers/cli';
import { violationsOf } from '../helpers/axe';
import { openPage, unlessBrowser } from '../helpers/chromium';

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
    assert.equal(await page.locator('.js-plotly-plot').count(), 4);
    for (const figure of await page.locator('.figure').all()) {
      const [place, drawn] = [
        await figure.boundingBox(),
        await figure.locator('.main-svg').first().boundingBox(),
      ];
      assert.ok(drawn!.width <= place!.width + 1, `a figure of ${drawn!.width} in ${place!.width} pixels`);
    }
    assert.equal(await page.locator('[data-title*="Share"]').count(), 0);
    assert.equal(await page.locator('.gallery canvas').count(), 6);
    assert.ok((await page.locator('.gallery').textContent())?.includes(hostile));
    assert.equal(await page.locator('img:not([src^="data:image/jpeg;base64,"])').count(), 0);
    assert.equal(await page.locator('.sl-equation').first().isVisible(), true);
    assert.match(
      (await page.locator('h4').first().textContent())!,
      /^stain .*: image, level \d: row \d+, column \d+$/,
    );
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
    assert.deepEqual(await violationsOf(page), []);
  },
);
