import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { chromium, type Page } from 'playwright-core';

export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** A reason to skip a test that needs a browser, or false. */
export const unlessBrowser: string | false = !chromiumPath && 'needs chromium, which is not installed here';

/** A page of a headless browser without network; it is closed after the test. Errors of the page fail the test. */
export async function openPage(context: TestContext, errors: string[]): Promise<Page> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  context.after(() => browser.close());
  const browsing = await browser.newContext({ viewport: { width: 1200, height: 900 }, offline: true });
  const page = await browsing.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  return page;
}
