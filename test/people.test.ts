/** Coming in, voting and going out, through the front door: on both databases, without scripts. */
import './connections.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeAccount, createAccount } from '../src/community/accounts.ts';
import { HANDED_OVER, makeLink } from '../src/community/sign-ins.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { unsentMail } from '../src/mail/outbox.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { type Browser, browserAt, mailServer, signIn } from './front-door.ts';

const BY_NOBODY = { actor: null, reason: '', at: 0 };
const SILENT = createLog('error', false, () => {});

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let origin: string;

  const open = async (more: Record<string, string> = {}) => {
    const env = { ...database.env, PORT: '0', OFFLINE: '1', SMTP_URL: mail.url, LOG_LEVEL: 'error', ...more };
    site = await startSite({ config: readConfig(env), log: SILENT, env, starter: null });
    origin = more.PUBLIC_URL ?? site.url;
  };
  beforeEach(async () => {
    [database, mail] = await Promise.all([fresh(), mailServer()]);
  });
  afterEach(async () => {
    await site.stop();
    await mail.close();
    await database.remove();
  });

  const browser = () => browserAt(site.url, origin);
  const signedIn = (displayName: string) => signIn(site, displayName, { origin });

  it('a link that scanners have opened lets its owner in, once, and nobody else', async () => {
    await open();
    const { id } = await createAccount(site.store, { displayName: 'Ada' }, Date.now());
    const secret = await makeLink(site.store, { account: id }, Date.now());
    const scanner = browser();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const opened = await scanner.go(`/sign-in/${secret}`, { method });
      expect([opened.status, opened.set]).toEqual([200, null]);
    }
    const ada = browser();
    const came = await ada.send(`/sign-in/${secret}`, { next: '/papers/trending' });
    expect([came.status, came.to]).toEqual([303, '/papers/trending']);
    expect(came.set).toMatch(/^broadsheet_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    expect((await ada.go('/settings')).text).toContain('Signed in as <b>ada</b>');
    expect((await scanner.send(`/sign-in/${secret}`)).status).toBe(403);
    expect((await scanner.go('/settings')).status).toBe(401);
    expect((await scanner.go(`/sign-in/${secret}`)).status).toBe(410);
  });

  it('whoever becomes the first admin is told so, and can run the site at once, without a password', async () => {
    await open();
    const part = { source: 'hf', part: 'daily' };
    const visitor = await browser().go('/admin');
    expect([visitor.status, visitor.text]).toEqual([401, expect.stringContaining('/sign-in?next=%2Fadmin')]);
    const secret = await makeLink(site.store, { role: 'admin' }, Date.now());
    const ada = browser();
    const opened = await ada.go(`/sign-in/${secret}`);
    expect(opened.text).toContain('makes you the administrator of this site');
    expect(opened.text).toContain('<b>ada-lovelace</b>');
    const [, next] = /name="next" value="([^"]+)"/.exec(opened.text)!;
    expect((await ada.send(`/sign-in/${secret}`, { name: 'Ada', next: next! })).to).toBe('/admin');
    const controls = await ada.go('/admin');
    expect([controls.status, controls.text]).toEqual([200, expect.stringContaining('Source controls')]);
    // Her name is in the bar, as on every page.
    expect(controls.text).toContain('Ada: settings');
    expect((await ada.go('/settings')).text).toContain('href="/admin"');
    // She invites Emmy, and lets her back in when she has lost her session; Emmy can do neither.
    const linkIn = (text: string) => />http[^<]*(\/sign-in\/[\w-]+)</.exec(text)?.[1];
    const invited = await ada.send('/admin/people', {
      act: 'invite',
      name: 'Emmy',
      email: 'Emmy@example.org',
    });
    const emmy = browser();
    expect((await emmy.send(linkIn(invited.text)!)).status).toBe(303);
    expect((await emmy.send('/admin/people', { act: 'link', name: 'ada' })).status).toBe(403);
    for (const name of ['@emmy', 'emmy@example.org']) {
      const handed = await ada.send('/admin/people', { act: 'link', name });
      expect((await browser().send(linkIn(handed.text)!)).status).toBe(303);
    }
    const refused: Record<string, string>[] = [
      { act: 'invite', name: 'Eve', email: 'emmy@example.org' },
      { act: 'invite', name: 'Eve', email: 'x' },
      { act: 'invite', name: 'Eve', role: 'god' },
      { act: 'invite', name: ' ' },
    ];
    for (const wrong of refused)
      expect([wrong, (await ada.send('/admin/people', wrong)).status]).toEqual([wrong, 400]);
    expect((await ada.send('/admin/people', { act: 'link', name: 'nobody' })).status).toBe(404);
    const paused = await ada.send('/admin/pause', part);
    expect([paused.status, paused.to]).toEqual([303, expect.stringMatching(/^\/admin\?note=/)]);
    expect((await ada.go(paused.to!)).text).toContain(': paused.');
    // Forms from other sites are refused, whoever is signed in.
    expect((await ada.send('/admin/resume', part, { origin: 'https://evil.example' })).status).toBe(403);
    // Nobody else gets in, whatever their role; and an admin only as long as they are one.
    const bob = await signedIn('Bob');
    const anotherAdmin = await signedIn('Cleo');
    await changeAccount(site.store, anotherAdmin.id, { role: 'admin' }, BY_NOBODY);
    for (const role of ['member', 'moderator'] as const) {
      await changeAccount(site.store, bob.id, { role }, BY_NOBODY);
      for (const path of ['/admin', '/admin/progress']) expect((await bob.go(path)).status).toBe(403);
      expect((await bob.send('/admin/resume', part)).status).toBe(403);
      expect((await bob.go('/settings')).text).not.toContain('href="/admin"');
    }
    expect((await anotherAdmin.go('/admin')).status).toBe(200);
    await changeAccount(site.store, anotherAdmin.id, { role: 'member' }, BY_NOBODY);
    expect((await anotherAdmin.go('/admin')).status).toBe(403);
    const parts = await site.store.read.selectFrom('source_parts').selectAll().execute();
    expect(parts.map(({ paused }) => paused)).toEqual([1]);
  });

  it('with a password in the settings, /admin takes either: the password, or an admin’s session', async () => {
    await open({ ADMIN_PASSWORD: 'correct horse battery' });
    const basic = { authorization: `Basic ${btoa('me:correct horse battery')}` };
    const [bob, cleo] = [await signedIn('Bob'), await signedIn('Cleo')];
    await changeAccount(site.store, cleo.id, { role: 'admin' }, BY_NOBODY);
    const refused = await bob.go('/admin');
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('password')]);
    expect((await browser().go('/admin', { headers: basic })).status).toBe(200);
    await changeAccount(site.store, bob.id, { role: 'admin' }, BY_NOBODY);
    expect((await bob.go('/admin')).status).toBe(200);
    await changeAccount(site.store, bob.id, { role: 'member' }, BY_NOBODY);
    expect((await bob.go('/admin', { headers: basic })).status).toBe(200);
  });

  it('only people who may sign in are emailed a link, and everybody gets the same answer', async () => {
    await open({ SIGN_UP: 'invite', PUBLIC_URL: 'http://papers.example' });
    await createAccount(site.store, { displayName: 'Ada', email: 'ada@example.org' }, Date.now());
    const ada = browser();
    const known = await ada.send('/sign-in', { email: 'Ada@Example.org', next: '/papers/trending' });
    const unknown = await browser().send('/sign-in', { email: 'eve@example.org' });
    expect(known.text.replaceAll('ada@', '*@')).toBe(unknown.text.replaceAll('eve@', '*@'));
    await expect.poll(() => mail.mails.length).toBe(1);
    const link = /\/sign-in\/[\w-]+/.exec(mail.mails[0]!)![0];
    expect(mail.mails[0]).toContain('To: ada@example.org');
    // Back to where she came from, by way of the form.
    const opened = await ada.go(`${link}?next=${encodeURIComponent('/papers/trending')}`);
    expect(mail.mails[0]).toContain(`http://papers.example${link}?next=%2Fpapers%2Ftrending`);
    const [, next] = /name="next" value="([^"]+)"/.exec(opened.text)!;
    expect((await ada.send(link, { next: next! })).to).toBe('/papers/trending');
    expect((await ada.go('/settings')).text).toContain('ada@example.org');
    // Nobody else was written to meanwhile.
    expect(mail.mails).toHaveLength(1);
    expect((await browser().send('/sign-in', { email: 'not an address' })).status).toBe(400);
  });

  it('anybody may join where the site is open, under a name of their own', async () => {
    await open({ SIGN_UP: 'open', PUBLIC_URL: 'http://papers.example' });
    const eve = browser();
    await eve.send('/sign-in', { email: 'eve@example.org' });
    await expect.poll(() => mail.mails.length).toBe(1);
    const link = /\/sign-in\/[\w-]+/.exec(mail.mails[0]!)![0];
    expect((await eve.go(link)).text).toContain('name="name"');
    // Not the beginning of her address.
    expect((await eve.send(link, { name: ' ' })).status).toBe(400);
    await eve.send(link, { name: 'Eve <b>Adams</b>' });
    const settings = await eve.go('/settings');
    expect(settings.text).toContain('Eve &lt;b&gt;Adams&lt;/b&gt;');
    expect(settings.text).not.toContain('<b>Adams');
  });

  it('no link is mailed where its address would be what the request says', async () => {
    await open();
    expect((await browser().send('/sign-in', { email: 'ada@example.org' })).status).toBe(404);
    expect((await browser().go('/sign-in')).text).toContain('does not send sign-in links by email');
  });

  it('others who ask for links to an address do not keep its owner out', async () => {
    await open({ PUBLIC_URL: 'http://papers.example' });
    await createAccount(site.store, { displayName: 'Ada', email: 'ada@example.org' }, Date.now());
    const statuses = [];
    for (let i = 0; i < 8; i++)
      statuses.push((await browser().send('/sign-in', { email: 'ada@example.org' })).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await expect.poll(() => mail.mails.length).toBe(5);
    // No sixth is waiting, and none will be: no more links were made.
    await expect.poll(() => unsentMail(site.store)).toEqual([]);
    const links = await site.store.read.selectFrom('sign_in_links').select('email').execute();
    expect(links).toHaveLength(5);
    expect(mail.mails).toHaveLength(5);
    for (let i = 0; i < 40; i++) await browser().send('/sign-in/x');
    const link = /\/sign-in\/[\w-]+/.exec(mail.mails[0]!)![0];
    expect((await browser().send(link)).status).toBe(303);
  });

  it('a link that makes the first administrator makes no second one', async () => {
    await open();
    const [first, second] = await Promise.all(
      [1, 2].map(() => makeLink(site.store, { role: 'admin' }, Date.now(), HANDED_OVER)),
    );
    expect((await browser().send(`/sign-in/${first}`, { name: 'Ada' })).status).toBe(303);
    const late = browser();
    expect((await late.go(`/sign-in/${second}`)).status).toBe(410);
    expect([(await late.send(`/sign-in/${second}`, { name: 'Eve' })).status, late.cookie()]).toEqual([
      403,
      '',
    ]);
  });

  it('a vote is counted at once for its voter, soon for everybody, once, and can be taken back', async () => {
    await open();
    const record = {
      source: 'jsonl' as const,
      identifiers: [{ scheme: 'arxiv' as const, value: '2606.00001' }],
      title: 'On being voted for',
      authors: ['Ada Lovelace'],
      published: '2026-06-20',
      listed: '2026-06-26',
      upvotes: 7,
    };
    await takeIn(site.store, [record], new Set());
    const ada = await signedIn('Ada');
    const shown = (page: string) => {
      const [, pressed, votes] =
        /<button[^>]*name="vote"[^>]*aria-pressed="(true|false)"[^>]*>.*?leading-none">(\d+)</.exec(page) ??
        [];
      return [pressed, Number(votes)];
    };
    const page = '/papers/date/2026-06-26';
    expect(shown((await ada.go(page)).text)).toEqual(['false', 7]);
    // Others read the same page meanwhile, and each is shown what is their own.
    const eve = await signedIn('Eve');
    const own = async (reader: Browser, name: string, pressed: string, votes: number) => {
      for (let i = 0; i < 2; i++) {
        const { text } = await reader.go(page);
        expect([name, ...shown(text)]).toEqual([name, pressed, votes]);
        expect([...text.matchAll(/>(\w+): settings</g)].map(([, who]) => who)).toEqual([name]);
      }
    };
    await own(eve, 'Eve', 'false', 7);
    const voted = await ada.send('/papers/2606.00001/vote', { vote: '1', next: page });
    expect(voted.status).toBe(303);
    expect(voted.to).toMatch(/^\/papers\/date\/2026-06-26#paper-\d+$/);
    await own(ada, 'Ada', 'true', 8);
    await own(eve, 'Eve', 'false', 8);
    await ada.send('/papers/2606.00001/vote', { vote: '1', next: page });
    expect(shown((await ada.go('/papers/2606.00001')).text)).toEqual(['true', 8]);
    const anybody = async () => /leading-none">(\d+)</.exec((await browser().go(page)).text)?.[1];
    await expect.poll(anybody).toBe('8');
    // A script is answered with the number.
    const back = await ada.send('/papers/2606.00001/vote', { vote: '0' }, { accept: 'application/json' });
    expect(JSON.parse(back.text)).toEqual({ voted: false, votes: 7 });
    expect(shown((await ada.go(page)).text)).toEqual(['false', 7]);
    await expect.poll(anybody).toBe('7');
    // A ban by another process is as quick.
    await own(eve, 'Eve', 'false', 7);
    const elsewhere = await database.open();
    await changeAccount(elsewhere, eve.id, { state: 'banned' }, BY_NOBODY);
    await elsewhere.close();
    expect((await eve.go(page)).text).not.toContain('Eve');
    await own(ada, 'Ada', 'false', 7);
  });

  it('a vote is refused without a session, from elsewhere, for no paper, and with no sense', async () => {
    await open();
    const ada = await signedIn('Ada');
    const vote = (reader: Browser, path: string, fields: Record<string, string>, headers = {}) =>
      reader.send(path, fields, headers).then(({ status }) => status);
    expect(await vote(browser(), '/papers/2606.00001/vote', { vote: '1' })).toBe(401);
    expect(await vote(ada, '/papers/2606.00001/vote', { vote: '1' })).toBe(404);
    expect(await vote(ada, '/papers/2606.00001/vote', { vote: '2' })).toBe(400);
    expect(await vote(ada, '/papers/x/vote', { vote: '1' }, { origin: 'https://elsewhere.example' })).toBe(
      403,
    );
  });

  it('leads nowhere but to pages of the site', async () => {
    await open();
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/\tx',
    ]) {
      const { id } = await createAccount(site.store, { displayName: 'Ada' }, Date.now());
      const secret = await makeLink(site.store, { account: id }, Date.now());
      expect([next, (await browser().send(`/sign-in/${secret}`, { next })).to]).toEqual([next, '/']);
    }
  });

  it('sessions are listed and ended, one by one or all at once, by their owner alone', async () => {
    await open();
    const ada = await signedIn('Ada');
    const eve = await signedIn('Eve');
    const secret = await makeLink(site.store, { account: ada.id }, Date.now());
    const phone = browser();
    await phone.go('/', { headers: { 'user-agent': 'x' } });
    await phone.send(`/sign-in/${secret}`, {}, { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605' });
    const listed = (await ada.go('/settings')).text;
    expect(listed).toContain('Safari on iPhone');
    const ids = [...listed.matchAll(/name="session" value="([\w-]+)"/g)].map(([, id]) => id!);
    expect(ids).toHaveLength(2);
    // Somebody else's session is not one's own to end.
    for (const id of ids) await eve.send('/settings/sessions', { session: id });
    expect((await phone.go('/settings')).status).toBe(200);
    expect((await ada.send('/settings/sessions')).to).toBe('/');
    expect([(await ada.go('/settings')).status, (await phone.go('/settings')).status]).toEqual([401, 401]);
    expect((await eve.go('/settings')).status).toBe(200);
    expect((await eve.send('/sign-out')).to).toBe('/');
    expect((await eve.go('/settings')).status).toBe(401);
  });
});
