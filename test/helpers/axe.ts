import type { Page } from 'playwright-core';

/** Barriers that axe-core finds in a page for people who do not see it or use no mouse: the rule, and the first element it names. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    document.querySelectorAll('meta[http-equiv]').forEach((policy) => policy.remove()),
  );
  await page.addScriptTag({ path: require.resolve('axe-core') });
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
