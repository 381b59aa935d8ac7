import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { labSettings } from '../../src/cli/lab-command';
import { chromiumPath, unlessBrowser } from './chromium';
import { freePort } from './free-port';

const root = join(__dirname, '..', '..');
const jupyter = join(root, '.python', 'bin', 'jupyter');

/** A reason to skip what needs JupyterLab in a browser, or false. */
export const unlessLab: string | false =
  (!existsSync(jupyter) && 'needs JupyterLab: run `npx spanlab lab --setup-only`') || unlessBrowser;

/** A notebook open in JupyterLab. */
interface Lab {
  page: Page;
  /** The copy of the notebook that is open. */
  path: string;
  /** Waits until no cell runs and every figure has been drawn, then saves the notebook. */
  save(): Promise<void>;
  /** Opens the saved notebook again in a page of its own, with a new kernel or none; no cell is run. */
  reopen(options: { kernel: boolean }): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Opens a notebook of the package in a real JupyterLab, in a headless browser, and runs all its cells; `edit` changes its text
 * before.
 */
export async function openNotebook(name: string, edit = (text: string) => text): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlab-lab-'));
  await writeFile(join(folder, name), edit(await readFile(join(root, 'notebooks', name), 'utf8')));
  // The settings that `spanlab lab` makes, whatever the environment of the tests was made by.
  await mkdir(join(folder, '.config', 'labconfig'), { recursive: true });
  const overrides = join(folder, '.config', 'labconfig', 'default_setting_overrides.json');
  await writeFile(overrides, JSON.stringify(labSettings));
  const port = await freePort();
  const settings = [
    '--ServerApp.token=',
    '--ServerApp.password=',
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.port=${port}`,
  ];
  const server = spawn(jupyter, ['lab', '--no-browser', '--allow-root', ...settings, folder], {
    stdio: 'ignore',
    env: {
      ...process.env,
      JUPYTER_CONFIG_DIR: join(folder, '.config'),
      JUPYTER_DATA_DIR: join(folder, '.data'),
    },
  });
  await untilReady(`http://127.0.0.1:${port}/api`, server);
  const args = [
    '--no-sandbox',
    '--disable-quic',
    '--disable-background-networking',
    '--use-gl=swiftshader',
    '--enable-webgl',
    '--ignore-gpu-blocklist',
  ];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  const page = await browser.newPage({ viewport: { width: 1300, height: 1200 } });
  await page.goto(`http://127.0.0.1:${port}/lab/tree/${name}`);
  await page.locator('.jp-Notebook').first().waitFor({ timeout: 60_000 });
  await page.locator('#jp-main-statusbar', { hasText: '(spanlab) | Idle' }).waitFor({ timeout: 60_000 });
  await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Run$/ }).click();
  await page.locator('.lm-Menu-itemLabel', { hasText: /^Run All Cells$/ }).click();
  return {
    page,
    path: join(folder, name),
    async save() {
      await page.locator('#jp-main-statusbar', { hasText: '(spanlab) | Idle' }).waitFor({ timeout: 300_000 });
      await page.waitForTimeout(6000);
      await page
        .locator('.jp-Notebook')
        .first()
        .click({ position: { x: 2, y: 2 } });
      await page.keyboard.press('Control+s');
      await page.waitForTimeout(1500);
    },
    async reopen({ kernel }) {
      const saved = JSON.parse(await readFile(join(folder, name), 'utf8')) as { metadata: object };
      // Nothing that is installed speaks the language of a kernel that is gone, so that the user is asked.
      const gone = {
        kernelspec: { name: 'gone', display_name: 'gone', language: 'gone' },
        language_info: { name: 'gone' },
      };
      const copy = `reopened-${kernel ? 'with' : 'without'}.ipynb`;
      const metadata = { ...saved.metadata, ...(kernel ? {} : gone) };
      await writeFile(join(folder, copy), JSON.stringify({ ...saved, metadata }));
      // JupyterLab draws the cells that are in view: all of them.
      const other = await browser.newPage({ viewport: { width: 1300, height: 5000 } });
      await other.goto(`http://127.0.0.1:${port}/lab/workspaces/${copy.slice(0, -6)}/tree/${copy}`);
      if (!kernel) {
        await other.locator('.jp-Dialog select').selectOption({ label: 'No Kernel' });
        await other.locator('.jp-Dialog .jp-mod-accept').click();
      }
      await other.locator('.jp-Notebook').first().waitFor({ timeout: 60_000 });
      return other;
    },
    async close() {
      await browser.close();
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (server.exitCode !== null) throw new Error(`JupyterLab ended with ${server.exitCode}`);
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('JupyterLab did not start within a minute');
}
