/// <reference lib="dom" />
/** The pages as a browser has them: accessible, still, whole without scripts, and good to look at. */
import { mkdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePapers } from '../../src/web/testing/sample.ts';
import { chromiumPath, launch } from './browser.ts';
import { type Site, startSite } from './site.ts';

const path = chromiumPath();
const SCREENS = 'test-results/screens';

describe.skipIf(path === null)('the site in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  let sample: Site;
  let empty: Site;
  let front = '';
  let paper = '';

  beforeAll(async () => {
    [browser, site, sample, empty] = await Promise.all([
      launch(path!),
      startSite(),
      startSite(samplePapers()),
      startSite([]),
    ]);
    front = `${site.url}/`;
    const page = await browser.newPage();
    await page.goto(front);
    paper = (await page.locator('article h2 a').first().getAttribute('href'))!;
    await page.close();
    mkdirSync(SCREENS, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all([site?.close(), sample?.close(), empty?.close()]);
  });

  /** Every kind of page, by name. */
  const pages = (): [string, string][] => [
    ['front', front],
    ['trending', `${site.url}/papers/trending`],
    ['paper', site.url + paper],
    ['why', `${site.url + paper}/why`],
    ['search', `${site.url}/search?q=multi-token`],
    ['search-empty', `${site.url}/search?q=zebra+crossing&category=cs.CL`],
    ['calendar', `${site.url}/calendar`],
    ['ranking', `${site.url}/about/ranking`],
    ['about', `${site.url}/about`],
    ['not-found', `${site.url}/papers/0000.00000`],
    ['maths', `${sample.url}/papers/2606.00001`],
    ['awkward', `${sample.url}/papers/doi:10.1/x`],
    ['explained', `${sample.url}/search?q=sorting&explain=1`],
    ['nearest', `${sample.url}/papers/date/2026-06-27`],
    ['author', `${sample.url}/authors/a-author`],
    ['organisation', `${sample.url}/organizations/example-lab`],
    ['welcome', empty.url],
  ];

  async function open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  /** How much a page moves while it loads: the sum of its layout shifts. */
  async function shiftOf(url: string, width: number): Promise<number> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const w = window as unknown as { shift: number };
      w.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) w.shift += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(60);
    const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift);
    await context.close();
    return shift;
  }

  it.each(['light', 'dark'] as const)('has nothing axe objects to, in %s', async (colorScheme) => {
    const page = await open(front, { colorScheme });
    for (const [name, url] of pages()) {
      await page.goto(url);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      const said = violations.map(
        (v) =>
          `${v.id}: ${v.nodes
            .map((n) => n.html)
            .slice(0, 3)
            .join(' | ')}`,
      );
      expect(said, `${name}, ${colorScheme}`).toEqual([]);
    }
    await page.context().close();
  });

  it.each([1280, 390])('moves nothing while it loads, at %i wide', async (width) => {
    for (const [name, url] of pages()) {
      // On a busy machine a font may come after the first paint and move a word by a hair; what is wrong with a
      // page itself moves it every time. So: still in one of three loads, each with an empty browser cache.
      let least = Number.POSITIVE_INFINITY;
      for (let load = 0; load < 3 && least > 0; load++) least = Math.min(least, await shiftOf(url, width));
      expect(least, name).toBe(0);
    }
  });

  it.each([360, 390, 420, 768])('does not scroll sideways at %i wide', async (width) => {
    const page = await open(front, { viewport: { width, height: 800 } });
    for (const [name, url] of pages()) {
      await page.goto(url);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(
        width,
      );
    }
    await page.context().close();
  });

  it('asks nothing of other hosts and breaks no rule of its own policy', async () => {
    const page = await open('about:blank');
    const outside: string[] = [];
    const said: string[] = [];
    page.on('request', (r) => {
      if (!r.url().startsWith('http://127.0.0.1:') && !r.url().startsWith('data:')) outside.push(r.url());
    });
    page.on('console', (m) => {
      if (m.type() === 'error' && !/status of 40/.test(m.text())) said.push(m.text());
    });
    for (const [, url] of pages()) await page.goto(url, { waitUntil: 'networkidle' });
    expect(outside).toEqual([]);
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('is moved through by keys', async () => {
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

  it('is reached by Tab from the skip link on', async () => {
    const page = await open(front);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.context().close();
  });

  it('copies a citation', async () => {
    const page = await open(site.url + paper);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('button[data-copy]').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('@');
    await page.context().close();
  });

  it('is whole with scripts off', async () => {
    const page = await open(front, { javaScriptEnabled: false });
    const row = page.locator('article.row:not(.lead):has(.opener)').first();
    const lines = async () => (await row.locator('.deck').boundingBox())!.height;
    const before = await lines();
    await row.locator('.opener summary').click();
    const opened = await row.locator('.opener').getAttribute('class');
    // Text that is cut grows; text that is short shows the abstract below instead.
    if (!opened?.includes('also')) expect(await lines()).toBeGreaterThan(before);
    await page.locator('.cal summary').click();
    expect(await page.locator('.cal-card').isVisible()).toBe(true);
    await page.locator('#q').fill('multi-token');
    await page.locator('#q').press('Enter');
    expect(page.url()).toContain('/search?q=multi-token');
    expect(await page.locator('article mark').count()).toBeGreaterThan(0);
    await page.context().close();
  });

  it('offers targets that a finger can hit', async () => {
    const page = await open(front, { viewport: { width: 390, height: 844 } });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('nav a, summary, .meta a, button, aside li > a, .foot a')]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24)
        .map((e) => `${e.textContent?.trim()} ${e.getBoundingClientRect().height}`),
    );
    expect(small).toEqual([]);
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

  it('has its picture taken', async () => {
    const shots: [string, string, Parameters<Browser['newContext']>[0]][] = [
      ['front', front, {}],
      ['front-dark', front, { colorScheme: 'dark' }],
      ['front-phone', front, { viewport: { width: 390, height: 844 } }],
      ['paper', site.url + paper, {}],
      ['paper-phone-dark', site.url + paper, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
      ['search', `${site.url}/search?q=multi-token`, {}],
      ['ranking', `${site.url}/about/ranking`, {}],
    ];
    for (const [name, url, options] of shots) {
      const page = await open(url, options);
      await page.screenshot({ path: `${SCREENS}/${name}.png` });
      await page.context().close();
    }
  });
});
