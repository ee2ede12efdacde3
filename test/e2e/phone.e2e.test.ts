/// <reference lib="dom" />
/** The pages on a phone: what readers come for is at hand, and nothing is endless. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { openSite, type Site } from './site.ts';

const path = chromiumPath();

describe.skipIf(path === null)('on a phone', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('all')]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(at: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      javaScriptEnabled: false,
      ...options,
    });
    const page = await context.newPage();
    await page.goto(site.url + at);
    return page;
  }
  const bottom = async (page: Page, selector: string): Promise<number> => {
    const box = (await page.locator(selector).first().boundingBox())!;
    return box.y + box.height;
  };

  it.each(['/papers/2606.00001', '/papers/2606.00005'])(
    'has the paper itself on the first screen: %s',
    async (at) => {
      const page = await open(at);
      for (const link of ['a:text-is("PDF")', 'a:text-is("arXiv")', 'a:text-is("Cite")'])
        expect(await bottom(page, `.actions ${link}`)).toBeLessThan(600);
      await page.locator('.actions a', { hasText: 'Cite' }).click();
      expect(await page.locator('#cite').evaluate((e) => e.getBoundingClientRect().top)).toBeLessThan(844);
      expect((await page.locator('.bibtex').boundingBox())!.height).toBeLessThan(300);
      await page.context().close();
    },
  );

  it('expands all authors in place, without scripts', async () => {
    const page = await open('/papers/2606.00005');
    expect(await page.locator('.people .who:visible').count()).toBe(20);
    await page.locator('.more-people summary').click();
    expect(await page.locator('.people .who:visible').count()).toBe(25);
    await page.context().close();
  });

  it('clamps abstracts in a search, and expands one in place', async () => {
    const page = await open('/search?q=invented+method');
    const row = page.locator('article.row', { has: page.locator('.cut-phone') }).first();
    const height = async () => (await row.locator('.deck').boundingBox())!.height;
    const folded = await height();
    expect(folded).toBeLessThan(180);
    await row.locator('.opener summary').click();
    expect(await height()).toBeGreaterThan(folded * 1.2);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('.on-phone:visible').count()).toBe(0);
    await page.context().close();
  });

  it('has the filters above the results, folded away', async () => {
    const page = await open('/search?q=example');
    const summary = page.locator('.to-narrow summary');
    expect(await bottom(page, '.to-narrow summary')).toBeLessThan(500);
    expect(await page.locator('#narrow').isVisible()).toBe(false);
    await summary.click();
    await page.locator('#narrow a', { hasText: 'hep-th' }).click();
    await page.waitForURL('**category=hep-th**');
    expect(await page.locator('#narrow').isVisible()).toBe(false);
    expect(await page.locator('.chosen a').count()).toBe(1);
    // There is space for it beside the papers.
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('#narrow').isVisible()).toBe(true);
    expect(await summary.isVisible()).toBe(false);
    await page.context().close();
  });

  it('folds the filters into one line each, and leads from them to the papers', async () => {
    const page = await open('/search?q=example');
    await page.locator('.to-narrow summary').click();
    const dates = page.locator('#narrow input[name=from]');
    expect([
      await dates.isVisible(),
      await page.locator('#narrow a', { hasText: 'hep-th' }).isVisible(),
    ]).toEqual([false, true]);
    expect((await page.locator('#narrow').boundingBox())!.height).toBeLessThan(1200);
    const title = page.locator('#narrow summary', { hasText: 'Published between' });
    expect((await title.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await title.click();
    expect(await dates.isVisible()).toBe(true);
    const show = page.locator('.show-found a');
    expect(await show.textContent()).toMatch(/^Show \d+ papers$/);
    const box = (await show.boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(44);
    // In sight although the sheet is longer than the window.
    expect(box.y + box.height).toBeLessThanOrEqual(844);
    await show.click();
    // Without scripts the sheet stays open above; with them, main.ts closes it.
    await expect
      .poll(() => page.locator('#found').evaluate((e) => e.getBoundingClientRect().top))
      .toBeLessThan(60);
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('#narrow summary:visible').count()).toBe(0);
    expect(await dates.isVisible()).toBe(true);
    expect(await show.isVisible()).toBe(false);
    await page.context().close();
  });

  it('exports the papers that are ticked', async () => {
    const page = await open('/search?q=boats');
    expect(await page.locator('.picked').isVisible()).toBe(false);
    await page.locator('.pick input').last().check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.picked button', { hasText: 'BibTeX' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('selected-papers.bib');
    expect(new URL(download.url()).searchParams.getAll('id')).toHaveLength(1);
    await page.locator('.picked button', { hasText: 'Clear' }).click();
    expect(await page.locator('.picked').isVisible()).toBe(false);
    await page.context().close();
  });

  it('shows the whole calendar', async () => {
    for (const at of ['/', '/papers/date/2026-06-25', '/papers/week/2026-W26', '/papers/month/2026-05']) {
      const page = await open(at);
      await page.locator('.cal summary').click();
      const { x, width } = (await page.locator('.cal-card').boundingBox())!;
      expect(x, at).toBeGreaterThanOrEqual(0);
      expect(x + width, at).toBeLessThanOrEqual(390);
      const head = (await page.locator('.cal-card .month-head').boundingBox())!;
      const table = (await page.locator('.cal-card table').boundingBox())!;
      expect(table.y - head.y - head.height, at).toBeGreaterThanOrEqual(4);
      await page.context().close();
    }
  });
});
