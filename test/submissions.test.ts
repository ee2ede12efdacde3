/** Submitting papers through the front door: on both databases, without scripts. One site each. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteAccount } from '../src/community/accounts.ts';
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
    const right = { ...form, project: 'https://weave.example.org' };
    expect((await eve.send('/submit', right)).status).toBe(404);
    const all = await Promise.all([1, 2, 3].map(() => ada.send('/submit', right)));
    expect(all.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set(all.map(({ to }) => to!.split('#')[0]))).toEqual(new Set(['/papers/2606.00001']));

    const page = await visitor.go('/papers/2606.00001');
    expect(page.text).toContain('Submitted by <a href="/u/ada-lovelace">Ada Lovelace</a>');
    expect(page.text).toContain('href="https://github.com/ada/weave"');
    expect(page.text).toContain('<span class="badge"> Submitter</span>');
    expect(page.text.match(/Why <em>this<\/em>/g)).toHaveLength(1);
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
    expect(shown.text).toContain('This paper is here already');
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
});
