/// <reference lib="dom" />
/** Searching in a browser: results as one types, completions with keys, Back, and the same without scripts. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { openSite, type Site } from './site.ts';

/** A site that offers email; none is delivered. */
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', PUBLIC_URL: 'http://papers.example' };

const path = chromiumPath();

describe.skipIf(path === null)('a search', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('all', MAIL)]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(at = '/search', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    const page = await context.newPage();
    await page.goto(site.url + at);
    await page.evaluate(() => document.fonts.ready);
    return page;
  }
  const titles = (page: Page): Promise<string[]> => page.locator('article.row h2').allTextContents();
  const found = (page: Page, text: string): Promise<void> =>
    page.locator('.hits', { hasText: text }).waitFor();
  const said = (page: Page) => new URL(page.url()).searchParams;
  const focused = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.id);
  const list = (page: Page) => page.locator('#completions');

  it('shows results as one types, and the address matches them', async () => {
    const page = await open();
    const all = await page.locator('.hits').textContent();
    await page.keyboard.press('/');
    await page.keyboard.type('paper boa', { delay: 20 });
    await found(page, '2 papers found');
    expect(await titles(page)).toEqual(
      expect.arrayContaining(['On the Folding of Paper Boats', 'Paper Boats, Folded Once More']),
    );
    // The unfinished word is marked up to where it was typed.
    expect(await page.locator('article mark').first().textContent()).toMatch(/boats/i);
    expect([said(page).get('q'), [...said(page).keys()]]).toEqual(['paper boa', ['q']]);
    expect(await page.title()).toContain('paper boa');
    expect([await focused(page), all]).toEqual(['q', expect.stringMatching(/^\d+ papers found$/)]);
    // Screen readers are told when typing pauses.
    await page.locator('#said', { hasText: '2 papers found' }).waitFor({ state: 'attached' });
    expect(await page.locator('main h1').textContent()).toBe('Search: “paper boa”');
    await page.context().close();
  });

  it('moves nothing while one types', async () => {
    for (const width of [1280, 390]) {
      const page = await open('/search?q=formulas', { viewport: { width, height: 900 } });
      await page.evaluate(() => {
        const w = window as unknown as { shift: number };
        w.shift = 0;
        // All shifts, including those the browser would excuse because they follow a key.
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) w.shift += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift' });
      });
      await page.locator('#q').fill('');
      // From results of every length, formulas and all, to none at all.
      for (const text of ['imaginary letters', ' zzzz', ' -zzzz']) {
        await page.locator('#q').pressSequentially(text, { delay: 30 });
        await page.waitForTimeout(400);
      }
      const shift = await page.evaluate(async () => {
        for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(done));
        return (window as unknown as { shift: number }).shift;
      });
      expect(shift, `${width} wide`).toBeLessThan(0.005);
      await page.context().close();
    }
  });

  it('has the style sheet and fonts of formulas before it shows any', async () => {
    const page = await open('/search?q=boats');
    expect(await page.locator('link[href*="katex"]').count()).toBe(0);
    await page.locator('#q').fill('formulas of every kind');
    await page.locator('article .katex').first().waitFor();
    expect(await page.locator('link[rel=stylesheet][href*="katex"]').count()).toBe(1);
    const box = await page.locator('article .katex').first().boundingBox();
    expect(box!.height).toBeLessThan(80);
    await page.context().close();
  });

  it('completes by keyboard, like a combobox', async () => {
    const page = await open('/');
    const field = page.getByRole('combobox');
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    await field.fill('multi-to');
    await list(page).locator('[role=option]').first().waitFor();
    const options = await list(page).locator('[role=option] > span').allTextContents();
    expect(options).toContain('multi-token prediction');
    expect(await field.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await field.getAttribute('aria-activedescendant')).toBe(null);
    for (let i = 0; i <= options.indexOf('multi-token prediction'); i++)
      await page.keyboard.press('ArrowDown');
    const active = await field.getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).textContent()).toContain('multi-token prediction');
    expect(await page.locator('[aria-selected=true]').count()).toBe(1);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?q=multi-token+prediction');
    await page.context().close();
  });

  it('closes its list with Escape, accepts a completion with Tab, and leaves the field with Escape', async () => {
    const page = await open();
    await page.locator('#q').pressSequentially('multi-to', { delay: 20 });
    await list(page).locator('[role=option]').first().waitFor();
    await page.keyboard.press('Escape');
    expect([await list(page).isVisible(), await page.locator('#q').inputValue()]).toEqual([
      false,
      'multi-to',
    ]);
    await page.keyboard.press('ArrowDown');
    expect(await list(page).isVisible()).toBe(true);
    const first = await list(page).locator('[role=option]').first().getAttribute('data-text');
    await page.keyboard.press('Tab');
    expect(await page.locator('#q').inputValue()).toBe(first);
    await page.waitForFunction((q) => new URLSearchParams(location.search).get('q') === q, first);
    await page.locator('#q').focus();
    await page.keyboard.press('Escape');
    expect(await focused(page)).not.toBe('q');
    // Keys work as usual again, and move through the new results.
    await page.keyboard.press('j');
    expect(await page.locator('article.row').first().getAttribute('class')).toContain('here');
    await page.context().close();
  });

  it('completes by pointer, and overlays the page', async () => {
    const page = await open();
    await page.locator('#q').pressSequentially('multi-to', { delay: 20 });
    await page.waitForTimeout(300);
    const before = await page.locator('#results').boundingBox();
    const option = list(page).locator('[role=option]').first();
    const text = await option.getAttribute('data-text');
    await option.click();
    await page.waitForFunction((q) => new URLSearchParams(location.search).get('q') === q, text);
    expect([await list(page).isVisible(), await page.locator('#results').boundingBox()]).toEqual([
      false,
      { ...before, height: expect.any(Number) },
    ]);
    await page.context().close();
  });

  it('goes back to the previous search, and forward again', async () => {
    const page = await open('/search?q=boats');
    await page.locator('#q').fill('');
    await page.locator('#q').pressSequentially('withdrawn', { delay: 20 });
    await found(page, '1 paper found');
    await page.keyboard.press('Enter');
    await page.locator('#q').fill('late');
    await page.keyboard.press('Enter');
    await page.waitForURL('**q=late');
    await page.locator('article h2 a').first().click();
    await page.waitForURL('**/papers/**');
    await page.goBack();
    expect(await page.locator('#q').inputValue()).toBe('late');
    await page.goBack();
    await found(page, '1 paper found');
    expect([await page.locator('#q').inputValue(), said(page).get('q')]).toEqual(['withdrawn', 'withdrawn']);
    await page.goBack();
    await found(page, '2 papers found');
    expect([await page.locator('#q').inputValue(), said(page).get('q')]).toEqual(['boats', 'boats']);
    await page.goForward();
    await found(page, '1 paper found');
    expect(await titles(page)).toContain('Withdrawn Example');
    await page.context().close();
  });

  it('keeps the filters in force while one types, and removes them with a link', async () => {
    const page = await open('/search?q=example&category=hep-th');
    await page.locator('#q').fill('slash');
    await page.waitForURL('**/search?q=slash&category=hep-th');
    await page.waitForFunction(() => document.title.startsWith('slash'));
    await page.locator('.chosen a').click();
    await page.waitForURL('**/search?q=slash**');
    expect(said(page).has('category')).toBe(false);
    await page.locator('#q').fill('example author:author year:2026');
    await page.keyboard.press('Enter');
    await page.locator('.chosen a', { hasText: 'year 2026' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'example author:author');
    await page.context().close();
  });

  it('shows the last thing typed, however late an earlier response arrives', async () => {
    const page = await open();
    await page.route('**/search?q=boats**', async (route) => {
      await new Promise((done) => setTimeout(done, 600));
      await route.continue().catch(() => {});
    });
    await page.locator('#q').fill('boats');
    await page.waitForTimeout(150);
    await page.locator('#q').fill('withdrawn');
    await found(page, '1 paper found');
    await page.waitForTimeout(800);
    expect((await titles(page))[0]).toBe('Withdrawn Example');
    await page.context().close();
  });

  it('says so if the server cannot be reached, and leaves what is there', async () => {
    const page = await open('/search?q=boats');
    await page.route('**fragment=1**', (route) => route.abort());
    await page.locator('#q').fill('withdrawn');
    await page.locator('[role=alert]', { hasText: 'cannot be reached' }).waitFor();
    expect(await titles(page)).toHaveLength(2);
    await page.unroute('**fragment=1**');
    await page.locator('#q').fill('withdrawn e');
    await found(page, '1 paper found');
    expect(await page.locator('[role=alert]').count()).toBe(0);
    await page.context().close();
  });

  it('is a form like any other without scripts', async () => {
    const page = await open('/search', { javaScriptEnabled: false });
    await page.locator('#how summary').click();
    expect(await page.locator('#how').textContent()).toContain('author:');
    await page.locator('#q').fill('example');
    await page.locator('#q').press('Enter');
    await page.waitForURL('**/search?q=example');
    const all = (await titles(page)).length;
    await page.locator('#narrow a', { hasText: 'hep-th' }).click();
    expect(said(page).get('category')).toBe('hep-th');
    // The next search keeps the filter.
    await page.locator('#q').fill('slash');
    await page.locator('.ask button').click();
    await page.waitForURL('**/search?q=slash&category=hep-th');
    await page.goto(`${site.url}/search?q=example`);
    await page.locator('#within').fill('slash');
    await page.locator('.one-line button').click();
    expect(said(page).get('q')).toBe('example +slash');
    expect((await titles(page)).length).toBeLessThan(all);
    expect(await page.locator('#q').inputValue()).toBe('example +slash');
    await page.context().close();
  });

  it('can be exported as a file', async () => {
    const page = await open('/search?q=boats');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.take a', { hasText: 'BibTeX' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('search-boats.bib');
    await page.context().close();
  });

  it('comes by email, confirmed and ended by the link in one, and never asked for from another site', async () => {
    const page = await open('/search?q=boats&category=cs.DS', { javaScriptEnabled: false });
    await page.locator('.keep input[type=email]').fill('ada@example.org');
    await page.locator('.keep select').selectOption('daily');
    await page.locator('.keep button').click();
    await page.waitForURL('**/subscribe/noted');
    expect(await page.locator('h1').textContent()).toBe('Check your inbox');
    // As the email has it.
    const { token } = await site.store.read
      .selectFrom('subscribers')
      .select('token')
      .executeTakeFirstOrThrow();
    // Links of earlier versions lead there as well.
    await page.goto(`${site.url}/search/subscriptions/${token}`);
    expect(await page.locator('main').textContent()).toMatch(
      /ada@example\.org.*“boats”, category cs\.DS, every day/,
    );
    await page.locator('button', { hasText: 'Confirm' }).click();
    expect(await page.locator('.notice').textContent()).toBe('Confirmed.');
    const { violations } = await new AxeBuilder({ page: await again(page) }).analyze();
    expect(violations.map((v) => v.id)).toEqual([]);
    const address = page.url();
    await page.goto(`${address}/unsubscribe`);
    await page.locator('main button').click();
    expect(await page.locator('h1').textContent()).toBe('Unsubscribed');
    await page.goto(address);
    await page.locator('.delete summary').click();
    await page.locator('.delete button').click();
    expect(await page.locator('h1').textContent()).toBe('Deleted');
    expect((await page.goto(address))!.status()).toBe(404);
    // A page of another site, with a form of its own.
    await page.goto('data:text/html,<p>elsewhere');
    await page.setContent(
      `<form action="${site.url}/subscribe" method="post"><input name="list" value="daily">
       <input name="email" value="ada@example.org"><button>Win a prize</button></form>`,
    );
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/subscribe')),
      page.locator('button').click(),
    ]);
    expect(answer.status()).toBe(403);
    await page.context().close();
  });

  /** The same page with scripts, which the checker needs. */
  async function again(page: Page): Promise<Page> {
    return open(new URL(page.url()).pathname);
  }
});
