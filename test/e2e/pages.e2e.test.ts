/// <reference lib="dom" />
/** The pages in a browser: accessible, no wider than the window, from one host, and fit for print. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { everyPage } from './every-page.ts';
import { OPERATOR, openSite, type Site } from './site.ts';

const path = chromiumPath();

describe.skipIf(path === null)('the site in a browser', { timeout: 600_000 }, () => {
  let browser: Browser;
  let site: Site;
  let empty: Site;

  beforeAll(async () => {
    [browser, site, empty] = await Promise.all([launch(path!), openSite('all'), openSite('nothing')]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all([site?.close(), empty?.close()]);
  });

  const pages = () => everyPage(site, empty);

  async function open(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 1000 },
      httpCredentials: OPERATOR,
      ...options,
    });
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  it('has nothing axe objects to, in light and dark', async () => {
    const page = await open(site.url);
    for (const [name, url] of pages()) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(url);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // Colours fade from one scheme into the other.
        await page.evaluate(async () => {
          for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
          await Promise.all(document.getAnimations().map((fading) => fading.finished.catch(() => {})));
        });
        const axe = new AxeBuilder({ page });
        // In the dark, only the colours differ.
        if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
        else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
        const { violations } = await axe.analyze();
        const said = violations.map(
          (v) =>
            `${v.id}: ${v.nodes
              .map((n) => n.html)
              .slice(0, 3)
              .join(' | ')}`,
        );
        expect(said, `${name}, ${colorScheme}`).toEqual([]);
      }
    }
    await page.context().close();
  });

  it('scrolls sideways at no width, requests nothing from other hosts, and violates no rule of its own policy', async () => {
    const page = await open('about:blank');
    const outside: string[] = [];
    const said: string[] = [];
    page.on('request', (r) => {
      if (!r.url().startsWith('http://127.0.0.1:') && !r.url().startsWith('data:')) outside.push(r.url());
    });
    page.on('console', (m) => {
      if (m.type() === 'error' && !/status of 40/.test(m.text())) said.push(m.text());
    });
    for (const [name, url] of pages()) {
      await page.goto(url);
      await page.evaluate(() => document.fonts.ready);
      for (const width of [768, 420, 390, 360]) {
        await page.setViewportSize({ width, height: 800 });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          `${name} at ${width}`,
        ).toBeLessThanOrEqual(width);
      }
    }
    expect(outside).toEqual([]);
    expect(said).toEqual([]);
    await page.context().close();
  });

  it('prints like a newspaper: dark ink, whole texts, no bar', async () => {
    const page = await open(`${site.url}/papers/date/2026-06-18`, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const { ink, paper, bar, cut } = await page.evaluate(() => {
      const deck = document.querySelector<HTMLElement>('.deck')!;
      return {
        ink: getComputedStyle(deck).color,
        paper: getComputedStyle(document.body).backgroundColor,
        bar: document.querySelector('.bar')!.checkVisibility(),
        cut: deck.scrollHeight > deck.clientHeight + 1,
      };
    });
    expect({ ink, paper, bar, cut }).toEqual({
      ink: 'rgb(0, 0, 0)',
      paper: 'rgb(255, 255, 255)',
      bar: false,
      cut: false,
    });
    expect((await page.pdf()).length).toBeGreaterThan(1000);
    await page.context().close();
  });

  it('prints across the full width, without what paper cannot do', async () => {
    const page = await open('about:blank');
    for (const width of [1280, 700]) {
      await page.setViewportSize({ width, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      for (const path of ['/papers/2606.00001', '/papers/date/2026-06-25', '/search?q=imaginary+letters']) {
        await page.goto(site.url + path);
        const seen = await page.evaluate(() => ({
          widest: Math.max(
            ...[...document.querySelectorAll('.deck, .reading')].map((e) => e.getBoundingClientRect().right),
          ),
          screenOnly: [
            ...document.querySelectorAll(
              'nav, form, button, .similar, .standing, .tabs, .pick, .dots, a[href$="/why"], a[href$="#similar"]',
            ),
          ]
            .filter((e) => e.checkVisibility())
            .map((e) => e.outerHTML.slice(0, 80)),
          hidden: [...document.querySelectorAll('.rest')].filter((e) => !e.checkVisibility()).length,
        }));
        expect(seen, `${path} at ${width}`).toEqual({
          widest: expect.any(Number),
          screenOnly: [],
          hidden: 0,
        });
        expect(seen.widest, `${path} at ${width}`).toBeGreaterThan(width * 0.85);
      }
    }
    await page.context().close();
  });

  it('has targets large enough for a finger', async () => {
    const page = await open(site.url, { viewport: { width: 390, height: 844 } });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('nav a, summary, .meta a, button, aside li > a, .foot a')]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24)
        .map((e) => `${e.textContent?.trim()} ${e.getBoundingClientRect().height}`),
    );
    expect(small).toEqual([]);
    await page.context().close();
  });
});
