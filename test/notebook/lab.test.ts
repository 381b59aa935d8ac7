import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNotebook, unlessLab } from '../helpers/lab';

/** What of a Plotly figure in the page is looked at. */
interface Drawn {
  dataset: { drawn: string };
  data: { x: number[] }[];
  layout: { scene: { camera: { eye: object } } };
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
    const exemplars = () => figure.evaluate((element) => (element as unknown as Drawn).data.at(-1)!.x.length);
    assert.equal(await exemplars(), 2);
    const eyeOf = () => figure.evaluate((element) => (element as unknown as Drawn).layout.scene.camera.eye);
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
      (element) => (element as unknown as Drawn).data.at(-1)!.x.length === 5,
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
    const words = page.locator('.jp-OutputArea-output p', { hasText: 'residual' }).last();
    await words.waitFor({ timeout: 90_000 });
    const before = await words.textContent();
    const figure = page.locator('.js-plotly-plot').last();
    await figure.scrollIntoViewIfNeeded();
    const area = (await figure.locator('.nsewdrag').first().boundingBox())!;
    await page.mouse.click(area.x + 0.7 * area.width, area.y + 0.3 * area.height);
    await page.waitForFunction(
      (earlier) =>
        Array.from(document.querySelectorAll('.jp-OutputArea-output p')).some(
          ({ textContent }) => textContent?.startsWith('position') && textContent !== earlier,
        ),
      before,
    );
    // 16 x 16 positions: row 4, column 11.
    assert.match((await words.textContent())!, /^position 75: residual/);
    assert.equal(
      await page
        .locator('.jp-OutputArea-output img')
        .last()
        .evaluate((image) => (image as HTMLImageElement).complete),
      true,
    );
  },
);
