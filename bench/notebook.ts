/**
 * How long a notebook's reader waits, in a real JupyterLab and Chromium: kernel start, import, slider to redrawn figure.
 *
 *   npx spanlab lab --setup-only && npx tsx bench/notebook.ts [--root MTD --weights FILE]
 */
import '../src/platform';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createExtractor, extractAll } from '../src/features';
import { encodePng, loadBackbone, mtd } from '../src/files';
import { samplesOf } from '../src/images';
import { heatOverlay } from '../src/plots';
import { fitReconstructor } from '../src/reconstruction';
import { anomalyMaps } from '../src/scoring';
import { omp } from '../src/subspace';
import { openNotebook, unlessLab } from '../test/helpers/lab';

const { values } = parseArgs({ options: { root: { type: 'string' }, weights: { type: 'string' } } });

/** The work of one step of a slider over a real image: reconstruction from 1000 patches, map, overlay, PNG. */
async function realImage(root: string, weights: string): Promise<number> {
  const [size, dataset] = [224, await mtd(root)];
  const extractor = await createExtractor(await loadBackbone('resnet50_v2', weights), { size, levels: [3] });
  const { maps } = await extractAll(extractor, samplesOf(dataset, 'train').slice(0, 40));
  const options = {
    granularity: 'patch',
    sampler: 'random',
    exemplars: 1000,
    solver: omp({ atoms: 10 }),
  } as const;
  const fitted = await fitReconstructor(maps, options);
  const target = await extractAll(extractor, samplesOf(dataset, 'test').slice(0, 1));
  const image = { width: size, height: size, data: new Float32Array(size * size * 3).fill(0.5) };
  const times: number[] = [];
  for (let run = 0; run < 11; run++) {
    const started = performance.now();
    const [map] = anomalyMaps(await fitted.reconstruct(target.maps), fitted.calibration, { size });
    await encodePng(heatOverlay(image, map, { range: [0, 5] }));
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[5];
}

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
  // By the page's clock: from the key to the figure's new count of drawings.
  await figure.evaluate((element) => {
    const clock = window as unknown as { pressed: number; times: number[] };
    clock.times = [];
    window.addEventListener('keydown', () => (clock.pressed = performance.now()), true);
    const observer = new MutationObserver(() => clock.times.push(performance.now() - clock.pressed));
    observer.observe(element, { attributes: true, attributeFilter: ['data-drawn'] });
  });
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press(press % 8 < 4 ? 'ArrowRight' : 'ArrowLeft');
    await page.waitForTimeout(700);
  }
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  times.sort((a, b) => a - b);
  console.log(`| slider to redrawn figure, toy of 500 points | ${times[times.length >> 1].toFixed(0)} ms |`);
  await close();
  if (values.root && values.weights) {
    const time = await realImage(values.root, values.weights);
    console.log(`| new overlay of a real image, 1000 exemplars | ${time.toFixed(0)} ms |`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
