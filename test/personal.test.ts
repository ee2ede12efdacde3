/** What is a reader's own, through the front door: on both databases, without scripts. */
import './connections.ts';
import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkAtom } from '../src/api/feeds/rules.fixture.ts';
import { broadsheet } from '../src/client/index.ts';
import { changeAccount } from '../src/community/accounts.ts';
import { addCollection } from '../src/community/personal/collections.ts';
import { createToken, type Scope } from '../src/community/tokens.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { faults } from '../src/testing/pages.ts';
import { wrongWith } from './api-contract.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { browserAt, mailServer, signIn } from './front-door.ts';

const SILENT = createLog('error', false, () => {});
/** Long enough ago for an account to be no longer new. */
const DAYS_AGO = 10 * 86_400_000;
const TITLES = ['Bees that count', 'Tides on Titan', 'A grammar of gestures', 'The weight of light'];
const path = (number: number) => `/papers/2606.0000${number}`;

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  let mail: Awaited<ReturnType<typeof mailServer>>;

  beforeAll(async () => {
    database = await fresh();
    mail = await mailServer();
    const env = {
      ...database.env,
      PORT: '0',
      OFFLINE: '1',
      LOG_LEVEL: 'error',
      PUBLIC_URL: 'http://papers.example',
      SMTP_URL: mail.url,
    };
    site = await startSite({ config: readConfig(env), log: SILENT, env, starter: null });
    await takeIn(
      site.store,
      TITLES.map((title, i) => ({
        source: 'jsonl' as const,
        identifiers: [{ scheme: 'arxiv' as const, value: `2606.0000${i + 1}`, version: 1 }],
        title,
        authors: [`Author Number${i + 1}`],
        abstract: `${title}, at length.`,
        categories: [i < 2 ? 'cs.CL' : 'physics.optics'],
        published: `2026-06-1${i}`,
        listed: '2026-06-26',
      })),
      new Set(),
    );
  }, 60_000);
  afterAll(async () => {
    await site.stop();
    await mail.close();
    await database.remove();
  });

  const signedIn = (displayName: string) => signIn(site, displayName, { since: Date.now() - DAYS_AGO });
  /** Where a row's titles stand in a page. */
  const order = (page: string) =>
    TITLES.map((title) => ({ title, at: page.indexOf(`>${title}</a>`) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
      .map(({ title }) => title);
  const keyOf = (page: string, number: number) =>
    new RegExp(`id="paper-(\\d+)" class="vote" method="post" action="${path(number)}/vote"`).exec(page)![1]!;

  it('a reader saves papers, orders and annotates them, publishes the list, and others take it with them', async () => {
    const ada = await signedIn('Ada Reader');
    const anonymous = browserAt(site.url);
    expect((await anonymous.go('/')).text).not.toContain('class="own');
    expect((await anonymous.go('/saved')).status).toBe(401);
    expect((await ada.go('/saved')).text).toContain('Nothing saved yet.');
    const front = (await ada.go('/')).text;
    expect(front).toMatch(/<button[^>]*name="save" value="1" aria-pressed="false"/);

    for (const number of [1, 2, 3])
      expect((await ada.send(`${path(number)}/save`, { save: '1', next: '/' })).to).toMatch(/^\/#paper-\d+$/);
    const after = (await ada.go('/')).text;
    expect(after.match(/name="save" value="0" aria-pressed="true"/g)).toHaveLength(3);
    expect(faults(after)).toEqual([]);
    expect((await anonymous.go('/')).text).not.toContain('aria-pressed="true"');

    const saved = (await ada.go('/saved')).text;
    expect(saved).toContain('3 papers · private');
    const list = /href="(\/saved\/[\w-]+)">Reading list/.exec(saved)![1]!;
    let page = (await ada.go(list)).text;
    expect(faults(page)).toEqual([]);
    expect(order(page)).toEqual([TITLES[2], TITLES[1], TITLES[0]]);
    const paper = keyOf(page, 1);
    await ada.send(list, { do: 'first', paper });
    await ada.send(list, { do: 'note', paper, note: 'Read <b>this</b> first.' });
    page = (await ada.go(list)).text;
    expect(order(page)).toEqual([TITLES[0], TITLES[2], TITLES[1]]);
    expect(page).toContain('Read &lt;b&gt;this&lt;/b&gt; first.');
    // With a note, the button leads to the lists instead of throwing it away.
    expect((await ada.send(`${path(1)}/save`, { save: '0', next: '/' })).to).toBe(`${path(1)}/lists`);
    expect((await ada.send(`${path(2)}/save`, { save: '0', next: '/' })).to).toMatch(/^\/#paper-/);
    const bib = await ada.go(`${list}/export.bib`);
    expect(bib.text.match(/^@/gm)).toHaveLength(2);
    expect(bib.text.indexOf(TITLES[0]!)).toBeLessThan(bib.text.indexOf(TITLES[2]!));

    // Nobody else sees any of it until it is published.
    const eve = await signedIn('Eve Reader');
    const id = list.split('/')[2]!;
    const open = `/u/${ada.name}/lists/${id}`;
    for (const address of [list, `${list}/export.bib`]) {
      expect((await eve.go(address)).status).toBe(404);
      expect((await anonymous.go(address)).status).toBe(401);
    }
    for (const address of [open, `${open}/feed.atom`, `${open}/export.ris`])
      expect((await eve.go(address)).status).toBe(404);
    expect((await eve.send(list, { do: 'publish' })).status).toBe(404);
    expect((await anonymous.go(`/u/${ada.name}`)).text).not.toContain('Reading list');

    await ada.send(list, { do: 'rename', name: 'What to read in June' });
    await ada.send(list, { do: 'publish' });
    expect((await anonymous.go(`/u/${ada.name}`)).text).toContain(`href="${open}">What to read in June`);
    const shown = (await anonymous.go(open)).text;
    expect(order(shown)).toEqual([TITLES[0], TITLES[2]]);
    expect(shown).toContain('Read &lt;b&gt;this&lt;/b&gt; first.');
    expect(shown).not.toContain('name="do"');
    expect(faults(shown)).toEqual([]);
    for (const format of ['bib', 'ris', 'json', 'csv', 'jsonl'])
      expect((await anonymous.go(`${open}/export.${format}`)).text).toContain(TITLES[2]);
    const feed = (await anonymous.go(`${open}/feed.atom`)).text;
    checkAtom(feed);
    expect(feed).toContain('Read &amp;lt;b&amp;gt;this');
    // Under somebody else's name it is not there.
    expect((await anonymous.go(`/u/${eve.name}/lists/${id}`)).status).toBe(404);

    // Who is silenced publishes nothing either.
    const act = { actor: null, reason: 'x', at: Date.now() };
    for (const state of ['silenced', 'banned'] as const) {
      await changeAccount(site.store, eve.id, { state: 'active' }, act);
      const loud = await addCollection(site.store, eve.id, { name: 'Buy this', isPublic: true }, Date.now());
      const address = `/u/${eve.name}/lists/${loud}`;
      expect((await anonymous.go(address)).status).toBe(200);
      await changeAccount(site.store, eve.id, { state }, act);
      for (const one of [address, `${address}/feed.atom`, `${address}/export.bib`])
        expect([state, one, (await anonymous.go(one)).status]).toEqual([state, one, 404]);
      expect((await anonymous.go(`/u/${eve.name}`)).text).not.toContain('Buy this');
    }

    await ada.send(list, { do: 'withdraw' });
    expect((await anonymous.go(open)).status).toBe(404);
    expect((await ada.send(list, { do: 'delete' })).status).toBe(400);
    expect((await ada.send(list, { do: 'delete', sure: '1' })).to).toBe('/saved');
    expect((await ada.go('/')).text).not.toContain('name="save" value="0"');
  });

  it('a paper is put into several lists, marked as read, and as not relevant', async () => {
    const bob = await signedIn('Bob Reader');
    await bob.send(`${path(4)}/lists`, { new: 'Optics' });
    await bob.send('/saved', { name: 'For the seminar' });
    const form = (await bob.go(`${path(4)}/lists`)).text;
    const lists = [...form.matchAll(/name="in" value="([\w-]+)"( checked)?/g)];
    expect(lists.map(([, , checked]) => checked !== undefined)).toEqual([true, false]);
    const [, seminar] = lists.map(([, list]) => list!);
    const there = await bob.send(`${path(4)}/lists`, { in: seminar!, [`note-${seminar}`]: 'On Friday' });
    expect(there.to).toBe(`/saved/${seminar}`);
    expect((await bob.go(there.to!)).text).toContain('On Friday');
    const saved = (await bob.go('/saved')).text;
    expect(saved).toMatch(/Optics<\/a>[^•]*?0 papers/);
    await bob.send(`${path(4)}/mark`, { read: '1', next: '/' });
    await bob.send(`${path(3)}/mark`, { dismissed: '1', next: '/' });
    const front = (await bob.go('/')).text;
    expect(front.match(/class="own read"/g)).toHaveLength(1);
    expect(front.match(/class="own dismissed"/g)).toHaveLength(1);
    await bob.send(`${path(3)}/mark`, { dismissed: '0', next: '/' });
    expect((await bob.go('/')).text).not.toContain('class="own dismissed"');
    expect((await bob.send(`${path(3)}/mark`, { dismissed: '2' })).status).toBe(400);
    expect((await bob.send('/papers/none/save', { save: '1' })).status).toBe(404);
  });

  it('a reader follows an author, a category, a search and a person, and reads what is new on one page', async () => {
    const cat = await signedIn('Cat Reader');
    const dan = await signedIn('Dan Writer');
    expect((await cat.go('/following')).text).toContain('You are not following anything yet.');
    expect((await browserAt(site.url).go('/authors/author-number1')).text).toContain('>Follow</a>');
    /** Presses the button of a page. */
    const press = async (address: string) => {
      const page = (await cat.go(address)).text;
      expect(faults(page)).toEqual([]);
      const form =
        /<form class="press" method="post" action="\/following">(.*?)<\/form>/s.exec(page)?.[1] ?? '';
      const field = (name: string) =>
        new RegExp(`name="${name}" value="([^"]*)"`).exec(form)![1]!.replaceAll('&amp;', '&');
      return cat.send('/following', {
        kind: field('kind'),
        subject: field('subject'),
        follow: field('follow'),
        next: field('next'),
      });
    };
    await expect.poll(async () => (await cat.go('/search?q=tides')).text).toContain('1 paper found');
    for (const address of [
      '/authors/author-number1',
      '/search?category=physics.optics',
      '/search?q=tides',
      `/u/${dan.name}`,
    ])
      expect((await press(address)).to).toBe(address);
    await site.store.write.updateTable('accounts').set({ created_at: 1 }).where('id', '=', dan.id).execute();
    await dan.send(`${path(2)}/vote`, { vote: '1' });
    const key = /name="key" value="([0-9a-f]+)"/.exec((await dan.go(path(3))).text)![1]!;
    await dan.send(`${path(3)}/comments`, { text: 'Dan says this.', key, do: 'send' });

    const page = (await cat.go('/following')).text;
    expect(faults(page)).toEqual([]);
    expect(page).toContain('Dan says this.');
    expect(page).toMatch(/Dan Writer<\/a> voted for .*?Tides on Titan/s);
    // The newest first: those in the category, the one of the search, the one by the author.
    const rows = [...page.matchAll(/<article class="row">.*?<h2>.*?>([^<]*)<\/a>.*?<\/article>/gs)].map(
      ([, title]) => title,
    );
    expect(rows).toEqual([TITLES[3], TITLES[2], TITLES[1], TITLES[0]]);
    expect(page).toMatch(/You follow.*?>“tides”<\/a>/s);
    for (const name of ['Author Number1', 'physics.optics', '“tides”', 'Dan Writer'])
      expect(page).toContain(`<span class="vh"> ${name}</span>`);

    // A hidden vote is not news, and what is not relevant stays away.
    await dan.send('/settings/votes', { shows: '0' });
    await cat.send(`${path(4)}/mark`, { dismissed: '1' });
    const after = (await cat.go('/following')).text;
    expect(after).not.toContain('voted for');
    expect(order(after.slice(after.indexOf('<main')))).not.toContain(TITLES[3]);

    await press('/authors/author-number1');
    const fewer = (await cat.go('/following')).text;
    expect(order(fewer.slice(fewer.indexOf('<main')))).not.toContain(TITLES[0]);
    for (const [kind, subject, status] of [
      ['author', 'nobody-at-all', 404],
      ['person', 'nobody', 404],
      ['search', '', 400],
      ['moon', 'x', 400],
    ] as const)
      expect((await cat.send('/following', { kind, subject, follow: '1' })).status).toBe(status);
  });

  it('a long search is followed, and one that is too long is refused', async () => {
    const nora = await signedIn('Nora Reader');
    const follow = async (q: string) =>
      (await nora.send('/following', { follow: '1', kind: 'search', subject: `q=${q}` })).status;
    const words = Array.from({ length: 90 }, (_, i) => hash('sha1', String(i), 'base64url').slice(0, 20));
    expect(await follow(words.join(' '))).toBe(303);
    // Nine bytes each in an address.
    expect(
      await follow([...words.join('')].map((c) => '㐀一丁七万丈三上下不与丏'[c.charCodeAt(0) % 12]).join('')),
    ).toBe(400);
  });

  it('people who are answered or mentioned see it on the site and get email, until they unsubscribe', async () => {
    const ida = await signedIn('Ida Reader');
    const jon = await signedIn('Jon Writer');
    await site.store.write
      .updateTable('accounts')
      .set({ email: 'ida@example.org', email_verified: 1 })
      .where('id', '=', ida.id)
      .execute();
    const write = async (reader: typeof ida, number: number, text: string, to?: string) => {
      const page = (await reader.go(to ?? path(number))).text;
      const key = /name="key" value="([0-9a-f]+)"/.exec(page)![1]!;
      return reader.send(to ?? `${path(number)}/comments`, { text, key, do: 'send' });
    };
    expect((await ida.go('/notifications')).text).toContain('Nothing yet.');
    const sent = await write(ida, 1, 'What do bees count?');
    const comment = `/comments/${/#comment-([0-9a-f]+)/.exec(sent.to!)![1]}`;
    await write(jon, 1, `Flowers, @${ida.name}.`, comment);
    const front = (await ida.go('/')).text;
    expect(front).toMatch(/class="unseen" href="\/notifications">.*?1 new notification/s);
    expect((await jon.go('/')).text).not.toContain('class="unseen"');
    const page = (await ida.go('/notifications')).text;
    expect(faults(page)).toEqual([]);
    expect(page).toMatch(/Jon Writer<\/a> <a href="\/comments\/[0-9a-f]+">replied to your comment/);

    await expect.poll(() => mail.mails.length, { timeout: 30_000 }).toBe(1);
    const [text] = mail.mails as [string];
    expect(text).toContain('To: ida@example.org');
    expect(text).toMatch(/^References: <notices\.\d+\.paper-\d+@papers\.example>/m);
    expect(text).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    expect(text).toContain('> Flowers,');
    const token =
      /^List-Unsubscribe:\s+<http:\/\/papers\.example(\/notifications\/unsubscribe\/[\w-]+)>/m.exec(
        text,
      )![1]!;

    const id = /name="id" value="([0-9a-f]{24})"/.exec(page)![1]!;
    await jon.send('/notifications', { do: 'see', id });
    expect((await ida.go('/')).text).toContain('class="unseen"');
    await ida.send('/notifications', { do: 'see', id });
    expect((await ida.go('/')).text).not.toContain('class="unseen"');
    await ida.send('/notifications', { do: 'choose', mention: 'off' });
    await write(jon, 2, `Look, @${ida.name}.`);
    expect((await ida.go('/')).text).not.toContain('class="unseen"');

    // A scanner opens the link, which changes nothing; the button, or a mail program, does.
    const anybody = browserAt(site.url);
    expect((await anybody.go(token)).text).toContain('>Unsubscribe</button>');
    const choice = async () =>
      /name="reply"[^>]*>.*?<option value="(\w+)" selected/s.exec((await ida.go('/notifications')).text)![1];
    expect(await choice()).toBe('mail');
    const files = new FormData();
    files.set('List-Unsubscribe', 'One-Click');
    // RFC 8058 allows for both.
    for (const body of [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), files]) {
      await ida.send('/notifications', { do: 'choose', reply: 'mail' });
      expect((await fetch(site.url + token, { method: 'POST', body })).status).toBe(200);
      expect(await choice()).toBe('site');
    }
    expect((await anybody.go(`${token}x`)).status).toBe(404);
  }, 60_000);

  it('visitors subscribe with a link that is mailed to them, readers with a button, and each manages it on one page', async () => {
    const anybody = browserAt(site.url);
    const front = (await anybody.go('/')).text;
    expect(front).toContain('The morning edition by email');
    const fields = { list: 'category', subject: 'cs.CL', cadence: 'weekly', zone: 'Asia/Kathmandu' };
    const noted = await anybody.send('/subscribe', { ...fields, email: 'Max@Example.org' });
    expect([noted.status, noted.to]).toEqual([303, '/subscribe/noted']);
    const theirs = () => mail.mails.filter((text) => text.includes('To: max@example.org'));
    await expect.poll(() => theirs().length, { timeout: 30_000 }).toBe(1);
    const [, link] = /http:\/\/papers\.example(\/subscriptions\/[\w-]{32})\s/.exec(theirs()[0]!)!;
    // A scanner opens the link in every way it knows.
    for (const method of ['GET', 'HEAD'])
      expect((await fetch(site.url + link!, { method })).status).toBe(200);
    expect((await anybody.go(link!)).text).toContain('Confirm your subscription');
    const confirmed = (await anybody.send(link!, { do: 'confirm' })).text;
    expect(faults(confirmed)).toEqual([]);
    expect(confirmed).toContain('Category: cs.CL, every week');
    expect(confirmed).toMatch(/<option value="Asia\/Kathmandu" selected/);

    const ola = await signedIn('Ola Reader');
    await site.store.write
      .updateTable('accounts')
      .set({ email: 'ola@example.org', email_verified: 1 })
      .where('id', '=', ola.id)
      .execute();
    expect((await ola.go('/')).text).toContain('To ola@example.org.');
    expect((await ola.send('/subscribe', { list: 'daily' })).to).toBe('/subscriptions');
    await ola.send('/subscribe', { list: 'following', cadence: 'daily' });
    const own = (await ola.go('/subscriptions')).to!;
    const page = (await ola.go(own)).text;
    expect(faults(page)).toEqual([]);
    for (const text of ['The daily edition', 'What you follow, every day', 'ola@example.org'])
      expect(page).toContain(text);
    expect((await ola.go('/')).text).toContain('You get this by email.');
    // What everybody gets has nothing of hers.
    const others = (await anybody.go('/')).text;
    expect([others.includes('ola@'), others.includes('You get this')]).toEqual([false, false]);
    // The rest of the page may have changed: the index has caught up.
    const forms = (page: string) => page.match(/<!--\[subscribe:[\s\S]*?<!--\]-->/g);
    expect(forms(others)).toEqual(forms(front));
    expect(forms(others)).toHaveLength(3);
    const data = JSON.parse((await ola.go('/settings/data.json')).text);
    expect(data.subscriptions).toMatchObject([{ list: 'daily' }, { list: 'following' }]);
    expect(mail.mails.some((text) => text.includes('To: ola@example.org'))).toBe(false);
  }, 60_000);

  it('a reader exports all their data, and deletes the account', async () => {
    const kim = await signedIn('Kim Reader');
    await kim.send(`${path(1)}/vote`, { vote: '1' });
    await kim.send('/settings/votes', { shows: '0' });
    await kim.send(`${path(1)}/save`, { save: '1' });
    const key = /name="key" value="([0-9a-f]+)"/.exec((await kim.go(path(4))).text)![1]!;
    const sent = await kim.send(`${path(4)}/comments`, { text: 'Kim was here.', key, do: 'send' });
    expect(faults((await kim.go('/settings')).text)).toEqual([]);
    const data = JSON.parse((await kim.go('/settings/data.json')).text);
    expect(data).toMatchObject({
      votes: [{ paper: '2606.00001' }],
      saved_papers: [{ paper: '2606.00001' }],
      comments: [{ text: 'Kim was here.', paper: '2606.00004' }],
      sessions: [{ account: kim.id }],
    });
    const anybody = browserAt(site.url);
    expect((await anybody.go('/settings/data.json')).status).toBe(401);
    expect((await anybody.go(`/u/${kim.name}`)).text).not.toContain('Voted for');

    const form = (await kim.go('/settings/delete')).text;
    expect(faults(form)).toEqual([]);
    expect((await kim.send('/settings/delete', { comments: 'keep', name: 'somebody' })).status).toBe(400);
    expect((await kim.send('/settings/delete', { name: kim.name })).status).toBe(400);
    const goodbye = await kim.send('/settings/delete', { comments: 'keep', name: kim.name });
    expect(goodbye.text).toContain('Your account is deleted');
    expect(goodbye.text).not.toContain('Kim Reader');
    expect((await kim.go('/saved')).status).toBe(401);
    expect((await anybody.go(`/u/${kim.name}`)).status).toBe(404);
    const left = await anybody.go(`/comments/${/#comment-([0-9a-f]+)/.exec(sent.to!)![1]}`);
    expect(left.text).toContain('Kim was here.');
    expect(left.text).not.toContain('Kim Reader');
  });

  it('programs read and change their reader’s own data, within the scopes of their token', async () => {
    const lea = await signedIn('Lea Reader');
    const tokenOf = async (...scopes: Scope[]) =>
      (await createToken(site.store, lea.id, { name: 'a script', scopes }, Date.now())).token;
    const [all, onlyRead] = [await tokenOf('read', 'save', 'follow', 'comment'), await tokenOf('read')];
    const client = broadsheet(site.url, { token: all });
    expect(await client.save({ id: '2606.00002', saved: true, note: 'Saturn' })).toMatchObject({
      id: '2606.00002',
      saved: true,
    });
    const { items: lists } = await client.lists();
    expect(lists).toMatchObject([{ name: 'Reading list', public: false, url: null, papers: 1 }]);
    for (const [path, body] of [
      ['/api/v1/me/lists', await client.lists()],
      ['/api/v1/me/lists/{list}', await client.list({ list: lists[0]!.id })],
      ['/api/v1/me/follows', await client.follows()],
      ['/api/v1/me/following', await client.following()],
      ['/api/v1/me/notifications', await client.notifications()],
    ] as const)
      expect([path, wrongWith(path, 200, body)]).toEqual([path, '']);
    const [{ id: list }] = lists as [(typeof lists)[number]];
    expect((await client.list({ list })).items).toMatchObject([
      { note: 'Saturn', paper: { id: '2606.00002' } },
    ]);
    await client.follow({ kind: 'author', subject: 'author-number2', follow: true });
    expect((await client.follows()).items).toMatchObject([{ kind: 'author', name: 'Author Number2' }]);
    expect((await client.following()).items).toMatchObject([
      { paper: { id: '2606.00002' }, because: [{ name: 'Author Number2' }] },
    ]);

    // Nothing without a token, with another's, or beyond its scopes; and nothing of it is kept for others.
    const status = async (path: string, token?: string, body?: object) =>
      (
        await fetch(site.url + path, {
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { method: 'POST', body: JSON.stringify(body) }),
        })
      ).status;
    const mia = await signedIn('Mia Reader');
    const hers = (await createToken(site.store, mia.id, { name: 'x', scopes: ['read', 'save'] }, Date.now()))
      .token;
    for (const path of [
      '/api/v1/me/lists',
      `/api/v1/me/lists/${list}`,
      '/api/v1/me/notifications',
      '/api/notifications',
    ])
      expect([path, await status(path)]).toEqual([path, 401]);
    expect(await status(`/api/v1/me/lists/${list}`, hers)).toBe(404);
    const save = '/api/v1/papers/2606.00001/save';
    expect(await status(save, onlyRead, { saved: true })).toBe(403);
    expect(await status(save, all, { saved: 'yes' })).toBe(400);
    expect(await status(save, hers, { saved: true, list })).toBe(400);
    expect(await status('/api/v1/me/follows', hers, { kind: 'author', subject: 'x', follow: true })).toBe(
      403,
    );
    // What no database stores.
    for (const body of [
      { saved: true, list: 'a\0b' },
      { saved: false, list: 'a\0b' },
    ])
      expect(await status(save, all, body)).toBe(400);
    expect(
      await status('/api/v1/me/follows', all, { kind: 'category', subject: 'a\0b', follow: false }),
    ).toBe(400);
    const called = await fetch(`${site.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${all}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'save_paper', arguments: { id: '2606.00001', list: 'a\0b' } },
      }),
    });
    expect(await called.text()).toContain('You have no such list.');

    // The Hub's notifications.
    const hub = (path: string, init: RequestInit = {}) =>
      fetch(site.url + path, {
        ...init,
        headers: {
          authorization: `Bearer ${all}`,
          ...(init.body ? { 'content-type': 'application/json' } : {}),
        },
      });
    const key = /name="key" value="([0-9a-f]+)"/.exec((await mia.go(path(2))).text)![1]!;
    await mia.send(`${path(2)}/comments`, { text: `Look, @${lea.name}!`, key, do: 'send' });
    const read = async () => (await hub('/api/notifications?readStatus=unread')).json();
    const notified = await read();
    expect(notified).toMatchObject({
      count: { view: 1, unread: 1, all: 1 },
      start: 0,
      notifications: [
        {
          type: 'paper',
          read: false,
          paper: { title: TITLES[1] },
          paperDiscussion: { participating: [{ user: mia.name }] },
        },
      ],
    });
    expect((await client.notifications()).items).toMatchObject([
      { kind: 'mention', by: mia.name, read: false },
    ]);
    const patched = await hub('/api/settings/notifications', {
      method: 'PATCH',
      body: JSON.stringify({ notifications: { discussions_participating: false, launch_spaces: true } }),
    });
    expect(patched.status).toBe(200);
    expect(
      await site.store.read
        .selectFrom('notice_choices')
        .select(['kind', 'choice'])
        .where('account', '=', lea.id)
        .orderBy('kind')
        .execute(),
    ).toEqual([
      { kind: 'mention', choice: 'site' },
      { kind: 'reply', choice: 'site' },
    ]);
    const { id } = notified.notifications[0].paperDiscussion;
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect((await hub('/api/notifications', { method: 'DELETE' })).status).toBe(400);
    expect(
      (await hub('/api/notifications', { method: 'DELETE', body: JSON.stringify({ discussionIds: [id] }) }))
        .status,
    ).toBe(200);
    expect((await read()).count.all).toBe(0);

    // MCP: tools appear with their scopes.
    const mcp = async (method: string, params: object, token?: string) => {
      const response = await fetch(`${site.url}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      return { status: response.status, ...(await response.json()) };
    };
    const tools = async (token?: string) =>
      (await mcp('tools/list', {}, token)).result.tools.map(({ name }: { name: string }) => name);
    expect(await tools()).not.toContain('my_lists');
    expect(await tools(onlyRead)).toContain('my_lists');
    expect(await tools(onlyRead)).not.toContain('save_paper');
    expect((await mcp('tools/list', {}, 'bs_nothing')).status).toBe(401);
    const call = (name: string, given: object) => mcp('tools/call', { name, arguments: given }, all);
    expect((await call('save_paper', { id: '2606.00003', list, note: 'by hand' })).result).toMatchObject({
      structuredContent: { id: '2606.00003', list },
    });
    expect((await call('my_lists', { list })).result.structuredContent.papers).toMatchObject([
      { note: 'by hand', paper: { id: '2606.00003' } },
      { note: 'Saturn' },
    ]);
    const votes = await tokenOf('vote');
    expect(await tools(votes)).toEqual(expect.arrayContaining(['vote_for_paper']));
    expect(await tools(all)).not.toContain('vote_for_paper');
    const { upvotes } = await client.paper({ id: '2606.00003' });
    for (const [given, voted, now] of [
      [{}, true, upvotes + 1],
      [{ vote: true }, true, upvotes + 1],
      [{ vote: false }, false, upvotes],
    ] as const) {
      const params = { name: 'vote_for_paper', arguments: { id: '2606.00003', ...given } };
      expect((await mcp('tools/call', params, votes)).result).toMatchObject({
        structuredContent: { id: '2606.00003', voted, votes: now },
      });
    }
    await client.save({ id: '2606.00003', saved: false });
    expect((await client.lists()).items[0]!.papers).toBe(1);
  });
});
