/**
 * How long a notebook's reader waits, in a real JupyterLab and Chromium: kernel start, import, slider to redrawn figure.
 *
 *   npx spanlab lab --setup-only && npx tsx bench/notebook.ts
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openNotebook, unlessLab } from '../test/helpers/lab';

async function main() {
  if (unlessLab) throw new Error(unlessLab);
  console.log('| what | median |\n| --- | --- |');
  const python = join(__dirname, '..', '.python', 'bin', 'python');
  const folder = join(__dirname, '..', 'notebooks');
  process.stdout.write(execFileSync(python, [join(__dirname, 'kernel_times.py')], { cwd: folder }));
  const { page, close } = await openNotebook('01-toy-subspace.ipynb');
  const figure = page.locator('.js-plotly-plot').nth(2);
  await figure.waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1000);
  await page.locator('.widget-slider .noUi-handle').nth(4).focus();
  const times: number[] = [];
  for (let press = 0; press < 20; press++) {
    const drawn = await figure.evaluate((element) => (element as HTMLElement).dataset.drawn);
    const started = performance.now();
    await page.keyboard.press(press % 8 < 4 ? 'ArrowRight' : 'ArrowLeft');
    const redrawn = ([element, before]: [Element, string | undefined]) =>
      (element as HTMLElement).dataset.drawn !== before;
    await page.waitForFunction(redrawn, [(await figure.elementHandle())!, drawn] as [never, string], {
      polling: 'raf',
    });
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  console.log(`| slider to redrawn figure, toy of 500 points | ${times[10].toFixed(0)} ms |`);
  await close();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
