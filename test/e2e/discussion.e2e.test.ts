/// <reference lib="dom" />
/** Writing letters to the editor in a browser: with scripts and without, on a phone and at a desk. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { PHONE, signedIn } from './signed-in.ts';
import { DATABASES, nowhere, openSite, type Site } from './site.ts';

const path = chromiumPath();
const DESK = { width: 1280, height: 900 };

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('discussion in a browser, on $kind', { timeout: 120_000 }, ({ kind, isFirst }) => {
  /** What is looked at on one database only. */
  const also = isFirst ? it : nowhere;
  let browser: Browser;
  let site: Site;
  let papers: { id: string }[];

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('all', {}, kind)]);
    papers = await site.store.read
      .selectFrom('papers')
      .select('id')
      .where('abstract', 'is not', null)
      .orderBy('pk')
      .limit(4)
      .execute();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Somebody new, signed in, on the page of a paper. */
  async function reader(
    displayName: string,
    paper: number,
    options: { javaScriptEnabled: boolean },
    viewport = PHONE,
  ) {
    const next = `/papers/${papers[paper]!.id}`;
    const since = Date.now() - 10 * 86_400_000;
    return signedIn(browser, site, displayName, { ...options, viewport, next, since });
  }

  /** The same on both databases, and the dearest part of all this. */
  const accessible = async (page: Page) => {
    if (!isFirst) return;
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };
  const isTooWide = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

  const ways = [
    ['with scripts, at a desk', true, DESK],
    ['without scripts, on a phone', false, PHONE],
  ] as const;
  it.each(isFirst ? ways : ways.slice(0, 1))(
    'a letter is previewed, sent, answered, edited and deleted %s',
    async (says, scripts, viewport) => {
      const name = `Ada ${says}`;
      const { context, page } = await reader(name, scripts ? 1 : 0, { javaScriptEnabled: scripts }, viewport);
      expect(await page.locator('#letters').textContent()).toContain('Be the first.');
      await page.getByLabel('Your comment').fill('A *first* thought: $x^2$.');
      await page.getByLabel('Quote the abstract').selectOption({ index: 1 });
      await page.getByRole('button', { name: 'Preview' }).last().click();
      await page.waitForURL(/\/comments$/);
      expect(await page.locator('.preview em').textContent()).toBe('first');
      expect(await page.locator('.preview math').count()).toBeGreaterThan(0);
      expect(await page.locator('.preview blockquote').count()).toBe(1);
      if (scripts) await accessible(page);
      await page.getByRole('button', { name: 'Send' }).click();
      await page.waitForURL(/#comment-/);
      const letter = page.locator('.letter').first();
      expect(await letter.locator('h3').textContent()).toContain(name);
      expect(await letter.locator('.quoting').textContent()).toContain('unchanged');

      await letter.locator('.reply summary').click();
      await letter.getByLabel(/^Your reply/).fill('An answer.');
      await letter.getByRole('button', { name: 'Send' }).click();
      await page.locator('.letter.in-1').waitFor();
      expect(await page.locator('.letter.in-1 .said').textContent()).toBe('An answer.');

      await letter.getByRole('button', { name: 'Agree' }).click();
      await expect
        .poll(() => letter.getByRole('button', { name: 'Agree 1' }).getAttribute('aria-pressed'))
        .toBe('true');
      expect(await isTooWide(page)).toBe(false);
      if (scripts) await accessible(page);

      await letter.getByRole('link', { name: 'Edit your comment' }).click();
      await page.getByLabel('Your text').fill('A second thought.');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForURL(/#comment-/);
      await letter.getByRole('link', { name: 'edited' }).click();
      expect(await page.locator('main').textContent()).toContain('A first thought');
      if (scripts) await accessible(page);
      await page.goBack();
      await letter.getByRole('link', { name: 'Edit your comment' }).click();
      await page.getByRole('button', { name: 'Delete this comment' }).click();
      await page.waitForURL(/#comment-/);
      expect(await letter.textContent()).toContain('Deleted.');
      expect(await page.locator('.letter.in-1 .said').textContent()).toBe('An answer.');
      await context.close();
    },
  );

  also('a draft survives a reload, and is forgotten once it is sent', async () => {
    const { context, page } = await reader('Emmy', 2, { javaScriptEnabled: true });
    const field = page.getByLabel('Your comment');
    await field.fill('Not finished yet');
    await page.reload();
    await expect.poll(() => field.inputValue()).toBe('Not finished yet');
    await page.getByRole('button', { name: 'Send' }).last().click();
    await page.waitForURL(/#comment-/);
    await page.locator('.letter').waitFor();
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('draft '))))
      .toEqual([]);
    await page.reload();
    expect(await field.inputValue()).toBe('');
    await context.close();
  });

  also('the draft of a reply survives the end of the session', async () => {
    const { context, page } = await reader('Lise', 1, { javaScriptEnabled: true });
    await page.getByLabel('Your comment').fill('A question.');
    await page.getByRole('button', { name: 'Send' }).last().click();
    await page.waitForURL(/#comment-/);
    const letter = page.locator('.letter', { hasText: 'A question.' });
    await letter.locator('summary').click();
    await letter.getByLabel(/^Your reply/).fill('A long answer');
    const cookies = await context.cookies();
    await context.clearCookies();
    await letter.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL(/\/comments\/\w+$/);
    const signIn = page.locator('main').getByRole('link', { name: 'Sign in' });
    const next = new URL((await signIn.getAttribute('href'))!, site.url).searchParams.get('next');
    expect(next).toMatch(/^\/comments\/\w+$/);
    await context.addCookies(cookies);
    await page.goto(site.url + next);
    const field = page.getByLabel(/^Your reply/);
    await expect.poll(() => field.inputValue()).toBe('A long answer');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL(/#comment-/);
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('draft '))))
      .toEqual([]);
    await context.close();
  });

  also('is written with the keyboard alone, and read by whoever is not signed in', async () => {
    const { context, page } = await reader('Mary', 3, { javaScriptEnabled: true });
    await page.getByLabel('Your comment').focus();
    await page.keyboard.type('By keyboard, with / and ? in it.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Send');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#comment-/);
    await context.close();
    const anybody = await (await browser.newContext({ viewport: PHONE })).newPage();
    await anybody.goto(`${site.url}/papers/${papers[3]!.id}`);
    expect(await anybody.locator('.said').textContent()).toBe('By keyboard, with / and ? in it.');
    await accessible(anybody);
    await anybody.getByRole('link', { name: 'Sign in to comment' }).click();
    expect(anybody.url()).toContain('/sign-in?next=%2Fpapers%2F');
    await anybody.context().close();
  });
});
