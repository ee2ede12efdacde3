/**
 * Screenshots of the site with the starter collection alone, to look at after every run in test-results/screens.
 * Those in the documentation are retaken with
 *
 *     SCREENSHOTS=docs/screenshots npm test -- test/e2e/pictures
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { openSite, type Site } from './site.ts';

const path = chromiumPath();
const FOLDER = process.env.SCREENSHOTS || 'test-results/screens';
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const PAPER = '/papers/2512.14681';

describe.skipIf(path === null)('the site', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('starter')]);
    mkdirSync(FOLDER, { recursive: true });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const shots: [string, string, Parameters<Browser['newContext']>[0]][] = [
    ['front', '/', {}],
    ['dark', '/', { colorScheme: 'dark' }],
    ['phone', '/', PHONE],
    ['paper', PAPER, {}],
    ['search', '/search?q=multi-token', {}],
    ['search-dark', '/search?q=MTP+heads&explain=1', { colorScheme: 'dark' }],
    ['search-phone', '/search?q=multi-token', PHONE],
    ['search-nothing', '/search?q=zebra+crossing', PHONE],
  ];

  it.each(shots)('poses for a screenshot: %s', async (name, address, options) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
    const page = await context.newPage();
    // Twice, so that the fonts are there for the first paint however busy the machine is.
    for (let visit = 0; visit < 2; visit++) {
      await page.goto(site.url + address, { waitUntil: 'networkidle' });
      await page.evaluate('document.fonts.ready');
    }
    const file = join(FOLDER, `${name}.png`);
    await sharp(await page.screenshot())
      .png({ palette: true, colours: 64, effort: 10 })
      .toFile(file);
    expect(statSync(file).size).toBeLessThan(400_000);
    await context.close();
  });
});
