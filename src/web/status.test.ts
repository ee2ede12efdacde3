/** The pages of the sources over HTTP, over a real ledger. */
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { record } from '../backups/state.ts';
import { watchedOf } from '../backups/watched.ts';
import { readConfig } from '../config.ts';
import { Tries } from '../http/admit.ts';
import { createWeb, openWeb } from '../http/app.ts';
import { Router } from '../http/router.ts';
import { queueMail } from '../mail/outbox.ts';
import { foreign } from '../net/foreign.ts';
import { TABLE } from '../routes.ts';
import { controlsOf, deskOf } from '../sources/desk.ts';
import { beginRun, noCounts, noteProgress } from '../sources/ledger.ts';
import { keepRejected } from '../sources/rejected.ts';
import { gazette, wrote } from '../sources/sample.fixture.ts';
import { pause } from '../sources/status.ts';
import { holdLease, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { NOON, sampleContext } from '../testing/sample.ts';

const HOUR = 3_600_000;
const PASSWORD = 'a long enough pass: wörd';
const KEY = `Basic ${Buffer.from(`anybody:${PASSWORD}`).toString('base64')}`;
const well = { state: 'ok', announced: '2026-06-26', expected: 212, got: 212 } as const;
const failed = {
  state: 'failed',
  why: 'https://me:s3cret@gazette.example/x?api_key=s3cret&a=1: 503',
} as const;

/** What the HTTP server passes along with a request from an address. */
const connectedFrom = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } }, outgoing: {} });

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  function site(env: Record<string, string> = {}, password: string | null = PASSWORD) {
    const config = readConfig(env);
    const context = sampleContext();
    const now = () => context.clock.now;
    context.sources = deskOf(store, config, [gazette], now);
    context.index = async () => ({ documents: 9, behind: 3 });
    if (password)
      context.operator = {
        password,
        controls: controlsOf(store, config, [gazette], now),
        tries: new Tries(),
      };
    const app = createWeb(openWeb(context));
    const get = (path: string, headers: Record<string, string> = {}) =>
      app.request(`http://localhost${path}`, { headers });
    const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      app.request(`http://localhost${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: String(new URLSearchParams(fields)),
      });
    return { context, app, get, post, body: async (path: string) => (await get(path)).text() };
  }
  const json = async (answer: Response | Promise<Response>) =>
    (await (await answer).json()) as { level: string; says: string; parts: Record<string, unknown>[] };
  const asJson = { accept: 'application/json' };
  const admin = { authorization: KEY };

  describe('/status', () => {
    it('says in one line that all is well, if it is', async () => {
      await wrote(store, 'new a', NOON - HOUR, well, { added: 200, changed: 12 });
      await wrote(store, 'new b', NOON - HOUR, {
        state: 'quiet',
        announced: '2026-06-26',
        proof: 'the listing of 26 June has no paper that is not here',
      });
      const { body } = site();
      const html = await body('/status');
      expect(html).toContain('All sources are working: the last announcement, 26 June 2026, is complete.');
      expect(html).toContain('ok, 212 of 212 announced');
      expect(html).toContain('quiet: the listing of 26 June has no paper that is not here');
      expect(html).toContain('200 new, 12 changed');
      expect(html).toContain(
        '<time datetime="2026-06-26T15:00:00.000Z" title="26 June 2026, 11:00, America/New_York">11:00',
      );
      expect(html).toContain('aria-label="Last run: 1 quiet"');
    });

    it('says what has failed since when, and why, and nothing secret', async () => {
      await wrote(store, 'new a', NOON - 3 * HOUR, well);
      await wrote(store, 'new a', NOON - 2 * HOUR, failed);
      await wrote(store, 'new a', NOON - HOUR, failed);
      await wrote(store, 'new b', NOON - HOUR, well);
      const { body, get } = site();
      const html = await body('/status');
      expect(html).toContain('The Gazette, Announcements in A has been failing since 26 June 2026, 09:59.');
      expect(html).toContain('failed: https://gazette.example/x?api_key=…&amp;a=1: 503');
      expect(html).toContain('2 failures in a row');
      const facts = await json(get('/status', asJson));
      expect(facts).toMatchObject({ level: 'trouble', off: null });
      expect(facts.parts[0]).toMatchObject({
        state: 'failed',
        failures: 2,
        failingSince: '2026-06-26T13:59:00.000Z',
        lastGoodAt: '2026-06-26T13:00:00.000Z',
        url: 'https://gazette.example/feed',
        isComplete: false,
      });
      for (const text of [html, JSON.stringify(facts), await body('/status/gazette')])
        expect(text).not.toContain('s3cret');
    });

    it.each([
      [{}, 'waiting', 'Nothing has been fetched yet'],
      [{ OFFLINE: '1' }, 'off', 'OFFLINE=1'],
      [{ SYNC: '0' }, 'off', 'SYNC=0'],
    ])('has something to say before anything ran, with %j', async (env, level, says) => {
      const { get, body } = site(env);
      expect(await json(get('/status', asJson))).toMatchObject({
        level,
        says: expect.stringContaining(says),
      });
      expect(await body('/status')).toContain('No runs yet.');
      // Viewing the page fetches nothing.
      expect(await store.read.selectFrom('source_parts').selectAll().execute()).toEqual([]);
    });

    it('says that one part has not run yet', async () => {
      await wrote(store, 'new a', NOON - HOUR, well);
      expect(await json(site().get('/status', asJson))).toMatchObject({
        level: 'waiting',
        says: 'One part has not run yet; papers are on their way.',
      });
    });

    it('does not call incomplete runs complete', async () => {
      await wrote(store, 'new a', NOON - HOUR, { ...well, got: 210, says: 'the rest is awaited' });
      await wrote(store, 'new b', NOON - HOUR, well);
      expect(await json(site().get('/status', asJson))).toMatchObject({
        level: 'waiting',
        says: 'Every source is answering, but not everything announced is here yet: The Gazette, Announcements in A (210 of 212).',
        parts: [
          { state: 'unfinished', isComplete: false },
          { state: 'ok', isComplete: true },
        ],
      });
    });

    it('distinguishes stale and paused parts from those that are well', async () => {
      await wrote(store, 'new a', NOON - 37 * HOUR, well);
      await wrote(store, 'new b', NOON - 37 * HOUR, well);
      await pause(store, { source: gazette, part: { name: 'new b' } }, NOON);
      expect(await json(site().get('/status', asJson))).toMatchObject({
        level: 'trouble',
        says: 'The Gazette, Announcements in A has not run since 24 June 2026, 23:00.',
        parts: [{ state: 'stale' }, { state: 'paused', dueAt: null }],
      });
    });

    it('goes by the last run that finished, not by one that was interrupted', async () => {
      await wrote(store, 'new a', NOON - 2 * HOUR, well);
      await wrote(store, 'new a', NOON - HOUR, { state: 'stopped', why: 'interrupted' });
      await wrote(store, 'new b', NOON - HOUR, well);
      const { get, body } = site();
      expect((await json(get('/status', asJson))).parts[0]).toMatchObject({
        state: 'ok',
        last: { state: 'ok' },
      });
      expect(await body('/status/gazette?part=new+a')).toContain('failed: interrupted');
    });

    it('shows current runs, and email that could not be sent, without its recipient', async () => {
      const id = await beginRun(store, { source: 'gazette', part: 'new a', kind: 'asked', now: NOON - 5000 });
      await noteProgress(store, id, { ...noCounts(), added: 40 }, { done: 50, total: 200 });
      const mail = { to: 'editor@example.org', subject: 'Broken', text: 'It is.' };
      await queueMail(store.write, mail, 'example.org', NOON);
      const tried = { tries: 1, reason: 'mail.internal:25: refused' };
      await store.write.updateTable('outbox').set(tried).execute();
      const html = await site().body('/status');
      expect(html).toContain('<progress max="200" value="50"');
      expect(html).toContain('50 of 200; 40 new');
      expect(html).toContain('1 email about this to the administrator could not be sent');
      expect(html).not.toMatch(/editor@example|mail\.internal/);
    });

    it('does not call a run current whose process is gone', async () => {
      const id = await beginRun(store, { source: 'gazette', part: 'new a', kind: 'asked', now: NOON - 5000 });
      const elsewhere = 'another-machine/7/0/boot/1/ab';
      await store.write.updateTable('runs').set({ holder: elsewhere }).where('id', '=', id).execute();
      const { get, body } = site();
      const current = async () =>
        (await json(get('/status', asJson))).parts.map(({ running }) => (running as unknown[]).length);
      const ledger = () => body('/status/gazette');
      // It holds the lease, so it is there.
      await holdLease(store, SYNC_LEASE, NOON, elsewhere);
      expect([await current(), (await ledger()).includes('interrupted')]).toEqual([[1, 0], false]);
      // It has not renewed it in time.
      await store.write
        .updateTable('leases')
        .set({ until: NOON - 1 })
        .execute();
      expect([await current(), (await ledger()).includes('failed: interrupted')]).toEqual([[0, 0], true]);
      expect(await body('/status')).not.toContain('<progress');
      // Nor is it current because somebody else holds it now.
      await holdLease(store, SYNC_LEASE, NOON, 'a-third/8/0/boot/1/cd');
      expect(await current()).toEqual([0, 0]);
    });

    it('is built for every request, by address and by the type requested', async () => {
      const { get } = site();
      const answer = await get('/status');
      expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([
        'no-store',
        'accept',
      ]);
      await wrote(store, 'new a', NOON - HOUR, well);
      await wrote(store, 'new b', NOON - HOUR, well);
      expect(await (await get('/status')).text()).toContain('All sources are working');
    });
  });

  describe('/status/:source', () => {
    it('pages through the ledger, newest first, with remarks', async () => {
      for (let i = 0; i < 45; i++)
        await wrote(
          store,
          'new a',
          NOON - (50 - i) * HOUR,
          { ...well, got: i },
          { remarks: [`remark ${i}`] },
        );
      await wrote(store, 'new b', NOON, well);
      const { body, get } = site();
      const first = await body('/status/gazette?part=new+a');
      expect(first).toContain('44 of 212 announced');
      expect(first).not.toContain('>4 of 212');
      expect(first).toContain('<li>remark 44</li>');
      const next = /href="(\/status\/gazette\?part=new\+a&amp;before=\d+)"/
        .exec(first)![1]!
        .replaceAll('&amp;', '&');
      const second = await body(next);
      expect(second).toContain('ok, 4 of 212 announced');
      expect(second).not.toContain('Earlier runs');
      const facts = (await (await get('/status/gazette', asJson)).json()) as { runs: { part: string }[] };
      expect([facts.runs.length, facts.runs[0]!.part]).toEqual([40, 'new b']);
    });

    it('says how many records were rejected, and shows their content only to the operator', async () => {
      await wrote(store, 'new a', NOON, well);
      const hostile = { place: '<script>alert(1)</script>', reason: 'it has no title', raw: { title: '' } };
      for (let times = 0; times < 3; times++) await keepRejected(store, 'gazette', 'new a', [hostile], NOON);
      const { body, get } = site();
      expect(await body('/status')).toContain('1 record rejected');
      const html = await body('/status/gazette');
      expect(html).toContain('1 record. The administrator can see why');
      const json = JSON.stringify(await (await get('/status/gazette', asJson)).json());
      expect(html + json).not.toMatch(/alert\(1\)|it has no title/);
      const own = await (await get('/admin', admin)).text();
      expect(own).toContain('<b>&lt;script&gt;alert(1)&lt;/script&gt;</b><span>it has no title</span>');
      expect(own).toContain('3 times');
    });

    it('leaves out what other servers said, which the operator can read', async () => {
      const why = `https://gazette.example/: no answer${foreign(' (connect ECONNREFUSED 10.0.0.5:22)')}`;
      await wrote(
        store,
        'new a',
        NOON,
        { state: 'failed', why },
        { remarks: [`the API refused${foreign(': INTERNAL')}`] },
      );
      const { body, get } = site();
      const paths = ['/status', '/status/gazette'];
      const pages = await Promise.all(paths.map(body));
      const facts = await Promise.all(paths.map(async (path) => (await get(path, asJson)).text()));
      for (const shown of [...pages, ...facts]) {
        expect(shown).toContain('failed: https://gazette.example/: no answer');
        expect(shown).not.toMatch(/ECONNREFUSED|10\.0\.0\.5|INTERNAL|[\u2066-\u2069]/);
      }
      expect(pages[1]).toContain('<li>the API refused</li>');
      const own = await (await get('/admin', admin)).text();
      expect(own).toContain('no answer (connect ECONNREFUSED 10.0.0.5:22)');
    });

    it.each([
      ['/status/nobody', 404, 'no such source'],
      ['/status/gazette?part=none', 404, 'no such source'],
      ['/status/%00', 400, 'control characters'],
      ['/status/gazette?before=x', 400, 'not a number'],
    ])('%s is answered %i', async (path, status, says) => {
      const answer = await site().get(path);
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)]);
    });
  });

  describe('/admin', () => {
    it('does not exist at all without a password in the settings', async () => {
      const { get, post } = site({}, null);
      const answer = await get('/admin', admin);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([404, null]);
      expect((await post('/admin/pause', { source: 'gazette', part: 'new a' }, admin)).status).toBe(404);
      expect((await get('/admin/pause', admin)).status).toBe(404);
    });

    it('lets nobody in without the password, at any of its addresses, and does nothing for them', async () => {
      const { app } = site();
      const routes = TABLE.filter(({ path }) => path === '/admin' || path.startsWith('/admin/'));
      expect(routes.length).toBeGreaterThan(7);
      const wrong = [
        '',
        `Basic ${Buffer.from('a:b').toString('base64')}`,
        'Basic ?',
        `Bearer ${PASSWORD}`,
        'Basic',
      ];
      for (const [place, authorization] of wrong.entries()) {
        for (const { path, method, kind } of routes) {
          expect(kind).toBe('admin');
          const init = {
            method,
            headers: {
              ...(authorization && { authorization }),
              'content-type': 'application/x-www-form-urlencoded',
            },
            ...(method === 'POST' && { body: 'source=gazette&part=new+a&since=2026-01-01&until=2026-01-02' }),
          };
          const number = place * 20 + routes.findIndex((route) => route.path === path);
          const answer = await app.request(
            `http://localhost${path}`,
            init,
            connectedFrom(`198.51.100.${number}`),
          );
          expect([path, authorization, answer.status]).toEqual([path, authorization, 401]);
          expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Broadsheet", charset="UTF-8"');
          expect(answer.headers.get('cache-control')).toBe('no-store');
        }
      }
      expect(await store.read.selectFrom('source_parts').selectAll().execute()).toEqual([]);
    });

    it('counts wrong passwords by address, and then refuses even the right one for a while', async () => {
      const { app, context } = site();
      const get = (path: string, headers: Record<string, string>, address: string) =>
        app.request(`http://localhost${path}`, { headers }, connectedFrom(address));
      const wrong = { authorization: `Basic ${Buffer.from('a:wrong').toString('base64')}` };
      for (let i = 0; i < 30; i++) expect((await get('/admin', {}, '192.0.2.1')).status).toBe(401);
      for (let i = 0; i < 10; i++) {
        // No proxy has been configured as trusted.
        const headers = { ...wrong, 'x-forwarded-for': `198.51.100.${i}` };
        expect((await get('/admin', headers, '192.0.2.1')).status).toBe(401);
      }
      const late = await get('/admin', admin, '192.0.2.1');
      expect([late.status, Number(late.headers.get('retry-after'))]).toEqual([429, 900]);
      expect((await get('/admin', admin, '192.0.2.2')).status).toBe(200);
      context.clock.now += 900_001;
      expect((await get('/admin', admin, '192.0.2.1')).status).toBe(200);
    });

    it('is never cached, and no visitor is shown what an operator was', async () => {
      const { get } = site();
      const answer = await get('/admin', admin);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-robots-tag')).toBe('noindex');
      expect(answer.headers.has('etag')).toBe(false);
      expect(await answer.text()).toContain('<meta name="robots" content="noindex">');
      expect((await get('/admin')).status).toBe(401);
    });

    const part = { source: 'gazette', part: 'new b' };
    const row = async () =>
      (await store.read
        .selectFrom('source_parts')
        .selectAll()
        .where('part', '=', 'new b')
        .executeTakeFirst())!;

    /** Sends a form, follows the redirect and returns the note on the page. */
    async function deed(path: string, fields: Record<string, string>) {
      const { get, post } = site();
      const answer = await post(path, fields, admin);
      expect(answer.status).toBe(303);
      const location = answer.headers.get('location')!;
      // Only the process that made the note shows it.
      expect(location).toMatch(/^\/admin\?note=[\w-]+#[\w-]+$/);
      const html = await (await get(location.split('#')[0]!, admin)).text();
      return /role="status">([^<]*)</.exec(html)?.[1]?.trim();
    }

    it('pauses, resumes and runs', async () => {
      expect(await deed('/admin/pause', part)).toContain('The Gazette, Announcements in B: paused.');
      expect(await row()).toMatchObject({ paused: 1 });
      expect(await deed('/admin/resume', part)).toContain('resumed');
      expect(await row()).toMatchObject({ paused: 0, wanted_at: null });
      expect(await deed('/admin/run', part)).toContain('will start within seconds');
      expect(await row()).toMatchObject({ paused: 0, wanted_at: NOON });
    });

    it('requests past days, and cancels that again', async () => {
      const days = { ...part, since: '2026-06-01', until: '2026-06-20' };
      expect(await deed('/admin/backfill', days)).toContain('backfill of 1–20 June 2026 requested');
      expect(await row()).toMatchObject({ wanted_since: '2026-06-01', wanted_until: '2026-06-20' });
      expect(await (await site().get('/admin', admin)).text()).toContain(
        'Cancel the backfill of 1–20 June 2026',
      );
      expect(await deed('/admin/stop-backfill', part)).toContain('backfill cancelled');
      expect(await row()).toMatchObject({ wanted_since: null, wanted_until: null });
    });

    it.each([
      [{ since: '', until: '2026-06-20' }, 'The first day of the backfill is missing.'],
      [{ since: '2026-06-01', until: '2026-02-30' }, 'The last day, “2026-02-30”, is not a date'],
      [{ since: '2026-06-20', until: '2026-06-01' }, 'The first day, 20 June 2026, is after the last'],
      [{ since: '2026-06-20', until: '2026-06-27' }, 'in the future: today is 26 June 2026'],
      [{ since: '2026-06-01', until: '2026-06-20', part: 'new a' }, 'cannot be backfilled by date'],
      [{ since: '2026-06-01', until: '2026-06-20', part: 'none' }, 'No such part'],
    ])('refuses a backfill of %j in words', async (fields, says) => {
      const answer = await site().post('/admin/backfill', { ...part, ...fields }, admin);
      expect([answer.status >= 400 && answer.status < 500, await answer.text()]).toEqual([
        true,
        expect.stringContaining(says),
      ]);
      expect(await store.read.selectFrom('source_parts').selectAll().execute()).toEqual([]);
    });

    it('accepts forms only from its own pages, whoever is signed in', async () => {
      const { post } = site();
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
        expect((await post('/admin/pause', part, { ...admin, ...(headers as object) })).status).toBe(403);
      expect(await store.read.selectFrom('source_parts').selectAll().execute()).toEqual([]);
    });

    it('shows no note but its own', async () => {
      const html = await (await site().get('/admin?note=All+is+lost', admin)).text();
      expect(html).not.toContain('lost');
    });

    it('retries records and says what came of it', async () => {
      await keepRejected(store, 'gazette', 'new a', [{ place: 'feed:1', reason: 'no title' }], NOON);
      const note = await deed('/admin/retry', {});
      expect(note).toBe('0 records accepted, 1 must be fetched again from the source.');
    });

    it('returns the elements that change during a run, each with its id on the page', async () => {
      const id = await beginRun(store, { source: 'gazette', part: 'new b', kind: 'asked', now: NOON });
      await noteProgress(store, id, noCounts(), { done: 1, total: 4 });
      const { get } = site();
      const pieces = await (await get('/admin/progress', admin)).text();
      const page = await (await get('/admin', admin)).text();
      const ids = [...pieces.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
      expect(ids).toContain('live-gazette-new-b');
      for (const one of ids) expect(page).toContain(` id="${one}"`);
      expect(pieces).toContain('1 run is in progress.');
      expect(pieces).toContain('<progress max="4" value="1"');
    });
  });

  it('/status says when the last backup was made and the last drill passed, and no reasons', async () => {
    const { context, get, body } = site({ BACKUP_TO: '/srv/secret-place' });
    context.watched = watchedOf(store, readConfig({ BACKUP_TO: '/srv/secret-place' }));
    expect(await body('/status')).toContain('No backup has been made yet.');
    const good = {
      at: NOON - HOUR,
      name: 'x',
      bytes: 5e6,
      papers: 1234,
      rows: 2,
      compared: 9,
      into: 'SQLite' as const,
    };
    const failed = { at: NOON, since: NOON, times: 1, says: 'EACCES /srv/secret-place' };
    await record(store.write, 'backup', { good, failed: null, alerted: false });
    await record(store.write, 'drill', { good, failed, alerted: true });
    const html = await body('/status');
    expect(html).toMatch(/The last backup was made .*\(5\.0 MB\)\./);
    expect(html).toMatch(
      /The restore drill has failed since .*; the last restore drill passed .*1,234 papers/,
    );
    expect(html).not.toContain('secret-place');
    const { backups } = (await (await get('/status', { accept: 'application/json' })).json()) as {
      backups: { state: string }[];
    };
    expect(backups.map(({ state }) => state)).toEqual(['ok', 'problem']);
  });

  describe('/metrics', () => {
    it('reports everything for Prometheus', async () => {
      await wrote(store, 'new a', NOON - HOUR, { ...well, got: 210 }, { added: 3 });
      await wrote(store, 'new b', NOON - 2 * HOUR, failed);
      await wrote(store, 'new b', NOON - HOUR, failed);
      const { get } = site();
      const answer = await get('/metrics');
      const text = await answer.text();
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      for (const line of [
        'broadsheet_papers 10',
        'broadsheet_index_behind 3',
        'broadsheet_source_state{source="gazette",part="new a",state="unfinished"} 1',
        'broadsheet_source_state{source="gazette",part="new b",state="failed"} 1',
        'broadsheet_source_failures{source="gazette",part="new b"} 2',
        `broadsheet_source_last_good_timestamp_seconds{source="gazette",part="new a"} ${(NOON - HOUR) / 1000}`,
        'broadsheet_source_expected{source="gazette",part="new a"} 212',
        'broadsheet_source_got{source="gazette",part="new a"} 210',
        'broadsheet_source_runs{source="gazette",part="new b",state="failed"} 2',
        'broadsheet_source_requests{source="gazette",part="new b",state="failed"} 2',
        'broadsheet_mail_unsent 0',
      ])
        expect(text.split('\n')).toContain(line);
      // There is no time of success yet.
      expect(text).not.toContain('last_good_timestamp_seconds{source="gazette",part="new b"}');
      expect(text).toMatch(/^process_resident_memory_bytes \d/m);
      // Each request counts afresh.
      expect((await (await get('/metrics')).text()).split('broadsheet_papers 10')).toHaveLength(2);
    });
  });
});

describe('the guard', () => {
  it('protects every address below /admin, and no other', () => {
    for (const { path, kind } of TABLE)
      expect([path, kind === 'admin']).toEqual([path, /^\/admin(\/|$)/.test(path)]);
    expect(new Router(TABLE).find('/admin', 'GET')?.route.kind).toBe('admin');
  });
});
