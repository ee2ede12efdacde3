/// <reference lib="dom" />
/** A reader at work: through editions and lists, with keys, on a phone, without scripts. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { openSite, type Site } from './site.ts';

const path = chromiumPath();

describe.skipIf(path === null)('a reader', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  let front = '';

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('all')]);
    front = `${site.url}/`;
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  const heading = (page: Page): Promise<string | null> => page.locator('.mast-left b').textContent();
  const titles = (page: Page): Promise<string[]> => page.locator('article.row h2').allTextContents();

  it('goes from edition to edition and back', async () => {
    const page = await open(front);
    expect(await heading(page)).toBe('Friday, 26 June 2026');
    await page.locator('.turn > [rel=prev]').click();
    await page.waitForURL('**/papers/date/2026-06-25');
    expect(await heading(page)).toBe('Thursday, 25 June 2026');
    await page.locator('.turn > [rel=next]').click();
    await page.waitForURL('**/papers/date/2026-06-26');
    await page.locator('.bar a', { hasText: 'Week' }).click();
    expect(await heading(page)).toBe('Week 26, 22–28 June 2026');
    await page.locator('.turn > [rel=prev]').click();
    expect(await heading(page)).toBe('Week 25, 15–21 June 2026');
    await page.locator('.bar a', { hasText: 'Month' }).click();
    expect(await heading(page)).toBe('June 2026');
    await page.locator('.turn > [rel=prev]').click();
    expect(await heading(page)).toBe('May 2026');
    expect(await titles(page)).toEqual(['May Example']);
    await page.context().close();
  });

  it('pages through a long edition and meets every paper once', async () => {
    const page = await open(`${site.url}/papers/date/2026-06-25`);
    const first = await titles(page);
    expect(first[0]).toContain('Imaginary Letters');
    expect(first).toHaveLength(50);
    await page.locator('.pager [rel=next]').click();
    await page.waitForURL('**page=2**');
    const all = [...first, ...(await titles(page))];
    expect(new Set(all).size).toBe(65);
    expect(all).toHaveLength(65);
    await page.context().close();
  });

  it('finds late arrivals below the edition, however many votes they have', async () => {
    const page = await open(`${site.url}/papers/date/2026-06-24`);
    expect((await titles(page)).at(-1)).toBe('Late Example');
    expect(await page.locator('.late article.row').count()).toBe(1);
    await page.locator('.late h2 a').click();
    expect(await page.locator('.notice').textContent()).toContain(
      'Arrived after the edition of 24 June 2026 closed',
    );
    await page.context().close();
  });

  it('never hits a dead link on any page', async () => {
    const page = await open('about:blank');
    const starts = [
      '/',
      '/papers/trending',
      '/papers/week/2026-W26',
      '/papers/date/2026-06-24',
      '/papers/date/2026-06-25?page=2',
      '/papers/2606.00001',
      '/papers/doi:10.1000/x',
      '/papers/hep-th/9901001',
      '/papers/2606.00005',
      '/search?q=sorting&category=cs.DS',
      '/search?q=zebra+crossing&category=cs.CL',
      '/authors/a-author',
      '/organizations/example-lab',
      '/calendar',
      '/about',
      '/about/ranking',
    ];
    const links = new Map<string, string>();
    for (const start of starts) {
      await page.goto(site.url + start);
      const found = await page.evaluate(() => [...document.links].map((a) => a.href.split('#')[0]!));
      for (const link of found) if (link.startsWith(site.url)) links.set(link, start);
    }
    const lost: string[] = [];
    for (const [link, from] of links) {
      const { status } = await fetch(link);
      if (status !== 200) lost.push(`${from}: ${link} ${status}`);
    }
    expect(lost).toEqual([]);
    expect(links.size).toBeGreaterThan(200);
    await page.context().close();
  });

  it('is told kindly what is wrong with a date', async () => {
    const page = await open(`${site.url}/papers/date/2026-02-30`);
    expect(await page.locator('main').textContent()).toContain('“2026-02-30” is not a day.');
    await page.goto(`${site.url}/papers/week/2026-W60`);
    expect(await page.locator('main').textContent()).toContain('“2026-W60” is not a week.');
    await page.goto(`${site.url}/papers/date/2026-6-25`);
    expect(new URL(page.url()).pathname).toBe('/papers/date/2026-06-25');
    await page.goto(`${site.url}/papers/date/2026-06-21`);
    expect(await page.locator('.notice').textContent()).toContain('No papers on');
    await page.context().close();
  });

  it('narrows a search and removes the filter again', async () => {
    const page = await open(`${site.url}/search?q=sorting`);
    const all = await page.locator('.hits').textContent();
    await page.locator('aside .topics a', { hasText: 'cs.DS' }).click();
    expect(await page.locator('.hits').textContent()).toBe('1 paper found');
    expect(await page.locator('#q').inputValue()).toBe('sorting');
    await page.locator('.chosen a').click();
    expect(await page.locator('.hits').textContent()).toBe(all);
    await page.locator('.range input[name=from]').fill('2026-06-24');
    await page.locator('.range input[name=to]').fill('2026-06-01');
    await page.locator('.range:has([name=from]) button').click();
    expect(await page.locator('main').textContent()).toContain('is after the last');
    await page.context().close();
  });

  it('finds similar papers below a paper', async () => {
    const page = await open(`${site.url}/papers/2606.00010`);
    expect(await page.locator('.similar a').allTextContents()).toContain('Paper Boats, Folded Once More');
    await page.context().close();
  });

  it('moves with the keys', async () => {
    const page = await open(front);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = page.locator('article.row').nth(1);
    expect(await second.getAttribute('class')).toContain('here');
    await page.keyboard.press('k');
    expect(await page.locator('article.row').first().getAttribute('class')).toContain('here');
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    expect(await second.locator('details.opener').getAttribute('open')).not.toBeNull();
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
    // In a field, keys are letters.
    await page.keyboard.type('jk?');
    expect(await page.locator('#q').inputValue()).toBe('jk?');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('Control+o').catch(() => {});
    expect(page.url()).toBe(front);
    await page.keyboard.press('o');
    await page.waitForURL('**/papers/**');
    await page.context().close();
  });

  it('continues with the keys from where Back leads', async () => {
    const page = await open(`${site.url}/papers/date/2026-06-25`);
    const twelfth = page.locator('article.row').nth(12);
    await twelfth.evaluate((row) => scrollTo(0, scrollY + row.getBoundingClientRect().top - 100));
    const before = await page.evaluate(() => scrollY);
    await twelfth.locator('h2 a').click();
    await page.waitForURL('**/papers/2606.*');
    await page.goBack();
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before - 50);
    await page.keyboard.press('j');
    const here = await page.evaluate(() =>
      [...document.querySelectorAll('article.row')].findIndex((row) => row.classList.contains('here')),
    );
    expect(here).toBe(12);
    expect(Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThan(300);
    await page.context().close();
  });

  it('sees in the help the keys that do something on the page', async () => {
    const page = await open(front);
    const keys = async () => {
      await page.keyboard.press('?');
      const text = await page.locator('dialog[open] dl').textContent();
      await page.keyboard.press('Escape');
      return text;
    };
    expect(await keys()).toContain('next and previous paper');
    await page.goto(`${site.url}/about`);
    expect(await keys()).not.toContain('next and previous paper');
    expect(await page.locator('.keys').textContent()).not.toContain('move');
    await page.context().close();
  });

  it('chooses light or dark, and has it on every page from the first paint on', async () => {
    const page = await open(front, { colorScheme: 'light' });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByRole('button', { name: 'Dark' }).click();
    const dark = await paper();
    expect(dark).not.toBe(light);
    expect(await page.getByRole('button', { name: 'Dark' }).getAttribute('aria-pressed')).toBe('true');
    // Before the page's own script runs, which is delayed here.
    await page.route('**/client-*.js', () => {});
    await page.goto(`${site.url}/about`, { waitUntil: 'commit' });
    await page.locator('main').waitFor();
    expect(await paper()).toBe(dark);
    await page.unroute('**/client-*.js');
    await page.goto(front);
    await page.getByRole('button', { name: 'System' }).click();
    expect(await paper()).toBe(light);
    await page.context().close();
  });

  it('narrows an edition with a tab, searches within it, and undoes that again', async () => {
    const page = await open(`${site.url}/papers/date/2026-06-25`, { javaScriptEnabled: false });
    await page.locator('.tabs a', { hasText: 'cs.DS' }).click();
    expect(await titles(page)).toHaveLength(1);
    await page.locator('.tabs a', { hasText: 'All' }).click();
    await page.locator('#in-edition').fill('filler');
    await page.locator('#in-edition').press('Enter');
    await page.waitForURL('**/search?edition=2026-06-25&q=filler');
    expect(await page.locator('.hits').textContent()).toBe('64 papers found');
    await page.goto(`${site.url}/search?q=example`);
    const all = (await titles(page)).length;
    await page.locator('#narrow input[name=edition][type=date]').fill('2026-06-24');
    await page.locator('.one-date:has(input[type=date][name=edition]) button').click();
    await page.waitForURL('**edition=2026-06-24');
    expect((await titles(page)).length).toBeLessThan(all);
    expect(await page.locator('.chosen a').textContent()).toContain('edition of 24 June 2026');
    await page.locator('.chosen a').click();
    expect((await titles(page)).length).toBe(all);
    await page.goto(`${site.url}/search?q=example+edition:2026-05`);
    expect(await titles(page)).toEqual(['May Example']);
    await page.context().close();
  });

  it('gets from a search for a name to its author’s page', async () => {
    const page = await open(`${site.url}/search?q=author,+a.`);
    const [first] = await page.locator('.people-found a').all();
    expect(await first!.textContent()).toMatch(/^A\. Author.*1 paper/);
    await first!.click();
    await page.waitForURL('**/authors/a-author');
    await page.goto(`${site.url}/authors/h25-author`);
    expect(await page.locator('article .who b').textContent()).toBe('H25. Author');
    await page.context().close();
  });

  it('can reach everything with Tab from the skip link on', async () => {
    const page = await open(front);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.context().close();
  });

  it('copies a paper as Markdown, and its address', async () => {
    const page = await open(`${site.url}/papers/2606.00001`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await expect.poll(copied).toMatch(/^Title: Imaginary Letters/);
    await page.getByRole('button', { name: 'Share' }).click();
    await expect.poll(copied).toBe(`${site.url}/papers/2606.00001`);
    await page.context().close();
  });

  it('copies where browsers block the clipboard', async () => {
    const page = await open('about:blank');
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await page.goto(`${site.url}/papers/2606.00001`);
    await page.getByRole('button', { name: 'Copy BibTeX' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.context().close();
  });

  it('copies a citation', async () => {
    const page = await open(`${site.url}/papers/2605.11577`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('button[data-copy]').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('@');
    await page.context().close();
  });

  it('gets complete pages without scripts', async () => {
    const page = await open(front, { javaScriptEnabled: false });
    const row = page.locator('article.row:not(.lead):has(.opener)').first();
    const lines = async () => (await row.locator('.deck').boundingBox())!.height;
    const before = await lines();
    await row.locator('.opener summary').click();
    const opened = await row.locator('.opener').getAttribute('class');
    // Text that is clamped grows; for short text the abstract appears below instead.
    if (!opened?.includes('also')) expect(await lines()).toBeGreaterThan(before);
    await page.locator('.cal summary').click();
    expect(await page.locator('.cal-card').isVisible()).toBe(true);
    await page.locator('#q').fill('multi-token');
    await page.locator('#q').press('Enter');
    expect(page.url()).toContain('/search?q=multi-token');
    expect(await page.locator('article mark').count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('searches from a phone', async () => {
    const page = await open(front, { viewport: { width: 390, height: 844 } });
    await page.locator('.find').click();
    await page.keyboard.type('token');
    expect((await page.locator('#q').boundingBox())!.width).toBeGreaterThan(300);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?q=token');
    await page.context().close();
  });

  it('opens the calendar and uses it to go to a day', async () => {
    const page = await open(front);
    await page.locator('.cal summary').click();
    await page.keyboard.press('Escape');
    expect(await page.locator('.cal-card').isVisible()).toBe(false);
    await page.locator('.cal summary').click();
    await page.locator('.cal-card td a', { hasText: '18' }).click();
    await page.waitForURL('**/papers/date/2026-06-18');
    await page.locator('.cal summary').click();
    await page.locator('.cal-card input[type=date]').fill('2026-05-20');
    await page.locator('.cal-card button').click();
    await page.waitForURL('**/papers/date/2026-05-20');
    await page.context().close();
  });
});
