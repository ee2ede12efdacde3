/// <reference lib="dom" />
/** Submitting papers in a browser: with scripts and without, on a phone and at a desk. */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/community/accounts.ts';
import { makeLink } from '../../src/community/sign-ins.ts';
import { takeIn } from '../../src/papers/intake/take-in.ts';
import { type Loopback, loopback } from '../../src/sources/loopback.ts';
import { chromiumPath, launch } from './browser.ts';
import { DATABASES, openSite, type Site } from './site.ts';

const path = chromiumPath();
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

const arxiv = (id: string): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/${id}v1</id>
   <title>On weaving $n$ threads with ${id} cards</title>
   <summary>We weave with punched cards, which say which threads are lifted. Then we stop.</summary>
   <published>2026-06-11T17:59:49Z</published><author><name>Ada Lovelace</name></author>
   <author><name>Joseph Marie Jacquard</name></author><category term="cs.CL"/></entry></feed>`;

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('submitting in a browser, on $kind', { timeout: 120_000 }, ({ kind, isFirst }) => {
  let browser: Browser;
  let site: Site;
  let service: Loopback;

  beforeAll(async () => {
    service = await loopback((url, response) =>
      response.end(arxiv(new URL(url, 'http://x').searchParams.get('id_list') ?? '')),
    );
    // Nothing but this machine can be asked.
    [browser, site] = await Promise.all([
      launch(path!),
      openSite('all', { ARXIV_API_URL: service.url }, kind),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await service?.close();
  });

  /** The same on both databases, and the dearest part of all this. */
  const accessible = async (page: Page) => {
    if (!isFirst) return;
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };
  const isTooWide = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

  const ways = [
    ['with scripts, at a desk', true, DESK, '2606.77772'],
    ['without scripts, on a phone', false, PHONE, '2606.77771'],
  ] as const;
  it.each(isFirst ? ways : ways.slice(0, 1))(
    'a paper that nobody has yet is submitted %s',
    async (says, scripts, viewport, id) => {
      const context = await browser.newContext({ javaScriptEnabled: scripts, viewport });
      const page = await context.newPage();
      let pictures = 0;
      const look = async (name: string) => {
        expect(await isTooWide(page)).toBe(false);
        if (scripts && new URL(page.url()).pathname !== '/') await accessible(page);
        const folder = process.env.SUBMIT_PICTURES;
        if (!folder) return;
        mkdirSync(folder, { recursive: true });
        const file = `${folder}/${viewport.width}-${++pictures}-${name}`;
        await page.screenshot({ path: `${file}.png`, fullPage: name !== 'paper' && name !== 'front' });
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.screenshot({ path: `${file}-dark.png` });
        await page.emulateMedia({ colorScheme: 'light' });
      };
      await page.goto(site.url);
      await look('front');
      // Whoever looks for it is led there, by way of signing in.
      await page.goto(`${site.url}/search?q=${id}`);
      await look('nothing-found');
      await page.goto(`${site.url}/papers/${id}`);
      await look('not-found');
      await page.getByRole('link', { name: 'Submit this paper' }).click();
      await look('signed-out');
      const { id: account } = await createAccount(site.store, { displayName: `Ada ${says}` }, Date.now());
      const next = new URL(
        (await page.getByRole('link', { name: 'Sign in to submit a paper' }).getAttribute('href'))!,
        site.url,
      ).searchParams.get('next')!;
      const link = await makeLink(site.store, { account }, Date.now());
      await page.goto(`${site.url}/sign-in/${link}?${new URLSearchParams({ next })}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(site.url + next);
      expect(await page.getByLabel('Identifier or address of the paper').inputValue()).toBe(`arxiv:${id}`);
      await look('form');
      await page.getByRole('button', { name: 'Find it' }).click();
      await page.waitForURL(/draft=/);
      await page.getByLabel('First comment').fill('A *classic*.');
      await page.getByLabel('Code').fill('https://github.com/ada/looms');
      await page.getByText('Pictures (optional)').click();
      const drawing = sharp({ create: { width: 640, height: 360, channels: 3, background: '#7a8f6a' } });
      await page.getByLabel('Picture 1', { exact: true }).setInputFiles({
        name: 'loom.png',
        mimeType: 'image/png',
        buffer: await drawing.png().toBuffer(),
      });
      await page.getByLabel('What it shows').first().fill('A loom, from the side');
      await look('confirm');
      await page.getByRole('button', { name: 'Submit to today’s edition' }).click();
      await page.waitForURL(new RegExp(`/papers/${id}`));
      expect(await page.locator('.submitted-by').textContent()).toContain(`Ada ${says}`);
      expect(await page.locator('.letter .badge').textContent()).toContain('Submitter');
      const picture = page.getByAltText('A loom, from the side');
      await picture.scrollIntoViewIfNeeded();
      await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(640);
      await look('picture');
      await page.evaluate(() => scrollTo(0, 0));
      await look('paper');
      await page.goto(site.url);
      expect(await page.locator('main').textContent()).toContain(`with ${id} cards`);

      // What nobody can be asked about is entered by hand.
      await page.goto(`${site.url}/submit`);
      await page.getByLabel('Identifier or address of the paper').fill('10.1000/by-hand');
      await page.getByRole('button', { name: 'Find it' }).click();
      expect(await page.getByRole('alert').textContent()).toContain('OFFLINE=1');
      expect(await page.getByLabel('Identifier').inputValue()).toBe('10.1000/by-hand');
      await look('by-hand');
      await page.getByLabel('Title').fill(`Entered by hand, ${says}`);
      await page.getByLabel('Authors').fill('Emmy Noether\nLise Meitner');
      await page.getByLabel('Identifier').fill(`10.1000/${id}`);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.waitForURL(/draft=/);
      await look('confirm-by-hand');
      await page.getByRole('button', { name: 'Submit to today’s edition' }).click();
      await page.waitForURL(/\/papers\/doi:/);
      expect(await page.locator('h1').textContent()).toContain('Entered by hand');

      // And what is here already, but in no edition that anybody chose, can be listed today.
      const value = id.replace('2606', '2506');
      await takeIn(
        site.store,
        [
          {
            source: 'arxiv',
            identifiers: [{ scheme: 'arxiv', value }],
            title: `An older paper, ${says}`,
            authors: ['Lise Meitner'],
          },
        ],
        new Set(),
      );
      await page.goto(`${site.url}/submit?id=${value}`);
      await page.getByRole('button', { name: 'Find it' }).click();
      await page.waitForURL(/paper=/);
      await look('here');
      await page.getByRole('button', { name: 'List it in today’s edition' }).click();
      await page.waitForURL(new RegExp(`/papers/${value}`));
      expect(await page.locator('.submitted-by').textContent()).toContain(`Ada ${says}`);

      // A token for a program is shown once.
      await page.goto(`${site.url}/settings`);
      await page.getByRole('link', { name: 'Access tokens' }).click();
      await page.getByLabel('Name').fill('A script');
      await page.getByLabel('submit papers').check();
      await page.getByRole('button', { name: 'Create token' }).click();
      expect(await page.locator('#new-token').textContent()).toMatch(/^bs_[\w-]{43}$/);
      await look('token');
      await page.getByRole('button', { name: 'Revoke A script' }).click();
      await page.waitForURL('**/settings/tokens');
      expect(await page.locator('main').textContent()).not.toContain('never used');
      await context.close();
    },
  );
});
