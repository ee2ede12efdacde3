/** Writing about papers, through the front door: on both databases, without scripts. */
import './connections.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkAtom } from '../src/api/feeds/rules.fixture.ts';
import { lockDiscussion, lockThread, setCommentState } from '../src/community/comments.ts';
import { createToken } from '../src/community/tokens.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { faults } from '../src/testing/pages.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { browserAt, forgetPeople, signIn } from './front-door.ts';
import { json, run } from './program.ts';

const SILENT = createLog('error', false, () => {});
const PAPER = '/papers/2606.00001';
/** Long enough ago for an account to be no longer new. */
const DAYS_AGO = 10 * 86_400_000;

/** The HTML in a feed, as a feed reader unescapes it. */
function htmlIn(feed: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'", amp: '&' };
  return [...feed.matchAll(/<(content|description)\b[^>]*>([^<]*)<\/\1>/g)]
    .map(([, , text]) => text!.replace(/&(#39|\w+);/g, (whole, name) => characters[name] ?? whole))
    .join('\n');
}
const ACT = { actor: null, reason: 'the rules', at: 1 };

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;

  beforeAll(async () => {
    database = await fresh();
    const env = { ...database.env, PORT: '0', OFFLINE: '1', LOG_LEVEL: 'error' };
    site = await startSite({ config: readConfig(env), log: SILENT, env, starter: null });
  });
  beforeEach(async () => {
    await take({});
    await forgetPeople(site.store);
  });
  afterAll(async () => {
    await site.stop();
    await database.remove();
  });

  const take = (more: object) =>
    takeIn(
      site.store,
      [
        {
          source: 'jsonl' as const,
          identifiers: [{ scheme: 'arxiv' as const, value: '2606.00001', version: 1 }],
          title: 'On being talked about',
          authors: ['Ada Lovelace'],
          abstract: 'We say *one* thing in $O(n)$ steps. Then we say another.',
          published: '2026-06-20',
          listed: '2026-06-26',
          ...more,
        },
      ],
      new Set(),
    );

  const browser = () => browserAt(site.url);
  const signedIn = (displayName: string) => signIn(site, displayName, { since: Date.now() - DAYS_AGO });
  type Reader = Awaited<ReturnType<typeof signedIn>>;

  /** What the form on a page would send. */
  const write = async (reader: Reader, text: string, more: Record<string, string> = {}) => {
    const page = (await reader.go(PAPER)).text;
    const key = /action="\/papers\/2606\.00001\/comments".*?name="key" value="([0-9a-f]+)"/s.exec(page)?.[1];
    if (key === undefined) throw new Error(`no form to write in on ${PAPER}: ${page.slice(0, 2_000)}`);
    const sent = await reader.send(`${PAPER}/comments`, { text, key, do: 'send', ...more });
    return { ...sent, id: /#comment-([0-9a-f]+)$/.exec(sent.to ?? '')?.[1] ?? '', key };
  };

  it('nobody has written yet, and who is not signed in is led to sign in and back', async () => {
    const page = (await browser().go(PAPER)).text;
    expect(page).toContain('No comments yet. Be the first.');
    expect(page).toContain('href="/sign-in?next=%2Fpapers%2F2606.00001%23letters"');
    expect(page.indexOf('id="abstract"')).toBeLessThan(page.indexOf('id="letters"'));
    expect(page.indexOf('id="letters"')).toBeLessThan(page.indexOf('id="similar"'));
    expect(faults(page)).toEqual([]);
    expect((await browser().send(`${PAPER}/comments`, { text: 'Hello.' })).status).toBe(401);
  });

  it('a reply sent after the session has ended leads to sign in, and back to the comment', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'A question.');
    for (const [path, next] of [
      [`/comments/${id}`, `?next=%2Fcomments%2F${id}`],
      [`${PAPER}/comments`, '?next=%2Fpapers%2F2606.00001%2Fcomments'],
      [`/comments/${id}/edit`, `?next=%2Fcomments%2F${id}%2Fedit`],
      // There is no page to return to.
      [`${PAPER}/vote`, ''],
    ]) {
      const { status, text } = await browser().send(path!, { text: 'An answer.', do: 'send' });
      expect([path, status, /href="\/sign-in([^"]*)">Sign in<\/a>/.exec(text)?.[1]]).toEqual([
        path,
        401,
        next,
      ]);
      const isHeld = text.includes('<textarea id="unsent" rows="8" readonly="">\nAn answer.</textarea>');
      expect([path, isHeld, faults(text)]).toEqual([path, !path!.endsWith('/vote'), []]);
    }
  });

  it('nothing else of a form comes back after the session has ended', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'A question.');
    const { text } = await browser().send(`/comments/${id}`, {
      text: '\n<b>&amp;</textarea>',
      do: 'preview',
    });
    expect(text).toContain('\n&lt;b&gt;&amp;amp;&lt;/textarea&gt;</textarea>');
    for (const [path, fields] of [
      [`/comments/${id}`, { react: '+agree' }],
      [`/comments/${id}/edit`, { text: 'A question.', do: 'delete' }],
      [`${PAPER}/comments`, { text: ' ', do: 'send' }],
    ] as const) {
      const sent = await browser().send(path, fields);
      expect([sent.status, sent.text.includes('id="unsent"')]).toEqual([401, false]);
    }
    const forged = await browser().send(
      `${PAPER}/comments`,
      { text: 'From another site.', do: 'send' },
      { origin: 'https://elsewhere.example' },
    );
    expect([forged.status, forged.text.includes('From another site.')]).toEqual([403, false]);
  });

  it('a long discussion has pages, each with links to those beside it', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'The first one.');
    const { paper } = await site.store.read
      .selectFrom('comments')
      .select('paper')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const row = { paper, author: ada.id, html: null, state: 'shown', edited: null, parent: null, locked: 0 };
    const rows = Array.from({ length: 250 }, (_, i) => ({
      ...{ ...row, id: `more-${i}`, text: `Number ${i}.`, created: Date.now() + i, form_key: null },
    }));
    await site.store.change(({ tx }) => tx.insertInto('comments').values(rows).execute());
    await write(ada, 'One more, so that the pages are made again.');
    const links = async (path: string) =>
      [...(await browser().go(path)).text.matchAll(/<a href="([^"]*)" rel="(prev|next)">/g)].map(
        ([, href, rel]) => `${rel} ${href}`,
      );
    const list = `${PAPER}/comments`;
    expect(await links(PAPER)).toEqual([`next ${list}?page=2`]);
    expect(await links(`${list}?page=2`)).toEqual([`prev ${list}`, `next ${list}?page=3`]);
    expect(await links(`${list}?page=3`)).toEqual([`prev ${list}?page=2`]);
  });

  it('a comment shows at once, to its author and to everybody, and is counted', async () => {
    const ada = await signedIn('Ada');
    const anybody = browser();
    await anybody.go(PAPER);
    const { status, to, id } = await write(ada, 'A **bold** claim, @ada: $x^2$.');
    expect([status, to]).toEqual([303, `${PAPER}#comment-${id}`]);
    for (const reader of [ada, anybody]) {
      const page = (await reader.go(PAPER)).text;
      expect(page).toContain(`id="comment-${id}"`);
      expect(page).toContain(
        'A <strong>bold</strong> claim, <a href="/u/ada" class="mention">@ada</a>: <math',
      );
      expect(faults(page)).toEqual([]);
    }
    // On the lists it is counted a moment later, with the votes.
    await expect
      .poll(async () => (await anybody.go('/papers/date/2026-06-26')).text)
      .toContain(`href="${PAPER}#letters">1 comment</a>`);
  });

  it('a page of comments past the end is missing, and leads to the first', async () => {
    const ada = await signedIn('Ada');
    await write(ada, 'The only one.');
    for (const page of [2, 3, 1_000]) {
      const { status, text } = await ada.go(`${PAPER}/comments?page=${page}`);
      expect([page, status]).toEqual([page, 404]);
      expect(text).toContain(`href="${PAPER}/comments">The first page</a>`);
    }
    const { status, text } = await ada.go(`${PAPER}/comments?page=1`);
    expect([status, text.includes('The only one.')]).toEqual([200, true]);
  });

  it('a reply is offered only where one can be sent', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'A question.');
    await ada.send(`/comments/${id}`, { text: 'An answer.', do: 'send' });
    const replies = async (reader: { go: Reader['go'] }) =>
      (await reader.go(PAPER)).text.match(/Reply<span/g)?.length ?? 0;
    expect([await replies(ada), await replies(browser())]).toEqual([2, 2]);
    await lockThread(site.store, id, true, ACT);
    await expect.poll(() => replies(browser())).toBe(0);
    await expect.poll(() => replies(ada)).toBe(0);
    await lockThread(site.store, id, false, ACT);
    await expect.poll(() => replies(ada)).toBe(2);
    await lockDiscussion(site.store, (await site.library.paper('2606.00001'))!.pk, true, ACT);
    await expect.poll(() => replies(ada)).toBe(0);
    await expect.poll(() => replies(browser())).toBe(0);
  });

  it('the same form sent twice is one comment, and one from elsewhere is none', async () => {
    const ada = await signedIn('Ada');
    const { key, id } = await write(ada, 'Once.');
    expect((await ada.send(`${PAPER}/comments`, { text: 'Once.', key, do: 'send' })).to).toBe(
      `${PAPER}#comment-${id}`,
    );
    const foreign = await ada.send(`${PAPER}/comments`, { text: 'No.' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await ada.go(PAPER)).text.match(/id="comment-/g)).toHaveLength(1);
  });

  it('a preview shows what would be sent, and sends nothing', async () => {
    const ada = await signedIn('Ada');
    const { status, text } = await write(ada, 'A *word* & "more"', { do: 'preview' });
    expect(status).toBe(200);
    expect(text).toContain('<p>A <em>word</em> &amp; &quot;more&quot;</p>');
    expect(text).toMatch(/<textarea[^>]*>\nA \*word\* &amp; &quot;more&quot;<\/textarea>/);
    expect((await ada.go(PAPER)).text).toContain('No comments yet.');
  });

  it('what is wrong with a text is said, with the text', async () => {
    const ada = await signedIn('Ada');
    expect((await write(ada, ' \n ')).text).toContain('Please write something first.');
    const long = await write(ada, 'ä€'.repeat(5_001));
    expect([long.status, long.text.includes('too long'), long.text.includes('ä€ä€')]).toEqual([
      400,
      true,
      true,
    ]);
    expect((await write(ada, '> '.repeat(50) + 'deep')).text).toContain('nested too deeply');
    expect((await write(ada, 'x'.repeat(200_000))).status).toBe(413);
    expect((await write(ada, 'ä€'.repeat(5_000))).status).toBe(303);
  });

  it('markup is text, wherever a comment is shown', async () => {
    const ada = await signedIn('Ada <script>alert(1)</script>');
    const { id } = await write(
      ada,
      '<script>alert(1)</script> [x](javascript:alert(1)) <!--[vote:1--><!--]-->',
    );
    const edited = await ada.send(`/comments/${id}/edit`, {
      do: 'send',
      text: '<img src=x onerror=alert(1)>',
      version: '0',
    });
    expect([edited.status, edited.to]).toEqual([303, `${PAPER}#comment-${id}`]);
    const markup = /<script>alert|<img src=x|href="javascript/;
    for (const path of [
      PAPER,
      `${PAPER}/comments`,
      `/comments/${id}`,
      `/comments/${id}/history`,
      `/comments/${id}/edit`,
      `/u/${ada.name}`,
      `${PAPER}/comments/feed.atom`,
      `${PAPER}/comments/feed.rss`,
      `/u/${ada.name}/feed.atom`,
    ]) {
      const { status, text } = await ada.go(path);
      expect([path, status]).toEqual([path, 200]);
      expect([path, markup.test(text)]).toEqual([path, false]);
      // Feed readers take what is escaped in these elements for HTML.
      const shown = path.includes('/feed.') ? htmlIn(text) : text;
      expect([path, markup.test(shown)]).toEqual([path, false]);
      expect([path, shown.includes('&lt;img src=x')]).toEqual([path, true]);
    }
  });

  it('a reply, an edit with its history, and a deletion that leaves the thread whole', async () => {
    const ada = await signedIn('Ada');
    const eve = await signedIn('Eve');
    const { id } = await write(ada, 'A question.');
    expect((await ada.go(`/comments/${id}/edit`)).text).toMatch(/<textarea[^>]*>\nA question\.<\/textarea>/);
    const replied = await eve.send(`/comments/${id}`, { text: 'An answer.', do: 'send' });
    expect(replied.to).toMatch(/^\/papers\/2606\.00001#comment-/);
    const edited = await ada.send(`/comments/${id}/edit`, {
      text: 'A better one.',
      version: '0',
      do: 'send',
    });
    expect(edited.to).toBe(`${PAPER}#comment-${id}`);
    const history = (await browser().go(`/comments/${id}/history`)).text;
    expect(history.indexOf('A better one.')).toBeGreaterThan(0);
    expect(history.indexOf('A better one.')).toBeLessThan(history.indexOf('A question.'));
    // From another window, on the text as it was before.
    const late = await ada.send(`/comments/${id}/edit`, { text: 'Late.', version: '0', do: 'send' });
    expect([late.status, late.text.includes('edited since you opened it')]).toEqual([409, true]);
    for (const [reader, status] of [
      [eve, 403],
      [browser(), 401],
    ] as const) {
      expect((await reader.go(`/comments/${id}/edit`)).status).toBe(status);
      expect((await reader.send(`/comments/${id}/edit`, { do: 'delete' })).status).toBe(status);
    }
    expect((await ada.send(`/comments/${id}/edit`, { do: 'delete' })).status).toBe(303);
    const page = (await browser().go(PAPER)).text;
    expect(page).toContain('<p class="gone">Deleted.</p>');
    expect(page).toContain('An answer.');
    expect(page).not.toContain('A better one.');
    for (const path of [`/comments/${id}/history`, `/comments/${id}/edit`])
      expect((await ada.go(path)).status).toBe(404);
    expect((await browser().go(`/comments/${id}`)).text).toContain('An answer.');
    expect((await browser().go('/comments/none')).status).toBe(404);
  });

  it('a sentence of the abstract is quoted from the form, and the comment says what became of it', async () => {
    const ada = await signedIn('Ada');
    expect((await ada.go(PAPER)).text).toContain('<option value="0">We say');
    await write(ada, 'Do you?', { quote: '0' });
    const says = async () =>
      /class="quoting">On <q dir="auto">([^<]*)<\/q> <a href="#abstract" class="\w+">([^<]*)</
        .exec((await browser().go(PAPER)).text)
        ?.slice(1);
    expect(await says()).toEqual(['We say *one* thing in O(n) steps.', 'unchanged']);
    expect((await browser().go(PAPER)).text).toContain('<blockquote><p>We say *one* thing in <math');
    const second = { scheme: 'arxiv' as const, value: '2606.00001', version: 2 };
    await take({
      identifiers: [second],
      abstract: 'We say *one* thing in $O(n^2)$ steps. Then we say another.',
    });
    expect(await says()).toEqual(['We say *one* thing in O(n) steps.', 'changed in v2']);
    await take({ identifiers: [second], abstract: 'Then we say another.' });
    expect((await says())?.[1]).toBe('no longer there in v2');
  });

  it('reactions are given and taken back, and count for everybody at once', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'A claim.');
    await ada.send(`/comments/${id}`, { react: '+agree', next: PAPER });
    expect((await browser().go(PAPER)).text).toContain('Agree 1');
    expect((await ada.go(PAPER)).text).toMatch(/value="-agree" aria-pressed="true"[^>]*>Agree 1</);
    expect((await ada.send(`/comments/${id}`, { react: '-agree', next: PAPER })).to).toBe(
      `${PAPER}#comment-${id}`,
    );
    expect((await browser().go(PAPER)).text).not.toContain('Agree 1');
    expect((await ada.send(`/comments/${id}`, { react: '+shout' })).status).toBe(400);
  });

  it('what a moderator has hidden or closed is hidden and closed everywhere', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'Something vile.');
    const shows = (path: string) => async () => {
      const { status, text } = await browser().go(path);
      return [path, status, text.includes('vile')];
    };
    const paths = [
      PAPER,
      `${PAPER}/comments`,
      `/comments/${id}`,
      `/u/${ada.name}`,
      `${PAPER}/comments/feed.atom`,
      `${PAPER}/comments/feed.rss`,
      `/u/${ada.name}/feed.atom`,
      `/api/v1${PAPER}/comments`,
      `/api${PAPER}?field=comments`,
    ];
    for (const path of paths) await expect.poll(shows(path)).toEqual([path, 200, true]);
    await setCommentState(site.store, id, 'hidden');
    for (const path of paths) await expect.poll(shows(path)).toEqual([path, 200, false]);
    expect((await ada.go(`/comments/${id}/history`)).status).toBe(404);
    await lockDiscussion(site.store, (await site.library.paper('2606.00001'))!.pk, true, ACT);
    await expect.poll(async () => (await ada.go(PAPER)).text).toContain('This discussion is closed.');
    const refused = await ada.send(`${PAPER}/comments`, { text: 'But wait.', do: 'send' });
    expect([refused.status, refused.text.includes('But wait.')]).toEqual([403, true]);
  });

  it('an operator takes comments down from the command line, and the log says why', async () => {
    const [ada, eve] = [await signedIn('Ada'), await signedIn('Eve')];
    const { id } = await write(ada, 'Something vile.');
    const gone = (await write(ada, 'Something worse.')).id;
    await write(eve, 'Something else.');
    const env = { ...database.env, OFFLINE: '1' };
    const page = async () => (await browser().go(PAPER)).text;
    const does = async (words: string, says: object) =>
      expect([words, await json([...words.split(' '), '--why', 'the rules'], env)]).toEqual([
        words,
        expect.objectContaining(says),
      ]);
    for (const words of [
      `moderation hide ${id}`,
      'moderation lock 2606.00001',
      'user silence eve',
      'user delete eve',
    ])
      expect((await run(words.split(' '), env)).err).toContain('needs --why');
    expect(await page()).toContain('vile');
    await does(`moderation hide ${id}`, { id, state: 'hidden' });
    await expect.poll(page).not.toContain('vile');
    await does(`moderation show ${id}`, { id, state: 'shown' });
    await expect.poll(page).toContain('vile');
    await does(`moderation delete ${gone}`, { id: gone, state: 'deleted' });
    await expect.poll(page).not.toContain('worse');
    await does('moderation lock arXiv:2606.00001', { locked: true });
    await expect.poll(page).toContain('This discussion is closed.');
    await does('moderation unlock 2606.00001', { locked: false });
    await expect.poll(page).not.toContain('This discussion is closed.');
    const replies = async () => (await page()).match(/Reply<span/g)?.length ?? 0;
    await expect.poll(replies).toBe(2);
    await does(`moderation lock ${id}`, { id, locked: true });
    await expect.poll(replies).toBe(1);
    expect((await ada.send(`/comments/${id}`, { text: 'More.', do: 'send' })).status).toBe(403);
    await does(`moderation unlock ${id}`, { id, locked: false });
    await expect.poll(replies).toBe(2);
    const nowhere = await run(['moderation', 'lock', 'f'.repeat(16), '--why', 'the rules'], env);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('f'.repeat(16))]);
    await does('user silence eve', { name: 'eve', state: 'silenced' });
    expect((await eve.send(`${PAPER}/comments`, { text: 'More.', do: 'send' })).status).toBe(403);
    await does('user delete eve --comments delete', { name: 'eve', state: 'deleted' });
    await expect.poll(page).not.toContain('Something else.');
    expect((await browser().go('/u/eve')).status).toBe(404);
    const log = (await run(['moderation', 'log', '--json'], env)).out;
    const entries = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(new Set(entries.map(({ by, reason }) => `${by}: ${reason}`))).toEqual(
      new Set(['command line: the rules']),
    );
    expect(entries.map(({ act, subject }) => `${act}, ${subject.split(' ')[0]}`).reverse()).toEqual([
      'comment hidden, comment',
      'comment shown, comment',
      'comment deleted, comment',
      'discussion locked, paper',
      'discussion unlocked, paper',
      'thread locked, comment',
      'thread unlocked, comment',
      'state silenced, account',
      'state deleted, account',
    ]);
    expect((await run(['moderation', 'show', gone, '--why', 'a'], env)).code).toBe(2);
  }, 120_000);

  it('has feeds by paper and by person, and is read through both interfaces', async () => {
    const ada = await signedIn('Ada');
    const { id } = await write(ada, 'First, @ada.');
    await ada.send(`/comments/${id}`, { text: 'Second.', do: 'send' });
    for (const path of [`${PAPER}/comments/feed.atom`, '/u/ada/feed.atom']) {
      const feed = (await browser().go(path)).text;
      expect([path, checkAtom(feed)]).toEqual([path, []]);
      expect(feed.indexOf('Second.')).toBeLessThan(feed.indexOf('First, '));
      expect(feed).toContain(`href=&quot;${site.url}/u/ada&quot;`);
    }
    const ours = JSON.parse((await browser().go(`/api/v1${PAPER}/comments`)).text);
    expect(ours).toMatchObject({
      id: '2606.00001',
      total: 2,
      locked: false,
      next: null,
      items: [
        { id, parent: null, depth: 0, text: 'First, @ada.', author: { name: 'ada', displayName: 'Ada' } },
        { parent: id, depth: 1, html: '<p>Second.</p>' },
      ],
    });
    const hub = JSON.parse((await browser().go(`/api${PAPER}?field=comments`)).text);
    expect(hub.comments).toMatchObject([
      { type: 'comment', author: { name: 'ada' }, data: { latest: { raw: 'First, @ada.' }, hidden: false } },
      { data: { parentCommentId: hub.comments[0].id } },
    ]);
  });

  it('a program writes with a token of the scope for it, and with nothing else', async () => {
    const ada = await signedIn('Ada');
    const token = async (...scopes: ('comment' | 'read')[]) =>
      (await createToken(site.store, ada.id, { name: 'bot', scopes }, Date.now())).token;
    const post = async (path: string, body: unknown, headers: Record<string, string>) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await browser().go(path, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json', ...headers },
      });
      return { status: response.status, body: JSON.parse(response.text) };
    };
    const bearer = { authorization: `Bearer ${await token('comment')}` };
    const first = await post(`/api${PAPER}/comment`, { comment: 'By *program*.' }, bearer);
    expect([first.status, first.body.newMessage.data.latest.html]).toEqual([
      201,
      '<p>By <em>program</em>.</p>',
    ]);
    const { id } = first.body.newMessage;
    const reply = await post(`/api${PAPER}/comment/${id}/reply`, { comment: 'And again.' }, bearer);
    expect(reply.body.newMessage.data.parentCommentId).toBe(id);
    expect((await browser().go(PAPER)).text).toContain('And again.');
    for (const [body, headers, status] of [
      [{ comment: 'No.' }, {}, 401],
      [{ comment: 'No.' }, { authorization: 'Bearer bs_no' }, 401],
      [{ comment: 'No.' }, { authorization: `Bearer ${await token('read')}` }, 403],
      [{ comment: ' ' }, bearer, 400],
      [{ comment: 'x'.repeat(10_001) }, bearer, 400],
      ['[]', bearer, 400],
      ['{', bearer, 400],
      [{ comment: 'No.' }, { ...bearer, 'content-type': 'text/plain' }, 415],
    ] as const)
      expect([body, (await post(`/api${PAPER}/comment`, body, headers)).status]).toEqual([body, status]);
    // A session is no token: no page of another site can write through it.
    const session = await ada.go(`/api${PAPER}/comment`, {
      method: 'POST',
      body: '{"comment":"No."}',
      headers: { 'content-type': 'application/json' },
    });
    expect(session.status).toBe(401);
    expect((await post('/api/papers/none/comment', { comment: 'x' }, bearer)).status).toBe(404);
    expect((await post(`/api${PAPER}/comment/none/reply`, { comment: 'x' }, bearer)).status).toBe(404);
    expect((await browser().go(PAPER)).text).not.toContain('No.');
  });

  it('a person has a page of comments, and of votes only if they show them', async () => {
    const ada = await signedIn('Ada');
    await write(ada, 'A claim.');
    await ada.send(`${PAPER}/vote`, { vote: '1' });
    const page = async () => (await browser().go('/u/ada')).text;
    expect(await page()).toContain('A claim.');
    expect(await page()).toContain('Voted for');
    expect((await ada.send('/settings/votes', { shows: '0' })).to).toBe('/settings');
    expect(await page()).not.toContain('Voted for');
    expect((await ada.go('/u/ada')).text).not.toContain('Voted for');
    expect((await browser().go('/u/ADA')).to).toBe('/u/ada');
    expect((await browser().go('/u/nobody')).status).toBe(404);
    expect(faults(await page())).toEqual([]);
  });
});
