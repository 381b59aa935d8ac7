import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** Barriers that axe-core finds in a page for people who do not see it or use no mouse: the rule, and the first element it names. */
export async function violationsOf(page: Page): Promise<string[]> {
  // A page's policy forbids scripts of another origin; the browser's debugger may run any text.
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}
