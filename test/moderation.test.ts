/** Flagging and moderating through the front door, without scripts, on both databases. */
import './connections.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAccount } from '../src/community/accounts.ts';
import { createToken } from '../src/community/tokens.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { recordOf } from '../src/testing/records.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { browserAt, signIn } from './front-door.ts';

const SILENT = createLog('error', false, () => {});
const CLI = { actor: null, reason: 'set up', at: 0 };

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  let mod: Awaited<ReturnType<typeof signIn>>;
  let ada: Awaited<ReturnType<typeof signIn>>;

  beforeAll(async () => {
    database = await fresh();
    const env = { ...database.env, PORT: '0', OFFLINE: '1', LOG_LEVEL: 'error' };
    site = await startSite({ config: readConfig(env), log: SILENT, env, starter: null });
    await takeIn(
      site.store,
      [1, 2, 3].map((number) => recordOf(number, { listed: '2026-06-26' })),
      new Set(),
    );
    [mod, ada] = [await signIn(site, 'Moderator'), await signIn(site, 'Ada')];
    await changeAccount(site.store, mod.id, { role: 'moderator' }, CLI);
  });
  afterAll(async () => {
    await site.stop();
    await database.remove();
  });

  const idsOf = async () =>
    (await site.store.read.selectFrom('papers').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('a comment is flagged, hidden with a reason, and shown again from the log', async () => {
    const [id] = await idsOf();
    const eve = await signIn(site, 'Eve');
    const page = `/papers/${id}`;
    await eve.send(`${page}/comments`, { text: 'Buy these secret pills', key: 'k1', do: 'send' });
    const shown = await ada.go(page);
    const [, comment] = /href="\/comments\/([0-9a-f]{16})\/flag"/.exec(shown.text)!;
    expect((await ada.go(`/comments/${comment}/flag`)).text).toContain('Spam or advertising');
    expect((await ada.send(`/comments/${comment}/flag`, { reason: 'spam' })).text).toContain('Thank you');
    expect((await eve.send(`/comments/${comment}/flag`, { reason: 'spam' })).status).toBe(403);
    // Only moderators see the queue.
    expect([
      (await ada.go('/moderation')).status,
      (await browserAt(site.url).go('/moderation')).status,
    ]).toEqual([403, 401]);
    const queue = await mod.go('/moderation');
    expect(queue.text).toContain(`/moderation/comments/${comment}`);
    expect((await mod.go(`/moderation/comments/${comment}`)).text).toContain('secret pills');
    expect((await mod.go(page)).text).toContain(`/moderation/comments/${comment}`);
    const hide = { do: 'hide', comment: comment!, next: `/moderation/comments/${comment}` };
    expect((await mod.send('/moderation', { ...hide, why: '' })).status).toBe(400);
    expect((await ada.send('/moderation', { ...hide, why: 'mine' })).status).toBe(403);
    const hidden = await mod.send('/moderation', { ...hide, why: 'Advertising for pills.' });
    expect([hidden.status, hidden.to]).toEqual([303, `/moderation/comments/${comment}`]);
    await mod.send('/moderation', { do: 'uphold', subject: `comment ${comment}`, why: 'Quite right.' });
    expect((await mod.go('/moderation')).text).not.toContain(comment);
    const after = await browserAt(site.url).go(page);
    expect(after.text).toContain('Hidden by a moderator.');
    expect(after.text).not.toContain('secret pills');
    const log = await browserAt(site.url).go('/moderation/log');
    expect(log.text).toContain('Advertising for pills.');
    expect(log.text).toMatch(/Comment hidden.*moderator/s);
    expect(log.text).not.toMatch(/secret pills|Undo this/);
    const forModerators = (await mod.go('/moderation/log')).text;
    const entries = [...forModerators.matchAll(/name="entry" value="(\d+)"/g)].map(([, entry]) => entry!);
    // The newest is about the flags.
    expect((await ada.send('/moderation/undo', { entry: entries[1]!, why: 'x' })).status).toBe(403);
    expect((await mod.send('/moderation/undo', { entry: entries[1]!, why: 'A mistake.' })).status).toBe(303);
    expect((await mod.send('/moderation/undo', { entry: entries[1]!, why: 'Again.' })).status).toBe(409);
    expect((await browserAt(site.url).go(page)).text).toContain('secret pills');
    expect((await browserAt(site.url).go('/moderation/log')).text).toContain(
      `undoing <a href="#entry-${entries[1]}"`,
    );
  });

  it('a paper gets its right links and day, is merged with another, and all of that is undone', async () => {
    const [, id, other] = (await idsOf()) as [string, string, string];
    const here = `/moderation/papers/${id}`;
    const found = await mod.go(`/moderation/find?what=${id}`);
    expect([found.status, found.to]).toEqual([303, here]);
    const opened = await mod.go(here);
    expect(opened.text).toContain('The edition it belongs to');
    const act = (fields: Record<string, string>) =>
      mod.send('/moderation', { paper: id, why: 'It was wrong.', ...fields });
    expect((await act({ do: 'links', links: 'https://github.com/a/b\nhttps://c.example/d' })).status).toBe(
      303,
    );
    expect((await act({ do: 'move', day: '2026-06-20' })).status).toBe(303);
    const shown = (await browserAt(site.url).go(`/papers/${id}`)).text;
    expect(shown).toContain('https://github.com/a/b');
    expect((await browserAt(site.url).go('/papers/date/2026-06-20')).text).toContain(`/papers/${id}"`);
    expect((await act({ do: 'merge', other: 'nothing at all' })).status).toBe(409);
    expect((await act({ do: 'merge', other })).status).toBe(303);
    expect((await browserAt(site.url).go(`/papers/${other}`)).to).toBe(`/papers/${id}`);
    for (let i = 0; i < 3; i++) {
      const text = (await mod.go('/moderation/log')).text;
      const [, entry] = /id="entry-\d+"(?:(?!undone by|<\/li>).)*?name="entry" value="(\d+)"/s.exec(
        text.slice(text.indexOf(['Papers merged', 'Day moved', 'Links edited'][i]!) - 80),
      )!;
      expect((await mod.send('/moderation/undo', { entry: entry!, why: 'It was right.' })).status).toBe(303);
    }
    expect((await browserAt(site.url).go(`/papers/${other}`)).status).toBe(200);
    expect((await browserAt(site.url).go(`/papers/${id}`)).text).not.toContain('https://github.com/a/b');
  });

  it('an author claims a paper, on its page or by the Hub’s API, and acts as one', async () => {
    await takeIn(
      site.store,
      [
        recordOf(9, {
          authors: ['Ada Lovelace', 'Grace Hopper'],
          summary: 'It is about engines.',
          listed: '2026-06-26',
        }),
      ],
      new Set(),
    );
    const id = (await idsOf()).at(-1)!;
    const page = `/papers/${id}`;
    const grace = await signIn(site, 'Grace');
    expect((await ada.go(page)).text).toContain(`${page}/claim`);
    expect((await ada.go(`${page}/claim`)).text).toContain('<option value="Grace Hopper">');
    const claimed = await ada.send(`${page}/claim`, {
      do: 'claim',
      author: 'Ada Lovelace',
      evidence: 'My page',
    });
    expect([claimed.status, claimed.to]).toEqual([303, `${page}/claim`]);
    expect((await ada.go(`${page}/claim`)).text).toContain('A moderator will decide');
    expect((await ada.send(`${page}/claim`, { do: 'links', links: '' })).status).toBe(403);
    const paper = JSON.parse((await browserAt(site.url).go(`/api/papers/${id}`)).text);
    const { token } = await createToken(
      site.store,
      grace.id,
      { name: 'a script', scopes: ['submit'] },
      Date.now(),
    );
    const hub = (body: object, bearer = token) =>
      fetch(`${site.url}/api/settings/papers/claim`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
        body: JSON.stringify(body),
      });
    const wanted = { paperId: id, claimAuthorId: paper.authors[1]._id };
    const answer = await hub(wanted);
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true, claimedPaperId: id }]);
    expect((await hub(wanted, '')).status).toBe(401);
    expect((await hub({ ...wanted, claimAuthorId: '0'.repeat(24) })).status).toBe(400);
    expect((await hub({ ...wanted, targetUserId: '0'.repeat(24) })).status).toBe(403);
    const queue = (await mod.go('/moderation/claims')).text;
    expect(queue).toMatch(/Ada Lovelace.*Grace Hopper/s);
    const [first] = [...queue.matchAll(/name="claim" value="([^"]+)"/g)].map(([, claim]) => claim!);
    expect((await ada.send('/moderation', { do: 'grant', claim: first!, why: 'me' })).status).toBe(403);
    await mod.send('/moderation', { do: 'grant', claim: first!, why: 'Her page links here.' });
    expect((await browserAt(site.url).go(`/u/${ada.name}`)).text).toContain(`href="${page}"`);
    expect((await ada.go(`${page}/claim`)).text).toContain('I stand by this summary');
    await ada.send(`${page}/claim`, { do: 'own-summary' });
    await ada.send(`${page}/claim`, { do: 'links', links: 'https://github.com/ada/engine' });
    await ada.send(`${page}/comments`, { text: 'Ask me anything.', key: 'k9', do: 'send' });
    const shown = (await browserAt(site.url).go(page)).text;
    expect(shown).toContain('an author of the paper, stands by this summary');
    expect(shown).toContain('https://github.com/ada/engine');
    expect(shown).toMatch(/class="badge">\s*Author/);
    const [, comment] = /id="comment-([0-9a-f]{16})"/.exec(shown)!;
    await ada.send(`${page}/claim`, { do: 'pin', comment: comment! });
    expect((await browserAt(site.url).go(page)).text).toContain('Pinned by the authors');
  });

  it('whoever may edit papers edits so many an hour: the log keeps all of it', async () => {
    const ida = await signIn(site, 'Ida Editor');
    const paper = (await ida.go('/')).text.match(/action="(\/papers\/[^"]+)\/vote"/)![1]!;
    const statuses = [];
    for (let i = 0; i < 61; i++)
      statuses.push(
        (await ida.send(`${paper}/claim`, { do: 'links', links: `https://${i}.example.org` })).status,
      );
    expect(statuses).toEqual([...Array(60).fill(403), 429]);
  });

  it('an organisation has members, a logo, and papers', async () => {
    const [grace, bob] = [await signIn(site, 'Grace O'), await signIn(site, 'Bob O')];
    const made = await grace.send('/orgs', { name: 'Compilers & Co' });
    expect([made.status, made.to]).toEqual([303, '/orgs/compilers-co']);
    const page = made.to!;
    await bob.send(page, { do: 'join' });
    expect((await bob.go(page)).text).toContain('You have asked to join');
    expect((await bob.send(page, { do: 'accept', account: String(bob.id) })).status).toBe(403);
    expect((await grace.go(page)).text).toContain('Requests to join');
    await grace.send(page, { do: 'accept', account: String(bob.id) });
    expect((await browserAt(site.url).go(`/u/${bob.name}`)).text).toContain('Compilers &amp; Co');
    const refused = await grace.send(
      page,
      { do: 'leave' },
      { referer: `${site.url}${page}`, 'sec-fetch-site': 'same-origin' },
    );
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(`<a href="${page}">Back</a>`);
    expect((await grace.go(page)).text).toContain('You are its only admin');
    await grace.send(page, { do: 'describe', about: 'We <b>compile</b>.' });
    const png = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    const upload = (who: typeof grace, file: BlobPart, origin = site.url) => {
      const body = new FormData();
      body.append('logo', new Blob([file], { type: 'image/png' }), 'logo.png');
      return who.go(`${page}/logo`, { method: 'POST', body, headers: { origin } });
    };
    expect((await upload(bob, new Uint8Array(png))).status).toBe(403);
    expect((await upload(grace, new Uint8Array(png), 'https://evil.example')).status).toBe(403);
    expect((await upload(grace, '<svg xmlns="http://www.w3.org/2000/svg"/>')).status).toBe(400);
    expect((await upload(grace, new Uint8Array(2_000_000))).status).toBe(413);
    expect((await upload(grace, new Uint8Array(png))).status).toBe(303);
    // Each is drawn anew, so there is an end to it.
    const statuses = [];
    for (let i = 0; i < 19; i++) statuses.push((await upload(grace, 'no picture')).status);
    expect(statuses).toEqual([...Array(18).fill(400), 429]);
    // Files come only where they are expected.
    const body = new FormData();
    body.append('do', 'leave');
    expect((await bob.go(page, { method: 'POST', body, headers: { origin: site.url } })).status).toBe(415);
    const shown = (await browserAt(site.url).go(page)).text;
    expect(shown).toContain('We &lt;b&gt;compile&lt;/b&gt;.');
    const [, logo] = /src="(\/logos\/[\w-]{32})"/.exec(shown)!;
    const picture = await fetch(site.url + logo!);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(picture.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${site.url}/logos/${'x'.repeat(32)}`)).status).toBe(404);
  });

  describe('somebody', () => {
    it('is silenced and banned by moderators, and given a role by admins', async () => {
      const bob = await signIn(site, 'Bob');
      const act = (fields: Record<string, string>) =>
        mod.send('/moderation', { account: bob.name, why: 'Rude to others.', ...fields });
      expect((await mod.go(`/u/${bob.name}`)).text).toContain(`/moderation/people/${bob.name}`);
      expect((await ada.go(`/u/${bob.name}`)).text).not.toContain('/moderation/people/');
      await act({ do: 'silence' });
      const [id] = await idsOf();
      expect((await bob.send(`/papers/${id}/comments`, { text: 'x', do: 'send' })).text).toContain(
        'silenced',
      );
      await act({ do: 'ban' });
      expect((await bob.go('/settings')).status).toBe(401);
      await act({ do: 'restore' });
      expect((await act({ do: 'role', role: 'admin' })).status).toBe(403);
      expect((await browserAt(site.url).go('/moderation/log')).text).toMatch(/State banned.*Rude to others/s);
    });
  });
});
