/// <reference lib="dom" />
/** What is a reader's own, in a browser: with scripts and without, on a phone and on a desk. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { communityChange } from '../../src/community/change.ts';
import { notify } from '../../src/community/personal/notices.ts';
import { chromiumPath, launch } from './browser.ts';
import { PHONE, signedIn } from './signed-in.ts';
import { DATABASES, openSite, type Site } from './site.ts';

const path = chromiumPath();
const DESK = { width: 1280, height: 844 };

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('a reader’s own pages in a browser, on $kind', { timeout: 180_000 }, ({ kind, isFirst }) => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('starter', {}, kind)]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const reader = (displayName: string, javaScriptEnabled: boolean) =>
    signedIn(browser, site, displayName, { javaScriptEnabled });

  /** Nothing may be wider than the screen, on either. */
  const fits = async (page: Page) => {
    const before = page.viewportSize()!;
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size);
      const [wide, at] = await page.evaluate(
        () => [document.documentElement.scrollWidth, innerWidth] as const,
      );
      expect(wide, page.url()).toBeLessThanOrEqual(at);
    }
    await page.setViewportSize(before);
  };

  // The first half on a phone, the second on a desk; each page is looked at in both.
  it.each(isFirst ? [true, false] : [true])(
    'saves, follows, is notified and leaves; scripts: %s',
    async (scripts) => {
      const { id, name, context, page } = await reader(`Reader ${scripts}`, scripts);
      const rows = page.locator('article.row');
      const save = (row: number) => rows.nth(row).locator('button.press-save');
      for (const row of [0, 1]) {
        await save(row).click();
        await expect.poll(() => save(row).getAttribute('aria-pressed')).toBe('true');
      }
      // Without scripts, one is back at the paper.
      if (!scripts) expect(page.url()).toMatch(/\/#paper-\d+$/);
      else expect(page.url()).toBe(`${site.url}/`);
      const titles = await rows.locator('h2 a').allTextContents();
      await fits(page);
      await rows.nth(2).getByRole('button', { name: 'Not relevant' }).click();
      await expect.poll(() => rows.nth(2).locator('.deck').isVisible()).toBe(false);

      await page.locator('.reader').click();
      await page.getByRole('navigation', { name: 'Your pages' }).getByRole('link', { name: 'Saved' }).click();
      await page.getByRole('link', { name: 'Reading list' }).click();
      const order = () => rows.locator('h2 a').allTextContents();
      expect(await order()).toEqual([titles[1], titles[0]]);
      await rows.nth(1).getByRole('button', { name: 'Up' }).click();
      await expect.poll(order).toEqual([titles[0], titles[1]]);
      await rows.nth(0).getByText('Add a note').click();
      await rows.nth(0).locator('textarea').fill('Read this first.');
      await rows.nth(0).getByRole('button', { name: 'Save note' }).click();
      await expect.poll(() => rows.nth(0).locator('.saved-note').textContent()).toBe('Read this first.');
      await fits(page);
      await page.getByText('Rename, publish or delete').click();
      await page.getByRole('button', { name: 'Publish it' }).click();
      await page.getByRole('link', { name: 'As others see it' }).click();
      await expect.poll(() => page.locator('.kicker').first().textContent()).toBe('List');
      await fits(page);

      await page.setViewportSize(DESK);
      await page.goto(`${site.url}/search?q=decoding`);
      const follow = page.locator('button.press-follow').first();
      await follow.click();
      await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
      await page.goto(`${site.url}/following`);
      expect(await rows.count()).toBeGreaterThan(0);
      await fits(page);
      await page.locator('aside button.press-follow').click();
      await page.goto(`${site.url}/following`);
      expect(await page.locator('.none-yet').textContent()).toContain('You are not following anything yet.');

      await communityChange(site.store, ({ tx }) =>
        notify(tx, [id], {
          kind: 'paper',
          cause: 'test',
          detail: 'Your claim was accepted.',
          at: Date.now(),
        }),
      );
      await page.goto(site.url);
      await page.locator('a.unseen').click();
      expect(await page.locator('.notices').textContent()).toContain('Your claim was accepted.');
      await fits(page);
      await page.getByRole('button', { name: 'Mark all as read' }).click();
      await expect.poll(() => page.locator('a.unseen').count()).toBe(0);
      await page.getByLabel('Comments that mention you').selectOption('off');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await expect.poll(() => page.getByLabel('Comments that mention you').inputValue()).toBe('off');

      await page.goto(`${site.url}/settings`);
      await fits(page);
      await page.getByRole('link', { name: 'Delete my account' }).click();
      await page.getByLabel(/^Type/).fill(name);
      await fits(page);
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await expect.poll(() => page.locator('h1').textContent()).toBe('Your account is deleted');
      await context.close();
    },
  );
});
