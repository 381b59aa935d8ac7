/**
 * Runs the notebooks in JupyterLab and keeps them with their outputs, so that they can be read without a kernel:
 *
 *   npm run docs:notebooks -- [NAME...]
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openNotebook } from '../test/helpers/lab';

const folder = join(__dirname, '..', 'notebooks');
const largest = 600_000;
const widgetType = 'application/vnd.jupyter.widget-view+json';

interface Output {
  output_type: string;
  data?: Record<string, unknown>;
  metadata?: object;
}

/** Controls need a kernel: a reader of the notebook gets a sentence instead of a broken widget. */
function withoutWidgets(output: Output): Output {
  if (!output.data?.[widgetType]) return output;
  const text = '*Run this cell with the spanlab kernel: its controls appear here.*';
  return { ...output, data: { 'text/markdown': text, 'text/plain': text } };
}

/** The workbench is a page that runs scripts, which few viewers of notebooks do: they get a picture of it. */
function withoutScripts(outputs: readonly Output[], workbench: string | undefined): Output[] {
  const isScript = ({ data }: Output) => [data?.['text/html']].flat().join('').includes('spanlabWorkbenches');
  const rest = outputs.filter((output) => !isScript(output));
  if (workbench === undefined || rest.length === outputs.length) return rest;
  const data = { 'image/jpeg': workbench, 'text/plain': 'The workbench' };
  return [{ output_type: 'display_data', data, metadata: {} }, ...rest];
}

/** The workbench with a position explained, where the page has one. */
async function workbenchPicture(page: Page): Promise<Buffer | undefined> {
  const shown = page.locator('.spanlab-workbench');
  if ((await shown.count()) === 0) return undefined;
  await page.setViewportSize({ width: 1600, height: 9000 });
  const map = shown.locator('.sl-pictures canvas').nth(5);
  const { width, height } = (await map.boundingBox())!;
  await map.click({ position: { x: 0.5 * width, y: 0.64 * height } });
  await shown.locator('.sl-equation').first().waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(1000);
  return shown.screenshot({ type: 'jpeg', quality: 80 });
}

function isEmpty({ data }: Output): boolean {
  return data !== undefined && Object.values(data).every((value) => [value].flat().join('') === '');
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ipynb'))) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const { page, path, save, close } = await openNotebook(name);
    await page.setViewportSize({ width: 1200, height: 9000 });
    await page.waitForTimeout(3000);
    await save();
    const workbench = await workbenchPicture(page);
    const notebook = JSON.parse(readFileSync(path, 'utf8'));
    await close();
    delete notebook.metadata.widgets;
    for (const cell of notebook.cells)
      if (cell.outputs)
        cell.outputs = withoutScripts(
          (cell.outputs as Output[]).map(withoutWidgets).filter((output) => !isEmpty(output)),
          workbench?.toString('base64'),
        );
    const text = `${JSON.stringify(notebook, null, 1)}\n`;
    const errors = text.match(/"output_type": "error"/g)?.length ?? 0;
    console.log(`${name}: ${(text.length / 1000).toFixed(0)} kB, ${errors} errors`);
    const isEmptyRun = (notebook.cells as { outputs?: Output[] }[]).every(({ outputs = [] }) => outputs.length === 0);
    if (errors > 0 || text.length > largest || isEmptyRun) process.exitCode = 1;
    else writeFileSync(join(folder, name), text);
  }
}

void main();
