import '../../src/platform';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { hashOf, valuesIn } from '../../src/browser/paper/address-state';
import { chapters } from '../../src/browser/paper/chapters';
import { violationsOf } from '../helpers/axe';
import { unlessBrowser } from '../helpers/chromium';
import { openSite } from '../helpers/site';

const unlessBuilt: string | false =
  unlessBrowser ||
  (!existsSync(join(__dirname, '..', '..', 'dist', 'site', 'paper.html')) &&
    'needs the page: run `npm run site`');

/** Waits until a chapter shows a sentence that matches. */
async function sentence(page: Page, chapter: string, words: RegExp): Promise<string> {
  const line = page.locator(`#${chapter} .lines p`).filter({ hasText: words });
  await line.waitFor({ timeout: 90_000 });
  return (await line.textContent())!;
}

async function openArticle(context: TestContext, hash = '') {
  const errors: string[] = [];
  const site = await openSite(context, errors, `paper.html${hash}`);
  return { ...site, errors };
}

test('an address holds the values of one chapter, and gives them back', () => {
  const any = fc.constantFrom(...chapters).chain((chapter) =>
    fc.record({
      chapter: fc.constant(chapter),
      values: fc.record(
        Object.fromEntries(
          chapter.controls.map((control) => [
            control.name,
            'options' in control
              ? fc.constantFrom(...control.options)
              : fc.double({ min: control.min, max: control.max, noNaN: true }),
          ]),
        ),
      ),
    }),
  );
  fc.assert(
    fc.property(any, ({ chapter, values }) => {
      const read = valuesIn(hashOf(chapter, values));
      assert.equal(read.chapter, chapter.id);
      // An address has no sign of zero.
      const plain = Object.entries(values).map(([name, value]) => [name, value === 0 ? 0 : value]);
      assert.deepEqual(read.values[chapter.id], Object.fromEntries(plain));
    }),
  );
  assert.equal(valuesIn('#point?height=99').values.point.height, 0.6);
  assert.equal(valuesIn('#point?surface=cube').values.point.surface, 'none');
  assert.equal(valuesIn('#nothing').chapter, undefined);
});

test(
  'the article: two exemplars span the plane, a link opens its state, the black point can be dragged',
  { skip: unlessBuilt },
  async (context) => {
    const { page, requests, address, errors } = await openArticle(context, '#search?picks=2');
    assert.match(await sentence(page, 'search', /^2 exemplars/), /by OMP is 0\.000/);
    await page.locator('#search-picks').press('ArrowLeft');
    assert.doesNotMatch(await sentence(page, 'search', /^1 exemplar:/), /by OMP is 0\.000/);

    await page.locator('#point').scrollIntoViewIfNeeded();
    await sentence(
      page,
      'point',
      /OMP 0\.600, LASSO 0\.60\d, ridge 0\.600, PCA 0\.600.*0\.60 from the plane/,
    );
    const scene = page.locator('#point .plot canvas').last();
    await scene.waitFor();
    const box = (await scene.boundingBox())!;
    const height = page.locator('#point-height');
    const angle = page.locator('#point-angle');
    const before = [await angle.inputValue(), await height.inputValue()];
    // The pointer becomes a hand over the point, wherever the camera shows it.
    const at = await findPoint(page, box);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 60, at.y + 10, { steps: 6 });
    await page.mouse.up();
    assert.notEqual(await angle.inputValue(), before[0]);
    assert.equal(await height.inputValue(), before[1]);
    assert.match(page.url(), /#point\?.*angle=/);
    assert.ok(requests.every((one) => one.startsWith(address) || /^(data|blob):/.test(one)));
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await violationsOf(page), [], scheme);
    }
    assert.deepEqual(errors, []);
  },
);

/** Searches the scene for the place at which the pointer becomes a hand. */
async function findPoint(page: Page, box: { x: number; y: number; width: number; height: number }) {
  for (let y = box.y + 10; y < box.y + box.height; y += 18)
    for (let x = box.x + 10; x < box.x + box.width; x += 18) {
      await page.mouse.move(x, y);
      if (await page.locator('#point .figures.at-point').count()) return { x, y };
    }
  throw new Error('the point is nowhere in the scene');
}

test(
  'the article: one image goes through the method, and everything opens again offline',
  { skip: unlessBuilt },
  async (context) => {
    const { page, errors } = await openArticle(context, '#chain?exemplars=60');
    await page.locator('#chain button.main').click();
    assert.match(await sentence(page, 'chain', /^Score/), /the image is called anomalous\. 60 exemplars/);
    assert.equal(await page.locator('#chain .pictures img').count(), 6);
    await page.locator('body[data-offline]').waitFor({ timeout: 60_000 });
    await page.context().setOffline(true);
    await page.goto(page.url().replace(/#.*/, '#search'));
    await page.reload();
    await sentence(page, 'search', /^1 exemplar:/);
    await page.locator('#search .plot canvas').first().waitFor();
    assert.deepEqual(errors, []);
  },
);
