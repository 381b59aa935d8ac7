import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNotebook, unlessLab } from '../helpers/lab';

test(
  'a workbench whose kernel was restarted says so; JupyterLab asks for no news',
  { skip: unlessLab },
  async (context) => {
    const { page, close } = await openNotebook('06-your-images.ipynb');
    context.after(close);
    const status = page.locator('.spanlab-workbench .sl-status');
    const picture = status.filter({ hasText: /^picture after/ });
    const gone = status.filter({
      hasText: /^The kernel that made this workbench is gone.*run the cell again/,
    });
    await picture.waitFor({ timeout: 120_000 });
    await page.waitForTimeout(3000);
    assert.equal(await gone.count(), 0);
    assert.deepEqual(await page.locator('.Toastify__toast').allInnerTexts(), []);
    const menu = async (name: RegExp) => {
      await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Kernel$/ }).click();
      await page.locator('.lm-Menu-itemLabel', { hasText: name }).click();
    };
    await menu(/^Restart Kernel…$/);
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await gone.waitFor({ timeout: 60_000 });
    const sigma = page.locator('[data-parameter=sigma]');
    await sigma.evaluate((slider: HTMLInputElement) => {
      slider.value = '500';
      slider.dispatchEvent(new Event('input'));
    });
    await gone.waitFor({ timeout: 10_000 });
    await page.locator('.lm-MenuBar-itemLabel', { hasText: /^Run$/ }).click();
    await page.locator('.lm-Menu-itemLabel', { hasText: /^Run All Cells$/ }).click();
    await picture.waitFor({ timeout: 120_000 });
    await page.waitForTimeout(3000);
    assert.equal(await gone.count(), 0);
  },
);
