import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import { serveFolder } from '../../src/cli/serve-folder';
import type { Messages } from '../../src/workbench/messages';
import { chromiumPath } from './chromium';

const folder = join(__dirname, '..', '..', 'dist', 'site');

/** The page of `spanlab site`, open in a browser. */
export interface Site {
  page: Page;
  address: string;
  /** Addresses that were asked for since it opened, but for what its service worker had. */
  requests: string[];
  /** Waits until the session has settled. */
  settled(): Promise<void>;
  /** The last message of a kind that the worker told its page. */
  told<Kind extends keyof Messages>(kind: Kind): Promise<Messages[Kind]>;
}

/** Opens the built page; errors of the page go to `errors`. */
export async function openSite(
  context: { after(end: () => unknown): void },
  errors: string[],
  path = '',
): Promise<Site> {
  const server = await serveFolder(folder, 0);
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  context.after(() => browser.close());
  const browsing = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await browsing.newPage();
  page.on('pageerror', ({ message }) => errors.push(message));
  const requests: string[] = [];
  browsing.on('requestfailed', (request) => requests.push(request.url()));
  browsing.on('response', (response) => {
    if (!response.fromServiceWorker()) requests.push(response.url());
  });
  // Keeps what the worker tells, which the page itself forgets.
  await page.addInitScript(() => {
    const told: Record<string, unknown> = {};
    Object.assign(window, { told });
    const Usual = window.Worker;
    window.Worker = class extends Usual {
      constructor(...given: ConstructorParameters<typeof Usual>) {
        super(...given);
        this.addEventListener('message', ({ data }) => {
          if (data.type === 'told') told[data.kind] = data.message;
        });
      }
    };
  });
  await page.goto(address + path);
  const settled = async () => {
    await page.waitForFunction(
      () =>
        /^(picture after|saved|stopped)|expected/.test(
          document.querySelector('.sl-status')?.textContent ?? '',
        ),
      null,
      { timeout: 180_000 },
    );
  };
  return {
    ...{ page, address, requests, settled },
    told: (kind) =>
      page.evaluate((name) => (window as unknown as { told: Record<string, never> }).told[name], kind),
  };
}
