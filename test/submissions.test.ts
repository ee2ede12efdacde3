/** Submitting papers through the front door: on both databases, without scripts. One site each. */
import './connections.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { broadsheet } from '../src/client/index.ts';
import { changeAccount, deleteAccount } from '../src/community/accounts.ts';
import { createToken, type Scope } from '../src/community/tokens.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { type Loopback, loopback } from '../src/sources/loopback.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { browserAt, signIn } from './front-door.ts';

const SILENT = createLog('error', false, () => {});

/** arXiv as it answers: papers whose numbers end in 9 are unknown to it. */
const arxiv = (id: string): string => {
  const entry = `<entry><id>http://arxiv.org/abs/${id}v2</id><title>Weaving by number ${id}</title>
    <summary>We weave with $n$ threads. Then we stop.</summary><published>2026-06-11T17:59:49Z</published>
    <author><name>Ada Lovelace</name></author><category term="cs.CL"/></entry>`;
  return `<feed xmlns="http://www.w3.org/2005/Atom">${id.endsWith('9') ? '' : entry}</feed>`;
};

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  let service: Loopback;
  let isDown = false;

  beforeAll(async () => {
    [database, service] = await Promise.all([
      fresh(),
      loopback((path, response) => {
        if (isDown) return response.writeHead(500).end('no');
        const url = new URL(path, 'http://x');
        response.end(arxiv(url.searchParams.get('id_list') ?? ''));
      }),
    ]);
    const env = {
      ...database.env,
      PORT: '0',
      SYNC: '0',
      LOG_LEVEL: 'error',
      REQUEST_INTERVAL_MS: '0',
      ARXIV_API_URL: service.url,
    };
    site = await startSite({ config: readConfig(env), log: SILENT, env, starter: null });
  });
  afterAll(async () => {
    await site.stop();
    await service.close();
    await database.remove();
  });

  const tokenOf = async (account: number, scopes: Scope[]) =>
    (await createToken(site.store, account, { name: 'test', scopes }, Date.now())).token;
  const keyIn = (page: string) => /name="key" value="([^"]+)"/.exec(page)![1]!;

  it('an arXiv address becomes a paper of today’s edition, with its submitter, links and a comment', async () => {
    const visitor = browserAt(site.url);
    const empty = await visitor.go('/');
    expect(empty.text).toContain('href="/submit"');
    const closed = await visitor.go('/submit?id=2606.00001');
    expect(closed.text).toContain('href="/sign-in?next=%2Fsubmit%3Fid%3D2606.00001"');
    expect((await visitor.send('/submit', { do: 'look', id: '2606.00001' })).status).toBe(401);

    const ada = await signIn(site, 'Ada Lovelace');
    expect((await ada.go('/submit?id=2606.00001')).text).toContain('value="2606.00001"');
    const looked = await ada.send('/submit', { do: 'look', id: 'https://arxiv.org/pdf/2606.00001v2.pdf ' });
    expect([looked.status, looked.to]).toEqual([303, expect.stringMatching(/^\/submit\?draft=/)]);
    const shown = await ada.go(looked.to!);
    expect(shown.text).toContain('Weaving by number 2606.00001');
    expect(shown.text).toContain('From arXiv.');
    // Nobody else sees it, and nothing has been stored of it yet.
    const eve = await signIn(site, 'Eve');
    expect((await eve.go(looked.to!)).status).toBe(404);
    expect((await visitor.go('/papers/2606.00001')).text).toContain('href="/submit?id=arxiv%3A2606.00001"');

    const key = keyIn(shown.text);
    const form = {
      do: 'send',
      key,
      text: 'Why *this*?',
      code: 'github.com/ada/weave',
      project: 'no address',
    };
    const wrong = await ada.send('/submit', form);
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('is not a web address')]);
    expect(wrong.text).toContain('Why *this*?');
    const video = 'https://www.youtube.com/watch?v=abc';
    const right = { ...form, project: 'https://weave.example.org', video };
    expect((await eve.send('/submit', right)).status).toBe(404);
    const all = await Promise.all([1, 2, 3].map(() => ada.send('/submit', right)));
    expect(all.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(all.map(({ to }) => to!.split('#')[0]))).toEqual(new Set(['/papers/2606.00001']));

    const page = await visitor.go('/papers/2606.00001');
    expect(page.text).toContain('Submitted by <a href="/u/ada-lovelace">Ada Lovelace</a>');
    for (const link of [`href="${video}"`, 'href="https://github.com/ada/weave"'])
      expect(page.text).toContain(link);
    expect(page.text).toContain('<span class="badge"> Submitter</span>');
    expect(page.text.match(/Why <em>this<\/em>/g)).toHaveLength(1);
    expect((await visitor.go('/u/ada-lovelace')).text).toMatch(
      /Submitted<\/h2><ul><li><a href="\/papers\/2606/,
    );
    const why = await visitor.go('/papers/2606.00001/why');
    expect(why.text).toContain('because it was submitted for that day');
    expect(why.text).toContain('Submitted by');
    const front = await visitor.go('/');
    expect(front.text).toContain('Weaving by number');
    expect(front.text).toContain('class="to-submit"');
    // The form has been sent, and what is here opens.
    expect((await ada.go(looked.to!)).to).toBe('/papers/2606.00001');
    expect((await eve.send('/submit', { do: 'look', id: 'arXiv:2606.00001' })).to).toBe('/papers/2606.00001');
  });

  it('where a service does not answer, or knows nothing, a paper is entered by hand with what was typed', async () => {
    const ada = await signIn(site, 'Ada by hand');
    const unknown = await ada.send('/submit', { do: 'look', id: '2606.00009' });
    expect(unknown.text).toContain('arXiv has no paper 2606.00009');
    expect(unknown.text).toContain('value="2606.00009"');
    isDown = true;
    const down = await ada.send('/submit', { do: 'look', id: '2606.00018' });
    isDown = false;
    expect(down.text).toContain('arXiv did not answer.');
    expect(down.text).toContain('value="2606.00018"');
    const nothing = await ada.send('/submit', { do: 'look', id: 'A title that somebody typed' });
    expect([nothing.status, nothing.text]).toEqual([
      400,
      expect.stringContaining('value="A title that somebody typed"'),
    ]);
    const typed = { do: 'hand', id: '2606.00018', title: 'By hand <b>', authors: 'Ada\nEmmy Noether' };
    const unfit = await ada.send('/submit', { ...typed, published: 'yesterday' });
    expect([unfit.status, unfit.text]).toEqual([400, expect.stringContaining('value="By hand &lt;b&gt;"')]);
    const kept = await ada.send('/submit', { ...typed, published: '2026-06-01', abstract: 'Said.' });
    const shown = await ada.go(kept.to!);
    expect(shown.text).toContain('As you entered it.');
    expect(shown.text).toContain('By hand &lt;b&gt;');
    const edited = await ada.send('/submit', { do: 'edit', key: keyIn(shown.text) });
    expect(edited.text).toContain('Ada\nEmmy Noether');
    const sent = await ada.send('/submit', { do: 'send', key: keyIn(shown.text) });
    expect(sent.to).toBe('/papers/2606.00018');
    const page = await browserAt(site.url).go(sent.to!);
    expect(page.text).toContain('Emmy Noether');
  });

  it('a paper that is here is offered for today’s edition once, with a comment', async () => {
    const record = {
      source: 'arxiv' as const,
      identifiers: [{ scheme: 'arxiv' as const, value: '2506.00021' }],
      title: 'An older paper that nobody listed',
      authors: ['Ada Lovelace'],
      published: '2025-06-02',
    };
    await takeIn(site.store, [record], new Set());
    const ada = await signIn(site, 'Ada again');
    const looked = await ada.send('/submit', { do: 'look', id: '2506.00021' });
    expect(looked.to).toBe('/submit?paper=2506.00021');
    const shown = await ada.go(looked.to!);
    expect(shown.text).toContain('This paper is already here');
    const form = { do: 'list', key: keyIn(shown.text), paper: '2506.00021', text: 'Still true.' };
    const twice = await Promise.all([ada.send('/submit', form), ada.send('/submit', form)]);
    for (const { to } of twice) expect(to).toMatch(/^\/papers\/2506\.00021/);
    const page = await browserAt(site.url).go('/papers/2506.00021');
    expect(page.text.match(/Still true\./g)).toHaveLength(1);
    expect(page.text).toContain('Submitted by');
    expect((await ada.go('/submit?paper=2506.00021')).to).toBe('/papers/2506.00021');
    // Who submitted it is no longer said when the account is gone; the paper stays.
    await deleteAccount(site.store, ada.id);
    await expect
      .poll(async () => (await browserAt(site.url).go('/papers/2506.00021')).text)
      .toContain('Submitted by a deleted account');
  });

  it('a paper is submitted with pictures, which moderators can hide', async () => {
    const [ada, mod] = [await signIn(site, 'Ada of pictures'), await signIn(site, 'Moderator of pictures')];
    await changeAccount(site.store, mod.id, { role: 'moderator' }, { actor: null, reason: '', at: 0 });
    const looked = await ada.send('/submit', { do: 'look', id: '2606.00071' });
    const form = (await ada.go(looked.to!)).text;
    expect(form).toContain('enctype="multipart/form-data"');
    const photo = await sharp({ create: { width: 2000, height: 900, channels: 3, background: '#246' } })
      .withExif({ IFD0: { ImageDescription: 'where it was taken' } })
      .jpeg()
      .toBuffer();
    const send = (fields: Record<string, string>, files: Record<string, BlobPart>, origin = site.url) => {
      const body = new FormData();
      for (const [name, value] of Object.entries({ do: 'send', key: keyIn(form), ...fields }))
        body.append(name, value);
      for (const [name, file] of Object.entries(files)) body.append(name, new Blob([file]), 'x.jpg');
      return ada.go('/submit', { method: 'POST', body, headers: { origin } });
    };
    const picture1 = new Uint8Array(photo);
    for (const [fields, files, says] of [
      [{}, { picture1 }, 'what each picture shows'],
      [{ alt1: 'x' }, { picture1: '<svg xmlns="http://www.w3.org/2000/svg"/>' }, 'not a picture'],
      [{ alt1: 'x', code: 'no address' }, { picture1 }, 'not a web address'],
    ] as const) {
      const { status, text } = await send({ text: 'Kept.', ...fields }, files);
      expect([says, status, text.includes(says), text.includes('Kept.')]).toEqual([says, 400, true, true]);
    }
    expect((await send({ alt1: 'x' }, { picture1 }, 'https://evil.example')).status).toBe(403);
    expect((await send({ alt1: 'a\0b' }, { picture1 })).status).toBe(400);
    expect((await send({}, { picture1: new Uint8Array(4_000_000) })).status).toBe(413);
    const fields = { alt1: 'A <b>loom</b>', alt3: 'Not sent' };
    // The same form sent twice is one submission, with its pictures once.
    const both = await Promise.all([send(fields, { picture1 }), send(fields, { picture1 })]);
    for (const { to } of both) expect(to).toMatch(/^\/papers\/2606\.00071/);
    const visitor = browserAt(site.url);
    const page = async () => (await visitor.go('/papers/2606.00071')).text;
    const shown = await page();
    const [, path] =
      /<img src="(\/pictures\/[\w-]{12})" alt="A &lt;b&gt;loom&lt;\/b&gt;" width="1600" height="720"/.exec(
        shown,
      )!;
    expect(shown.match(/<figure>/g)).toHaveLength(1);
    const drawn = await fetch(site.url + path!);
    expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(drawn.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    const bytes = Buffer.from(await drawn.arrayBuffer());
    expect(bytes.includes('where it was taken')).toBe(false);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 1600, height: 720 });
    const data = JSON.parse((await ada.go('/settings/data.json')).text);
    expect(data.pictures).toMatchObject([{ paper: '2606.00071', alt: 'A <b>loom</b>' }]);

    // Whoever submitted it cannot hide it, and no moderator can show their own again.
    const [, picture] = /\/pictures\/(.*)/.exec(path!)!;
    const act = (who: typeof mod, what: string) =>
      who.send('/moderation', { do: what, picture: picture!, why: 'Somebody’s face.' });
    expect((await act(ada, 'hide-picture')).status).toBe(403);
    expect((await mod.go('/moderation/papers/2606.00071')).text).toContain('value="hide-picture"');
    expect((await act(mod, 'hide-picture')).status).toBe(303);
    expect((await act(mod, 'hide-picture')).status).toBe(409);
    expect(await page()).not.toContain('<figure>');
    expect((await visitor.go(path!)).status).toBe(404);
    const log = (await mod.go('/moderation/log')).text;
    expect(log).toMatch(/Picture hidden<\/b>: <a href="\/papers\/2606\.00071">/);
    const [, entry] = /name="entry" value="(\d+)"/.exec(log)!;
    await mod.send('/moderation/undo', { entry: entry!, why: 'A statue.' });
    expect(await page()).toContain('<figure>');
    // It stays when its submitter leaves.
    await deleteAccount(site.store, ada.id);
    expect((await visitor.go(path!)).status).toBe(200);
  });

  it('nothing that somebody sends breaks a form', async () => {
    const ada = await signIn(site, 'Ada of odd forms');
    const token = await tokenOf(ada.id, ['submit', 'vote', 'comment']);
    for (const text of ['\0', '\ud800', 'x'.repeat(3_000)]) {
      const query = new URLSearchParams({ id: text, by: text });
      expect((await ada.go(`/submit?${query}`)).status).toBe(200);
      for (const name of ['draft', 'paper'])
        expect((await ada.go(`/submit?${new URLSearchParams({ [name]: text })}`)).status).toBe(404);
      const sent = { id: text, key: text, paper: text, text, code: text, title: text, authors: text };
      for (const what of ['look', 'hand', 'send', 'edit', 'list'])
        expect((await ada.send('/submit', { ...sent, do: what })).status).toBeLessThan(500);
      const hand = { do: 'hand', title: `A ${text} title`, authors: `Ada ${text}`, abstract: text };
      expect((await ada.send('/submit', hand)).status).toBeLessThan(500);
      const unknown = await ada.send('/settings/tokens', { token: text });
      // No form has a NUL.
      expect(unknown.status).toBe(text.includes('\0') ? 400 : 404);
      const client = broadsheet(site.url, { token });
      for (const body of [
        { id: text },
        { title: `A program's ${text}`, authors: [`Ada ${text}`], abstract: text, comment: text },
      ])
        expect(
          await client.submit(body).then(
            () => 200,
            (error: { status: number }) => error.status,
          ),
        ).toBeLessThan(500);
    }
  });

  it('programs submit and vote with tokens of that scope, by our API and its client', async () => {
    const ada = await signIn(site, 'Ada of programs');
    const token = await tokenOf(ada.id, ['submit', 'vote']);
    const client = broadsheet(site.url, { token });
    const made = await client.submit({ id: 'arxiv.org/abs/2606.00031', code: 'https://github.com/ada/31' });
    expect(made).toMatchObject({ id: '2606.00031', isNew: true, listed: expect.any(String) });
    expect(await client.submit({ id: '2606.00031' })).toEqual({ ...made, isNew: false });
    const both = await Promise.all([1, 2].map(() => client.submit({ id: '2606.00032' })));
    expect(both.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    const byHand = { title: 'Typed by a program', authors: ['Ada'], published: '2026-06' };
    expect(await client.submit(byHand)).toMatchObject({ isNew: true });
    expect(await client.submit(byHand)).toMatchObject({ isNew: false });

    const { id } = made;
    expect((await client.standing({ id })).submitters).toEqual([
      { name: 'ada-of-programs', displayName: 'Ada of programs', day: made.listed },
    ]);
    expect(await client.vote({ id, vote: true })).toEqual({ id, voted: true, votes: 1 });
    expect(await client.vote({ id, vote: true })).toEqual({ id, voted: true, votes: 1 });
    expect(await client.vote({ id, vote: false })).toEqual({ id, voted: false, votes: 0 });

    const refused = (work: Promise<unknown>) => work.catch((error: { status?: number }) => error.status);
    const only = broadsheet(site.url, { token: await tokenOf(ada.id, ['vote']) });
    expect(await refused(only.submit({ id: '2606.00041' }))).toBe(403);
    expect(await refused(client.submit({ id: '2606.00041', comment: 'Needs another scope.' }))).toBe(403);
    expect(await refused(broadsheet(site.url).vote({ id, vote: true }))).toBe(401);
    expect(await refused(client.submit({ id: '2606.00049' }))).toBe(404);
    expect(await refused(client.submit({ id: 'no identifier' }))).toBe(400);
    expect(await refused(client.submit({}))).toBe(400);
    expect(await refused(client.submit({ id: '2606.00041', unknown: 1 } as never))).toBe(400);
    expect(await refused(client.vote({ id: '2606.99999', vote: true }))).toBe(404);
    const page = await browserAt(site.url).go('/papers/2606.00031');
    expect(page.text).toContain('Submitted by <a href="/u/ada-of-programs">');
  });

  it('programs of the Hub index papers and change their links', async () => {
    const [ada, eve] = [await signIn(site, 'Ada of the Hub'), await signIn(site, 'Eve of the Hub')];
    const ask = async (account: number, path: string, body: object, scope: Scope = 'submit') => {
      const response = await fetch(site.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(account, [scope])}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()] as const;
    };
    const index = (account: number, arxivId: string, scope?: Scope) =>
      ask(account, '/api/papers/index', { arxivId }, scope);
    expect(await index(ada.id, '2606.00051')).toEqual([200, {}]);
    // Again by whoever indexed it, so that a request can be repeated; not by others.
    expect(await index(ada.id, '2606.00051')).toEqual([200, {}]);
    expect((await index(eve.id, '2606.00051'))[0]).toBe(403);
    expect((await index(eve.id, '2606.00052', 'vote'))[0]).toBe(403);
    expect((await index(ada.id, '2606.00059'))[0]).toBe(404);
    expect((await index(ada.id, 'hep-th/9901001'))[0]).toBe(400);
    isDown = true;
    expect((await index(ada.id, '2606.00053'))[0]).toBe(503);
    isDown = false;
    const paper = async () =>
      (await fetch(`${site.url}/api/v1/papers/2606.00051`).then((response) => response.json())) as {
        listed: string;
        links: { kind: string; url: string }[];
      };
    // Not in today's edition, but in that of its own day.
    expect((await paper()).listed).toBe('2026-06-11');

    const links = (account: number, body: object) => ask(account, '/api/papers/2606.00051/links', body);
    const githubRepo = 'https://github.com/ada/51';
    expect(await links(ada.id, { githubRepo, projectPage: 'https://p.example.org' })).toEqual([200, {}]);
    expect((await paper()).links.map(({ url }) => url)).toEqual([githubRepo, 'https://p.example.org']);
    expect(await links(ada.id, { projectPage: null })).toEqual([200, {}]);
    expect((await paper()).links.map(({ url }) => url)).toEqual([githubRepo]);
    expect((await links(eve.id, { githubRepo: null }))[0]).toBe(403);
    for (const wrong of [
      { githubRepo: 'https://gitlab.com/a/b' },
      { projectPage: 'javascript:alert(1)' },
      { projectPage: 7 },
      { organizationId: 'a'.repeat(24) },
    ])
      expect([wrong, (await links(ada.id, wrong))[0]]).toEqual([wrong, 400]);
    await changeAccount(site.store, eve.id, { role: 'moderator' }, { actor: null, reason: '', at: 0 });
    expect(await links(eve.id, { githubRepo: null })).toEqual([200, {}]);
    expect((await paper()).links).toEqual([]);
  });

  it('tokens are made, shown once, listed and revoked on a page of the settings', async () => {
    const ada = await signIn(site, 'Ada with tokens');
    expect((await ada.go('/settings')).text).toContain('href="/settings/tokens"');
    expect((await browserAt(site.url).go('/settings/tokens')).status).toBe(401);
    const none = await ada.send('/settings/tokens', { name: 'script' });
    expect([none.status, none.text]).toEqual([400, expect.stringContaining('at least one scope')]);
    const made = await ada.send('/settings/tokens', { name: 'my <script>', vote: '1', submit: '1' });
    const [token] = /bs_[\w-]{43}/.exec(made.text)!;
    const listed = await ada.go('/settings/tokens');
    expect(listed.text).not.toContain(token);
    expect(listed.text).toContain('my &lt;script&gt;');
    expect(listed.text).toContain('submit, vote');
    const client = broadsheet(site.url, { token });
    await takeIn(
      site.store,
      [
        {
          source: 'arxiv',
          identifiers: [{ scheme: 'arxiv', value: '2606.00061' }],
          title: 'A paper to vote for',
        },
      ],
      new Set(),
    );
    expect((await client.vote({ id: '2606.00061', vote: true })).votes).toBe(1);
    const [, id] = /name="token" value="([^"]+)"/.exec(listed.text)!;
    // Nobody revokes another's.
    const eve = await signIn(site, 'Eve without tokens');
    expect((await eve.send('/settings/tokens', { token: id! })).status).toBe(404);
    expect((await ada.send('/settings/tokens', { token: id! })).status).toBe(303);
    await expect(client.vote({ id: '2606.00061', vote: false })).rejects.toMatchObject({ status: 401 });
    const rows = await site.store.read.selectFrom('access_tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
  });
});
