import assert from 'node:assert/strict';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { loadDetector } from '../../src/index';
import { openNotebook, unlessLab } from '../helpers/lab';

/** Keeps a picture of the page for who wants to look at it, in the folder `SPANLAB_SCREENSHOTS`. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SPANLAB_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The sign drawn before widgets that no kernel reads, as ipywidgets draws a broken link. */
function iconsOfBrokenLinks(page: Page): Promise<string[]> {
  return page.locator('.jp-Notebook .jupyter-widgets-disconnected').evaluateAll((elements) =>
    elements
      .filter((element) => element.checkVisibility())
      .map((element) => getComputedStyle(element, '::before').content)
      .filter((content) => content !== 'none'),
  );
}

/** The parts of a Plotly figure in the page that are looked at. */
interface Drawn {
  dataset: { exemplars?: string; seen?: string; frames?: string };
  data: { name?: string; x: number[] }[];
  layout: { scene: { camera: { eye: Eye } } };
  _fullLayout: { scene: { _scene: { getCamera(): { eye: Eye } } } };
  on(event: 'plotly_afterplot', handler: () => void): void;
}

/** Where a camera stands. */
type Eye = { x: number; y: number; z: number };

const apart = (a: Eye, b: Eye) => Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);

test(
  'the toy notebook in JupyterLab: sliders redraw its figure and move its point; the figure keeps its camera',
  { skip: unlessLab },
  async (context) => {
    const { page, close } = await openNotebook('01-toy-subspace.ipynb');
    context.after(close);
    await page.locator('.widget-slider .noUi-handle').nth(4).waitFor({ timeout: 60_000 });
    // All figures are drawn and no cell runs, so that nothing moves on the page any more.
    await page.locator('.spanlab-figure[data-drawn]').nth(2).waitFor({ timeout: 60_000 });
    await page.locator('#jp-main-statusbar', { hasText: '(spanlab) | Idle' }).waitFor({ timeout: 60_000 });
    const figure = page.locator('.js-plotly-plot').nth(2);
    assert.deepEqual(
      await page.locator('[data-mime-type="application/vnd.jupyter.error"]').allTextContents(),
      [],
    );
    const exemplarsOf = (element: HTMLElement | SVGElement) =>
      (element as unknown as Drawn).data.find(({ name }) => name === 'exemplars')!.x.length;
    assert.equal(await figure.evaluate(exemplarsOf), 4);
    // The number of exemplars is noted once a drawing of them is finished, camera and all.
    await figure.evaluate((element) => {
      const drawn = element as unknown as Drawn;
      drawn.on('plotly_afterplot', () => {
        drawn.dataset.exemplars = String(drawn.data.find(({ name }) => name === 'exemplars')!.x.length);
      });
    });
    const eyeOf = () =>
      figure.evaluate((element) => (element as unknown as Drawn)._fullLayout.scene._scene.getCamera().eye);
    const untouched = await eyeOf();
    await figure.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await figure.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 150, y + height / 2 + 40, { steps: 5 });
    // The camera follows the mouse with a delay: it has moved, and stands still for some frames, before the mouse lets go of it.
    await page.waitForFunction(
      ([element, { x, y, z }]) => {
        const drawn = element as unknown as Drawn;
        const { eye } = drawn._fullLayout.scene._scene.getCamera();
        const { seen = '', frames = '0' } = drawn.dataset;
        drawn.dataset.frames = seen === String(eye.x) ? String(Number(frames) + 1) : '0';
        drawn.dataset.seen = String(eye.x);
        return Number(drawn.dataset.frames) > 9 && Math.hypot(eye.x - x, eye.y - y, eye.z - z) > 0.1;
      },
      [await figure.elementHandle(), untouched] as const,
    );
    await page.mouse.up();
    // Plotly notes the camera in the layout of the figure, from which it draws again.
    await page.waitForFunction(
      ([element, { x, y, z }]) => {
        const { eye } = (element as unknown as Drawn).layout.scene.camera;
        return Math.hypot(eye.x - x, eye.y - y, eye.z - z) < 1e-6;
      },
      [await figure.elementHandle(), await eyeOf()] as const,
    );
    const eye = await eyeOf();
    await page.locator('.widget-slider .noUi-handle').nth(4).focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (element) => (element as unknown as Drawn).dataset.exemplars === '7',
      await figure.elementHandle(),
    );
    const kept = await eyeOf();
    assert.ok(
      apart(kept, eye) < 1e-4,
      `the camera went from ${JSON.stringify(eye)} to ${JSON.stringify(kept)}`,
    );
    // The test point goes where its angle says, and the residuals in the legend with it.
    const pointOf = () =>
      figure.evaluate((element) => {
        const { data } = element as unknown as Drawn;
        return JSON.stringify(data.find(({ name }) => name === 'test point'));
      });
    const before = await pointOf();
    await page.locator('.widget-slider .noUi-handle').nth(0).focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      ([element, earlier]) =>
        JSON.stringify((element as unknown as Drawn).data.find(({ name }) => name === 'test point')) !==
        earlier,
      [await figure.elementHandle(), before] as const,
    );
  },
);

test(
  'the reconstruction notebook in JupyterLab: a click on a patch shows the exemplars that rebuild it',
  { skip: unlessLab },
  async (context) => {
    const { page, close } = await openNotebook('05-reconstruction.ipynb');
    context.after(close);
    const title = page.locator('.jp-OutputArea-output b', { hasText: 'patch, level 2' }).first();
    await title.waitFor({ timeout: 90_000 });
    const before = await title.textContent();
    const figure = page.locator('.js-plotly-plot').last();
    await figure.scrollIntoViewIfNeeded();
    const area = (await figure.locator('.nsewdrag').first().boundingBox())!;
    await page.mouse.click(area.x + 0.72 * area.width, area.y + 0.33 * area.height);
    await page.waitForFunction(
      (earlier) =>
        Array.from(document.querySelectorAll('.jp-OutputArea-output b')).some(
          ({ textContent }) => textContent?.startsWith('patch, level 2') && textContent !== earlier,
        ),
      before,
    );
    // 20 x 20 positions.
    assert.equal(await title.textContent(), 'patch, level 2: row 6, column 14');
    assert.equal(
      await page
        .locator('.jp-OutputArea-output img')
        .last()
        .evaluate((image) => (image as HTMLImageElement).complete),
      true,
    );
  },
);

test(
  'the workbench in JupyterLab: every kind of control, an explanation, the threshold and a pinned comparison',
  { skip: unlessLab },
  async (context) => {
    const { page, path, close } = await openNotebook('06-your-images.ipynb');
    context.after(close);
    await page.setViewportSize({ width: 1500, height: 2200 });
    const status = page.locator('.spanlab-workbench .sl-status');
    const settled = () => status.filter({ hasText: /^picture after/ }).waitFor({ timeout: 60_000 });
    await status.filter({ hasText: /^picture after/ }).waitFor({ timeout: 120_000 });
    const score = () => page.locator('.sl-score').textContent();

    const first = await score();
    await page.locator('[data-parameter=sigma]').evaluate((slider: HTMLInputElement) => {
      slider.closest('details')!.open = true;
      slider.value = '600';
      slider.dispatchEvent(new Event('input'));
    });
    await page.waitForFunction(
      (before) => document.querySelector('.sl-score')?.textContent !== before,
      first,
    );
    await settled();
    // Smoothing computes maps anew, and no features and no memory bank.
    assert.doesNotMatch((await status.textContent())!, /features|exemplars|residuals/);

    await page.locator('[data-action=pin]').click();
    await page.locator('select[data-parameter=granularity]').selectOption('patch');
    await page.locator('.spanlab-workbench table').waitFor({ timeout: 60_000 });
    assert.equal(await page.locator('[data-parameter=exemplars]').isDisabled(), true);
    assert.match(await page.locator('.spanlab-workbench table').innerText(), /AP\s+[+−]0\.\d{4}/);
    await page.locator('.sl-pictures figure').nth(8).waitFor();

    await page
      .locator('.sl-pictures canvas')
      .nth(0)
      .click({ position: { x: 60, y: 60 } });
    await page.locator('.sl-equation').first().waitFor();
    assert.match(await page.locator('.sl-equation').first().innerText(), /residual at this position, size/);

    const decisions = page.locator('.sl-decisions');
    const before = await decisions.textContent();
    const histogram = (await page.locator('.sl-histogram').boundingBox())!;
    await page.mouse.move(histogram.x + 0.5 * histogram.width, histogram.y + 60);
    await page.mouse.down();
    await page.mouse.move(histogram.x + 0.9 * histogram.width, histogram.y + 60, { steps: 4 });
    await page.mouse.up();
    assert.notEqual(await decisions.textContent(), before);

    await page.locator('.sl-thumbnails button').last().click();
    await settled();
    const copied = page.locator('.sl-copy', { hasText: 'Copy TypeScript' }).locator('code');
    assert.match((await copied.textContent())!, /granularities: \['patch'\]/);

    // The saved bank is the one that is shown: the command line's reader scores the last image as the page does.
    const shown = Number(/\d+\.\d+/.exec((await score())!)![0]);
    await page.locator('[data-action=save]').click();
    await status.filter({ hasText: /^saved / }).waitFor({ timeout: 60_000 });
    const saved = /^saved (\S+\.safetensors)/.exec((await status.textContent())!)![1];
    assert.equal(dirname(saved), realpathSync(dirname(path)));
    const detector = await loadDetector(saved);
    const images = join(dirname(path), 'results', 'drawn', 'nut', 'test');
    const last = readdirSync(images).sort().at(-1)!;
    const photo = join(images, last, readdirSync(join(images, last)).sort().at(-1)!);
    for await (const { score } of detector.score(photo))
      assert.ok(Math.abs(score - shown) < 6e-3 * shown, `${score} and ${shown}`);
    assert.deepEqual(
      await page.locator('[data-mime-type="application/vnd.jupyter.error"]').allTextContents(),
      [],
    );
  },
);

test(
  'a saved notebook keeps a picture of each figure; opened again it shows its controls or, without a kernel, how to bring them back',
  { skip: unlessLab },
  async (context) => {
    const { page: first, path, save, reopen, close } = await openNotebook('03-self-expression.ipynb');
    context.after(close);
    await first.locator('.widget-slider').nth(2).waitFor({ timeout: 60_000 });
    assert.doesNotMatch(await first.locator('.jp-Notebook').first().innerText(), /Nothing moves these/);
    await save();
    const { cells } = JSON.parse(readFileSync(path, 'utf8')) as {
      cells: { outputs?: { data?: Record<string, string> }[] }[];
    };
    const figures = cells
      .flatMap(({ outputs = [] }) => outputs)
      .filter(({ data }) => data?.['application/vnd.plotly.v1+json']);
    assert.ok(figures.length >= 6);
    for (const { data } of figures) assert.match(data!['image/png'], /^iVBOR/);
    await first.close();
    for (const kernel of [false, true]) {
      const page = await reopen({ kernel });
      const shown = kernel
        ? page.locator('.widget-slider').first()
        : page.locator('pre', { hasText: /^Controls: run this cell with the spanlab kernel/ });
      await shown.waitFor({ timeout: 30_000 });
      await page.locator('.js-plotly-plot').nth(2).waitFor({ timeout: 30_000 });
      const text = await page.locator('.jp-Notebook').first().innerText();
      assert.doesNotMatch(text, /Error displaying widget|model not found/i);
      assert.deepEqual(await iconsOfBrokenLinks(page), []);
      if (kernel) assert.match(text, /Nothing moves these controls now: run the cell again\./);
      await screenshot(page, `reopened-${kernel}`);
      await page.close();
    }
  },
);
