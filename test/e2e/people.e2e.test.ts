/// <reference lib="dom" />
/** Signing in and voting in a browser, with scripts, without, and without a connection. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { signedIn } from './signed-in.ts';
import { DATABASES, nowhere, openSite, type Site } from './site.ts';

const path = chromiumPath();

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('people in a browser, on $kind', { timeout: 120_000 }, ({ kind, isFirst }) => {
  /** What is looked at on one database only. */
  const also = isFirst ? it : nowhere;
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('starter', {}, kind)]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Somebody new, signed in on a phone, on the front page. */
  async function reader(displayName: string, javaScriptEnabled: boolean) {
    const { context, page } = await signedIn(browser, site, displayName, { javaScriptEnabled });
    expect(await page.locator('.reader').textContent()).toContain(displayName[0]!);
    const button = page.locator('button.votes').first();
    const votes = async () => Number(await button.locator('.leading-none').textContent());
    return { context, page, button, votes };
  }

  it('a vote counts in place, is taken back, and says so if it did not get through', async () => {
    const { context, page, button, votes } = await reader('Ada', true);
    const before = await votes();
    await button.click();
    await expect.poll(votes).toBe(before + 1);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(page.url()).toBe(`${site.url}/`);
    await button.click();
    await expect.poll(votes).toBe(before);
    await context.setOffline(true);
    await button.click();
    await expect.poll(() => button.getAttribute('title')).toMatch(/did not get through/);
    expect([await votes(), await button.getAttribute('aria-pressed'), page.url()]).toEqual([
      before,
      'false',
      `${site.url}/`,
    ]);
    await context.setOffline(false);
    await button.click();
    await expect.poll(votes).toBe(before + 1);
    await context.close();
  });

  also.each([390, 1280])(
    'the button stands within 12 px of where the count stood, at %i wide',
    async (width) => {
      const { context, page } = await reader(`Wide ${width}`, true);
      await page.setViewportSize({ width, height: 844 });
      for (const path of ['/', (await page.locator('article h2 a').first().getAttribute('href'))!]) {
        const placeIn = async (one: typeof page, selector: string) => {
          await one.goto(site.url + path);
          return one.locator(selector).first().boundingBox();
        };
        const stranger = await browser.newPage({ viewport: { width, height: 844 } });
        const [before, after] = [await placeIn(stranger, 'a.votes'), await placeIn(page, 'button.votes')];
        const away = Math.max(Math.abs(before!.x - after!.x), Math.abs(before!.y - after!.y));
        expect(away, `${path} ${JSON.stringify([before, after])}`).toBeLessThan(12);
        await stranger.close();
      }
      await context.close();
    },
  );

  also('without scripts, a vote leads back to its paper', async () => {
    const { context, page, button, votes } = await reader('Emmy', false);
    const before = await votes();
    await button.click();
    await page.waitForURL(/#paper-\d+$/);
    expect([await votes(), await button.getAttribute('aria-pressed')]).toEqual([before + 1, 'true']);
    await context.close();
  });
});
