import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNotebook, unlessLab } from '../helpers/lab';

test('every control of the workbench, moved in turn, is answered', { skip: unlessLab }, async (context) => {
  const { page, close } = await openNotebook('06-your-images.ipynb', (text) =>
    text.replaceAll('size: 224, patches: 500', 'size: 64, patches: 40'),
  );
  context.after(close);
  await page.setViewportSize({ width: 1500, height: 2400 });
  const status = page.locator('.spanlab-workbench .sl-status');
  const settled = () => status.filter({ hasText: /^picture after/ }).waitFor({ timeout: 60_000 });
  await settled();
  await page.locator('.spanlab-workbench details').evaluateAll((groups) => {
    for (const group of groups) (group as HTMLDetailsElement).open = true;
  });
  const names = await page
    .locator('[data-parameter]')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLElement).dataset.parameter!));
  assert.ok(names.length >= 15, names.join());
  const code = page.locator('.sl-copy code').first();
  /** Does something, and waits until the configuration is another one and its picture is there. */
  const changing = async (act: () => Promise<unknown>) => {
    const before = await code.textContent();
    await act();
    await page.waitForFunction(
      (earlier) => document.querySelector('.sl-copy code')!.textContent !== earlier,
      before,
      { timeout: 60_000 },
    );
    await settled();
    assert.equal(await page.locator('.sl-error').count(), 0, (await status.textContent())!);
  };
  const move = async (name: string) => {
    await changing(() =>
      page.locator(`[data-parameter=${name}]`).evaluate((element) => {
        if (element instanceof HTMLSelectElement) {
          element.selectedIndex = (element.selectedIndex + 1) % element.options.length;
          element.dispatchEvent(new Event('change'));
        } else if (element instanceof HTMLInputElement && element.type === 'checkbox') element.click();
        else if (element instanceof HTMLInputElement) {
          element.value = Number(element.value) > 500 ? '300' : '700';
          element.dispatchEvent(new Event('input'));
        }
      }),
    );
    moved.add(name);
  };
  const reset = (name: string) => {
    const row = page.locator('.sl-row', { has: page.locator(`[data-parameter=${name}]`) });
    return changing(() => row.locator('.sl-reset').click());
  };
  const moved = new Set<string>();
  for (const name of names) {
    if (await page.locator(`[data-parameter=${name}]`).isDisabled()) continue;
    await move(name);
    // One at a time, so that none makes another one useless.
    await reset(name);
  }
  // Parameters that have an effect only with another solver or metric, or alone.
  for (const [chosen, value, dependent] of [
    ['solver', 'localRidge', ['neighbours', 'penalty']],
    ['solver', 'omp', ['atoms', 'tolerance']],
    ['solver', 'elasticNet', ['multiple', 'mu']],
    ['solver', 'ridge', ['variance']],
    ['metric', 'mahalanobis', ['shrinkage']],
    ['granularity', 'position', ['window']],
  ] as const) {
    await changing(() => page.locator(`select[data-parameter=${chosen}]`).selectOption(value));
    for (const name of dependent) await move(name);
    await reset(chosen);
  }
  const still = names.filter((name) => !moved.has(name));
  // The size is given, level 1 is not among the levels of the default, and an image score of its own needs a single one.
  assert.deepEqual(still, ['side', 'weight1', 'imageScore']);
  for (const look of ['opacity', 'threshold']) {
    const pixels = () =>
      page
        .locator('.sl-pictures canvas')
        .evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).toDataURL()).join());
    const before = await pixels();
    await page.locator(`[data-look=${look}]`).evaluate((element) => {
      const input = element as HTMLInputElement;
      input.value = String(0.2 * Number(input.max));
      input.dispatchEvent(new Event('input'));
    });
    assert.notEqual(await pixels(), before, look);
  }
});
