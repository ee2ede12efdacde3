/// <reference lib="dom" />
/** Flags, moderation, claims and organisations in a browser, at phone and desktop width, with scripts and without. */
import type { Browser, BrowserContext } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAccount, createAccount } from '../../src/community/accounts.ts';
import { writeComment } from '../../src/community/comments.ts';
import { lookForRings } from '../../src/community/rings.ts';
import { castVote } from '../../src/community/votes.ts';
import { signIn } from '../front-door.ts';
import { chromiumPath, launch } from './browser.ts';
import { DATABASES, nowhere, openSite, type Site } from './site.ts';

const path = chromiumPath();
/** A folder for pictures of every page, if one wants to look at them. */
const shots = process.env.MODERATION_SHOTS;
/** A phone and a desk. */
const WIDTHS = [390, 1280];
const OLD = Date.now() - 40 * 86_400_000;

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('moderation in a browser, on $kind', { timeout: 240_000 }, ({ kind, isFirst }) => {
  /** What is looked at on one database only. */
  const also = isFirst ? it : nowhere;
  let browser: Browser;
  let site: Site;
  let papers: { pk: number; id: string; authors: string[] }[];

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(path!), openSite('starter', {}, kind)]);
    const rows = await site.store.read
      .selectFrom('papers')
      .select(['pk', 'id', 'authors'])
      .where('authors_count', '>', 1)
      .where('summary', 'is not', null)
      .orderBy('pk')
      .limit(20)
      .execute();
    papers = rows.map(({ pk, id, authors }) => ({ pk, id, authors: JSON.parse(authors) as string[] }));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Somebody signed in, in a browser of their own. */
  async function person(displayName: string, width: number, javaScriptEnabled = true) {
    const who = await signIn(site, displayName, { since: OLD });
    const context = await browser.newContext({
      javaScriptEnabled,
      viewport: { width, height: 844 },
      colorScheme: width > 500 ? 'dark' : 'light',
    });
    const [name, value] = who.cookie().split('=') as [string, string];
    await context.addCookies([{ name, value, url: site.url }]);
    const page = await context.newPage();
    const go = async (to: string) => {
      await page.goto(site.url + to);
      await look(to);
    };
    /** Nothing reaches over the edge. */
    const look = async (says: string) => {
      for (const wide of WIDTHS) {
        await page.setViewportSize({ width: wide, height: 844 });
        expect(await widthOver(context), `${says} at ${wide}`).toBeLessThanOrEqual(0);
        const file = `${shots}/${says.replaceAll(/\W+/g, '-')}-${wide}.png`;
        if (shots) await page.screenshot({ path: file, fullPage: true });
      }
      await page.setViewportSize({ width, height: 844 });
    };
    return { ...who, context, page, go, look };
  }

  async function widthOver(context: BrowserContext): Promise<number> {
    const page = context.pages()[0]!;
    const size = page.viewportSize()!;
    const box = await page.locator('body').boundingBox();
    const main = await page.locator('main').boundingBox();
    return Math.max(box!.x + box!.width, main!.x + main!.width) - size.width;
  }

  also('on a phone and without scripts, a comment is flagged, hidden and shown again', async () => {
    const [width, scripts] = [390, false];
    const paper = papers[0]!;
    const [eve, ada, mod] = [
      (await createAccount(site.store, { displayName: 'Eve' }, OLD)).id,
      await person(`Ada ${width}`, width, scripts),
      await person(`Mona ${width}`, width, scripts),
    ];
    await changeAccount(
      site.store,
      mod.id,
      { role: 'moderator' },
      { actor: null, reason: 'Set up.', at: OLD },
    );
    const text = 'Cheap watches, with free delivery.';
    await writeComment(site.store, { paper: paper.pk, author: eve, text, at: Date.now() });
    await ada.go(`/papers/${paper.id}`);
    await ada.page.getByRole('link', { name: 'Flag the comment by Eve' }).click();
    await ada.page.waitForURL(/\/flag$/);
    await ada.look(`flag ${width}`);
    await ada.page.getByLabel('Spam or advertising').check();
    await ada.page.getByRole('button', { name: 'Send to the moderators' }).click();
    await ada.page.getByRole('heading', { name: 'Thank you' }).waitFor();

    await mod.go('/settings');
    await mod.page.getByRole('link', { name: 'Moderation' }).click();
    await mod.page.waitForURL(/\/moderation$/);
    await mod.look(`queue ${width}`);
    await mod.page.getByRole('link', { name: 'A comment' }).first().click();
    await mod.page.waitForURL(/\/moderation\/comments\//);
    await mod.look(`case ${width}`);
    await mod.page.getByLabel('Reason, for the public log').first().fill('Advertising.');
    await mod.page.getByRole('button', { name: 'Hide' }).click();
    await mod.page.getByText('Hidden: only moderators see it here.').waitFor();
    await ada.go(`/papers/${paper.id}`);
    expect(await ada.page.locator('#letters').textContent()).toContain('Hidden by a moderator.');
    expect(await ada.page.locator('#letters').textContent()).not.toContain(text);
    await mod.go('/moderation/log');
    const entry = mod.page.locator('.log > li').first();
    expect(await entry.textContent()).toContain('Advertising.');
    await entry.locator('summary').click();
    await entry.getByLabel('Reason').fill('A joke after all.');
    await entry.getByRole('button', { name: 'Undo this' }).click();
    await mod.page.getByText('A joke after all.').waitFor();
    await ada.go(`/papers/${paper.id}`);
    expect(await ada.page.locator('#letters').textContent()).toContain(text);
    for (const to of [`/moderation/papers/${paper.id}`, '/moderation/people/eve']) await mod.go(to);
    await ada.context.close();
    await mod.context.close();
  });

  it('with scripts, an author claims a paper and makes an organisation', async () => {
    const width = 1280;
    const paper = papers[2]!;
    const [ada, mod] = [await person(`Author ${width}`, width), await person(`Judge ${width}`, width)];
    await changeAccount(
      site.store,
      mod.id,
      { role: 'moderator' },
      { actor: null, reason: 'Set up.', at: OLD },
    );
    await ada.go(`/papers/${paper.id}`);
    await ada.page.getByRole('link', { name: 'Are you an author?' }).click();
    await ada.page.waitForURL(/\/claim$/);
    await ada.look(`claim ${width}`);
    await ada.page.getByLabel('You are').selectOption(paper.authors[0]!);
    await ada.page.getByLabel('How can a moderator check').fill('My page says so: https://example.org/~me');
    await ada.page.getByRole('button', { name: 'Claim' }).click();
    await ada.page.getByText('A moderator will decide').waitFor();
    await mod.go('/moderation/claims');
    await mod.page.getByLabel('Reason, for the public log').first().fill('The page links here.');
    await mod.page.getByRole('button', { name: 'Grant' }).first().click();
    await mod.page.getByText('No claims are waiting.').waitFor();
    await ada.go(`/papers/${paper.id}/claim`);
    await ada.page.getByRole('button', { name: 'I stand by this summary' }).click();
    await ada.page.getByRole('button', { name: 'I no longer stand by it' }).waitFor();
    await ada.go(`/papers/${paper.id}`);
    await ada.page.getByText('an author of the paper, stands by this summary').waitFor();

    await ada.go('/orgs');
    await ada.page.getByLabel('New organisation').fill(`Society at ${width}`);
    await ada.page.getByRole('button', { name: 'Create organisation' }).click();
    await ada.page.waitForURL(/\/orgs\/society/);
    const picture = sharp({ create: { width: 400, height: 300, channels: 3, background: '#245' } });
    const buffer = await picture.png().toBuffer();
    await ada.page.getByLabel('Logo').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer });
    await ada.page.getByRole('button', { name: 'Upload logo' }).click();
    const logo = ada.page.locator('img.logo');
    await logo.waitFor();
    expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(256);
    expect(await ada.page.getByRole('link', { name: /./ }).allTextContents()).toContain(`Author ${width}`);
    await ada.look(`org ${width}`);
    await ada.go(`/u/${ada.name}`);
    expect(await ada.page.locator('main').textContent()).toContain(`Member of Society at ${width}`);
    await ada.context.close();
    await mod.context.close();
  });

  also('votes that look alike are shown to moderators, and what votes weigh to everybody', async () => {
    const width = 1280;
    const mod = await person(`Watch ${width}`, width);
    await changeAccount(
      site.store,
      mod.id,
      { role: 'moderator' },
      { actor: null, reason: 'Set up.', at: OLD },
    );
    const since = Date.now() - 20 * 86_400_000;
    const ring: number[] = [];
    for (let i = 0; i < 3; i++)
      ring.push((await createAccount(site.store, { displayName: `Sock ${width} ${i}` }, since)).id);
    for (const { pk } of papers.slice(4, 14))
      for (const voter of ring)
        await castVote(site.store, { paper: pk, voter, at: Date.now(), network: `n${width}` });
    for (let i = 0; i < 80; i++) {
      const { id } = await createAccount(site.store, { displayName: `Honest ${i}` }, since);
      await castVote(site.store, { paper: papers[14 + (i % 6)]!.pk, voter: id, at: Date.now() });
    }
    await lookForRings(site.store, Date.now());
    await mod.go('/moderation/rings');
    expect(await mod.page.locator('.cases').textContent()).toContain(`sock-${width}-0`);
    await mod.go('/about/ranking');
    const paper = papers[4]!;
    await expect
      .poll(async () => {
        await mod.go(`/papers/${paper.id}/why`);
        return mod.page.locator('.standing').textContent();
      })
      .toMatch(/count as/);
    await mod.context.close();
  });
});
