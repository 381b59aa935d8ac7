import assert from 'node:assert/strict';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { violationsOf } from '../helpers/axe';
import { openPage, unlessBrowser } from '../helpers/chromium';
import { compareFigure, comparePage, compareTable } from '../../src/run';
import { scattering, spanlab } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

test('runs and sweeps side by side, also as a page', { skip: unlessBrowser }, async (context) => {
  const folder = await temporaryFolder(context);
  const [run, sweep, html] = ['run', 'sweep', 'compared.html'].map((name) => join(folder, name));
  const common = ['--category', 'nut', '--size', '64', ...scattering];
  assert.equal((await spanlab('run', ...common, '--out', run)).code, 0);
  assert.equal((await spanlab('sweep', ...common, '--grid', 'exemplars=2,5', '--out', sweep)).code, 0);
  const compared = await spanlab('compare', run, sweep, '--html', html);
  assert.equal(compared.code, 0, compared.stderr);
  const [head, , ...rows] = compared.stdout.split('\n\n')[0].split('\n');
  assert.match(head, /^exemplars +categories +pixel AUROC/);
  assert.deepEqual(rows.map((row) => row.split(/ +/)[0]).sort(), ['2', '5', 'default']);

  const errors: string[] = [];
  const page = await openPage(context, errors);
  await page.goto(`file://${html}`);
  await page.waitForSelector('#figure .scatterlayer .point');
  assert.equal(await page.locator('#figure .scatterlayer .point').count(), 12);
  assert.equal(await page.locator('tbody tr').count(), 3);
  assert.deepEqual(errors, []);
  assert.ok((await stat(html)).size < 1e6);
  // Neither the legend nor a column is cut.
  const box = await page.locator('#figure .legend').boundingBox();
  const width = await page.evaluate(() => document.documentElement.clientWidth);
  assert.ok(box!.x >= 0 && box!.x + box!.width <= width);
  assert.equal(await page.locator('.scroll').evaluate((table) => table.scrollWidth - table.clientWidth), 0);
  assert.deepEqual(await violationsOf(page), []);
  await page.locator('a', { hasText: run }).click();
  await page.waitForSelector('body[data-ready] h1');
  assert.match(page.url(), /run\/report\.html$/);

  await rm(join(run, 'runs.duckdb'));
  const missing = await spanlab('compare', run);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /cannot open the runs in .*run\/runs\.duckdb/);
  await writeFile(join(run, 'runs.duckdb'), 'not a database');
  assert.match((await spanlab('compare', run)).stderr, /cannot open the runs in/);
});

test('text from runs.duckdb becomes neither markup nor a link in the page', async () => {
  const link = '<a href="https://example.org">here</a>';
  const run = {
    parameters: { backbone: link },
    categories: 1,
    ...{
      pixelAuroc: 1,
      averagePrecision: 1,
      pro: 1,
      imageAuroc: 1,
      exemplars: 1,
      bankBytes: 1,
      scoringMilliseconds: 1,
    },
  };
  const page = await comparePage(compareTable([run]), compareFigure([run]));
  assert.doesNotMatch(page, /<a href="https:\/\/example/);
  assert.ok(page.includes('backbone &lt;a href='), 'the figure holds a link for Plotly');
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
});
