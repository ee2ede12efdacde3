/// <reference lib="dom" />
/** Formulas as painted: none leaves its line, whatever its author put into it, and all ordinary ones are whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import katex from 'katex';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setFormula } from '../../src/typesetting/set.ts';
import { chromiumPath, launch } from './browser.ts';
import { ASSETS } from './site.ts';

const path = chromiumPath();
/** How far letters may stick out of their line, in pixels of a title. */
const EDGE = 7;

/** What would paint over its surroundings, and titles that use it in different ways. */
const HOSTILE = [
  '\\smash{\\llap{\\rule{90em}{90em}}}',
  '\\smash{\\rlap{\\rule[-40em]{90em}{90em}}}',
  '\\smash{\\mathclap{\\rule[-9em]{40em}{20em}}}x',
  '\\kern-40em\\rule{30em}{1em}\\kern10em',
  '\\hspace*{-30em}\\rule{29em}{2em}',
  '\\smash{\\raisebox{-15em}{\\rule{9em}{9em}}}',
  'x\\smash{\\rule[-30em]{1em}{60em}}',
  '\\rlap{\\Huge\\textcolor{red}{\\text{█████████████████████████████████████████████}}}',
  '\\colorbox{black}{\\Huge\\color{black}x}',
  '\\phantom{\\rule{90em}{1em}}\\llap{\\rule{90em}{1em}}',
];
/** Letters that slant, accents that stick up, and symbols that hang low. */
const ORDINARY = [
  'f(x)=\\hat{f}_{\\theta}',
  '\\widehat{ABC}',
  '\\sum_{i=1}^n \\frac{x_i^2}{y_j}',
  '\\int_0^1 f\\,dx',
  '\\mathfrak{g}\\mathscr{J}\\mathcal{L}',
  '\\vec{v}\\overline{X}\\ddot{A}',
  '\\Bigl(\\sqrt{\\sqrt{x}}\\Bigr)_{j}',
  '\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}',
];

describe.skipIf(path === null)('formulas', { timeout: 120_000 }, () => {
  let browser: Browser;
  const manifest = JSON.parse(readFileSync(join(ASSETS, 'manifest.json'), 'utf8')) as Record<string, string>;

  beforeAll(async () => {
    browser = await launch(path!);
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** A page that is just a list of titles, with the site's styles. */
  async function show(titles: string[], width: number, css = ''): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const sheets = ['site.css', 'katex.css'].map(
      (name) => `<link rel="stylesheet" href="${manifest[name]}">`,
    );
    const body = titles.map((title) => `<h2 style="margin:1em 0">before ${title} after</h2>`).join('');
    const html = `<!doctype html><meta charset="utf-8">${sheets.join('')}<style>${css}</style><body><main class="page" style="display:block">${body}</main>`;
    await page.route('http://titles.test/**', async (route) => {
      const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
      if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
      const file = readFileSync(join(ASSETS, name));
      // This test waits for the font; on the site it is there in time or not at all.
      if (!name.endsWith('.css')) return route.fulfill({ contentType: 'font/woff2', body: file });
      const sheet = file.toString().replace(/font-display:\s*optional/g, 'font-display:block');
      return route.fulfill({ contentType: 'text/css', body: sheet });
    });
    await page.goto('http://titles.test/');
    await page.evaluate(() => document.fonts.ready);
    return page;
  }

  /** The share of dark pixels in a part of a screenshot. */
  async function ink(
    page: Page,
    clip: { x: number; y: number; width: number; height: number },
  ): Promise<number> {
    const { data } = await sharp(await page.screenshot({ clip, fullPage: true }))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data.filter((grey) => grey < 140).length / data.length;
  }

  it.each([1100, 390])('of a hostile title stay in their line, %i pixels wide', async (width) => {
    const unset: string[] = [];
    // As the site sets them, and as KaTeX would if nothing were removed.
    const titles = HOSTILE.flatMap((tex) => {
      const kept = setFormula({ tex, display: false });
      if (kept === null) unset.push(tex);
      return [kept ?? 'x', katex.renderToString(tex, { strict: 'ignore', maxSize: 60 })];
    });
    expect(unset.length).toBeLessThan(HOSTILE.length);
    const page = await show(titles, width);
    const lines = await page.evaluate(() =>
      [...document.querySelectorAll('h2')].map((line) => {
        const { x, y, width, height } = line.getBoundingClientRect();
        return { x, y: y + scrollY, width, height };
      }),
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // There is nothing between two titles or beside them, except for the little that letters may stick out.
    for (const [i, line] of lines.entries()) {
      const next = lines[i + 1];
      if (!next) break;
      const top = line.y + line.height + EDGE;
      const gap = { x: 0, y: top, width, height: Math.max(1, next.y - EDGE - top) };
      expect(await ink(page, gap), `below ${titles[i]!.slice(-300)}`).toBe(0);
      expect(
        await ink(page, { x: 0, y: line.y, width: Math.max(1, line.x - EDGE), height: line.height }),
      ).toBe(0);
    }
    // What the site sets takes no more space than an ordinary title with a tall formula.
    for (const [i, line] of lines.entries()) if (i % 2 === 0) expect(line.height).toBeLessThan(200);
    await page.close();
  });

  it('of ordinary titles are painted whole', async () => {
    const titles = ORDINARY.map((tex) => setFormula({ tex, display: false })!);
    const free = '.katex .katex-base{contain:none!important}';
    const painted: number[][] = [];
    for (const css of ['', free]) {
      const page = await show(titles, 1100, css);
      const all: number[] = [];
      for (const line of await page.locator('h2').all()) {
        const box = (await line.boundingBox())!;
        all.push(await ink(page, { x: 0, y: box.y - 8, width: 1100, height: box.height + 16 }));
      }
      painted.push(all);
      await page.close();
    }
    for (const [i, kept] of painted[0]!.entries())
      expect(kept / painted[1]![i]!, ORDINARY[i]).toBeGreaterThan(0.93);
  });
});
