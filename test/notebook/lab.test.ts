import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openNotebook, unlessLab } from '../helpers/lab';

/** What of a Plotly figure in the page is looked at. */
interface Drawn {
  dataset: { drawn: string };
  data: { name?: string; x: number[] }[];
  _fullLayout: { scene: { _scene: { getCamera(): { eye: Record<string, number> } } } };
}

test(
  'the toy notebook in JupyterLab: a slider redraws its figure, which keeps its camera',
  { skip: unlessLab },
  async (context) => {
    const { page, close } = await openNotebook('01-toy-subspace.ipynb');
    context.after(close);
    await page.locator('.widget-slider .noUi-handle').nth(4).waitFor({ timeout: 60_000 });
    const figure = page.locator('.js-plotly-plot').nth(2);
    await figure.waitFor({ timeout: 60_000 });
    assert.deepEqual(
      await page.locator('[data-mime-type="application/vnd.jupyter.error"]').allTextContents(),
      [],
    );
    const exemplars = () =>
      figure.evaluate(
        (element) => (element as unknown as Drawn).data.find(({ name }) => name === 'exemplars')!.x.length,
      );
    assert.equal(await exemplars(), 4);
    // The figure is drawn, and its picture taken.
    await page.waitForTimeout(2500);
    const eyeOf = () =>
      figure.evaluate((element) => {
        const { eye } = (element as unknown as Drawn)._fullLayout.scene._scene.getCamera();
        return Object.values(eye).map((value) => value.toFixed(6));
      });
    const untouched = await eyeOf();
    await figure.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await figure.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 150, y + height / 2 + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForTimeout(500);
    const eye = await eyeOf();
    assert.notDeepEqual(eye, untouched);
    await page.locator('.widget-slider .noUi-handle').nth(4).focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (element) =>
        (element as unknown as Drawn).data.find(({ name }) => name === 'exemplars')!.x.length === 7,
      await figure.elementHandle(),
    );
    assert.deepEqual(await eyeOf(), eye);
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
    const { page, close } = await openNotebook('06-your-images.ipynb');
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
    assert.match(await page.locator('.sl-equation').first().innerText(), /residual, size/);

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
    assert.match((await page.locator('.sl-copy code').first().textContent())!, /granularities: \['patch'\]/);
    assert.deepEqual(
      await page.locator('[data-mime-type="application/vnd.jupyter.error"]').allTextContents(),
      [],
    );
  },
);

test('a saved notebook keeps a picture of each figure', { skip: unlessLab }, async (context) => {
  const { path, save, close } = await openNotebook('03-self-expression.ipynb');
  context.after(close);
  await save();
  const { cells } = JSON.parse(readFileSync(path, 'utf8')) as {
    cells: { outputs?: { data?: Record<string, string> }[] }[];
  };
  const figures = cells
    .flatMap(({ outputs = [] }) => outputs)
    .filter(({ data }) => data?.['application/vnd.plotly.v1+json']);
  assert.ok(figures.length >= 6);
  for (const { data } of figures) assert.match(data!['image/png'], /^iVBOR/);
});
