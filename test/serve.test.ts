/** The site as a process: how it starts, stops and shares its folder; and how it answers attackers. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth } from './databases.ts';
import { arxivId } from './invented.ts';
import { type Env, eventually, exported, json, run, type Site, serve, start, temporary } from './program.ts';
import { raw, statusOf } from './raw.ts';

const folder = temporary();
let number = 0;
/** A file of papers with these titles, listed on the starter's day. */
function file(...titles: string[]): string {
  const path = join(folder, `${number++}.jsonl`);
  const lines = titles.map((title, i) =>
    JSON.stringify({ id: arxivId(number * 1000 + i), title, listed: '2026-06-26', upvotes: 9 }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const ready = (site: Site): Promise<void> =>
  eventually('the site to be ready', async () => (await site.get('/healthz')).status === 200);
const leases = (env: Env): unknown[] => {
  const database = new DatabaseSync(join(env.DATA_DIR!, 'broadsheet.db'), { readOnly: true });
  try {
    return database.prepare('SELECT name FROM leases').all();
  } finally {
    database.close();
  }
};

onBoth((kind, fresh) => {
  it('starts with the starter edition, once; stops in good order; starts again after a kill', async () => {
    const database = await fresh();
    try {
      const site = await serve(database.env);
      await ready(site);
      const front = await site.get('/');
      expect([front.status, front.text]).toEqual([200, expect.stringContaining('26 June 2026')]);
      expect(front.text).toMatch(/\b47\b/);
      expect((await exported(database.env)).split('\n').length - 1).toBe(47);
      expect((await site.get('/search?q=multi-token')).text).toContain('Multi-Token');
      const end = await site.end('SIGTERM');
      expect([end.code, end.signal, end.err]).toEqual([0, null, '']);
      expect(end.out).toContain('Starter collection: 47 papers.');
      if (kind === 'SQLite') {
        expect(
          readdirSync(database.env.DATA_DIR).filter((name) => /-wal$|-shm$|\.tmp$|\.partial$/.test(name)),
        ).toEqual([]);
        expect(leases(database.env)).toEqual([]);
      }

      const second = await serve(database.env);
      await ready(second);
      const killed = await second.end('SIGKILL');
      expect([killed.signal, killed.out]).toEqual(['SIGKILL', expect.not.stringContaining('Starter')]);
      const third = await serve(database.env);
      await ready(third);
      expect((await third.get('/')).text).toContain('26 June 2026');
      const last = await third.end('SIGINT');
      expect([last.code, last.out]).toEqual([0, expect.not.stringContaining('Starter')]);
    } finally {
      await database.remove();
    }
  });

  it('two sites share a folder; what a command imports is on the very next page of both, and soon in search', async () => {
    const database = await fresh();
    try {
      const [one, two] = [await serve(database.env), await serve(database.env)];
      await Promise.all([ready(one), ready(two)]);
      for (const title of [
        'The violet heliotrope of the first import',
        'The crimson heliotrope of the second import',
      ]) {
        const before = await Promise.all([one.get('/'), two.get('/')]);
        for (const [i, site] of [one, two].entries()) {
          const same = await site.get('/', { 'if-none-match': before[i]!.headers.get('etag')! });
          expect([before[i]!.status, same.status]).toEqual([200, 304]);
        }
        await json(['import', file(title)], database.env);
        // The very next request: no grace period, no waiting.
        for (const [i, site] of [one, two].entries()) {
          const etag = before[i]!.headers.get('etag')!;
          const after = await site.get('/', { 'if-none-match': etag });
          expect([after.status, after.headers.get('etag') === etag]).toEqual([200, false]);
          expect(after.text).toContain(title);
        }
        for (const site of [one, two]) {
          await eventually('the import in search', async () =>
            (await site.get('/search?q=heliotrope+import')).text.includes(`${title.slice(0, 10)}`),
          );
        }
      }
      // The process that wrote the index goes; the other takes over.
      expect((await one.end('SIGKILL')).signal).toBe('SIGKILL');
      await json(['import', file('The golden heliotrope of the third import')], database.env);
      expect((await two.get('/')).text).toContain('The golden heliotrope');
      await eventually('the import in search', async () =>
        (await two.get('/search?q=golden')).text.includes('heliotrope'),
      );
      expect((await two.end()).code).toBe(0);
      expect((await run(['doctor'], database.env)).code).toBe(0);
    } finally {
      await database.remove();
    }
  });
});

const canMount =
  process.getuid?.() === 0 && process.platform === 'linux' && mounted(join(folder, 'full'), '14m');
if (!canMount)
  console.warn('SKIPPED: a full disk, because no small file system can be mounted here (needs root)');

function mounted(at: string, size: string): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const unmount = (at: string): void => void execFileSync('umount', ['-l', at]);

// Also if this run skips the tests below.
afterAll(() => {
  if (canMount) unmount(join(folder, 'full'));
});

describe.skipIf(!canMount)('a full disk', () => {
  const at = join(folder, 'full');

  it('ends an import with a sentence; whole batches stay, and the database opens again', async () => {
    const path = join(folder, 'large.jsonl');
    const text = 'All this is only here to take room on a disk that has not much of it. '.repeat(60);
    const lines = Array.from({ length: 5_000 }, (_, i) =>
      JSON.stringify({ id: arxivId(i), title: `Too much for the disk ${i}`, abstract: `${i} ${text}` }),
    );
    writeFileSync(path, `${lines.join('\n')}\n`);
    const env = { DATA_DIR: join(at, 'data') };
    const { code, err } = await run(['import', path], env);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^broadsheet: the disk is full; the last batch was not saved/m),
    ]);
    const doctor = await run(['doctor', '--json'], env);
    expect([doctor.code, JSON.stringify(doctor.lines())]).toEqual([
      4,
      expect.stringMatching(/too little to continue safely/),
    ]);
    const kept = (await exported(env)).split('\n').length - 1;
    expect(kept % 1000).toBe(0);
    expect(kept).toBeLessThan(5_000);
    // There is space again: the same command continues, and everything is there.
    execFileSync('mount', ['-o', 'remount,size=400m', at]);
    expect(await json(['import', path], env)).toMatchObject({
      imported: 5_000 - kept,
      unchanged: kept,
      rejected: 0,
    });
    expect((await run(['search', 'disk', '--limit', '1'], env)).err).toMatch(/5,?000 found/);
  });

  it('does not block an import for ever if only the search index finds no space', async () => {
    const env = { DATA_DIR: join(folder, 'split') };
    mkdirSync(join(env.DATA_DIR, 'index'), { recursive: true });
    expect(mounted(join(env.DATA_DIR, 'index'), '16k')).toBe(true);
    try {
      const { code, err } = await run(
        ['import', file(...Array.from({ length: 900 }, (_, i) => `An index of no room ${i} ${Math.sin(i)}`))],
        env,
      );
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(
          /^broadsheet: the papers are saved, but the search index could not be written.*reindex/m,
        ),
      ]);
      expect((await exported(env)).split('\n').length - 1).toBe(900);
    } finally {
      unmount(join(env.DATA_DIR, 'index'));
    }
    await json(['reindex'], env);
    expect((await run(['doctor'], env)).code).not.toBe(1);
    expect((await run(['search', 'room', '--limit', '1'], env)).err).toContain('900 found');
  });
});

it('is also what a file size limit amounts to', async () => {
  const env = { DATA_DIR: temporary() };
  const path = file(
    ...Array.from({ length: 900 }, (_, i) => `Beyond the limit of a file ${i} ${'long '.repeat(150)}`),
  );
  const { code, err, signal } = await run(['import', path], env, { shell: 'ulimit -f 600' });
  expect([code, signal, err]).toEqual([1, null, expect.stringMatching(/^broadsheet: [^\n]+\n/)]);
  expect((await exported(env)).split('\n').length - 1).toBe(0);
  expect((await json(['import', path], env)).imported).toBe(900);
});

describe('requests nobody should send', () => {
  let site: Site;
  let port: number;
  beforeAll(async () => {
    const env = { DATA_DIR: temporary() };
    site = await serve(env);
    port = Number(new URL(site.url).port);
    await ready(site);
    await json(['import', file('A paper of 1643 <script>alert(1)</script>')], env);
  });
  afterAll(async () => {
    const { code, out, err } = await site.end();
    expect(out + err).not.toMatch(/a page failed|^ {4}at |unexpected/m);
    expect(code).toBe(0);
  });

  const request = (target: string, { method = 'GET', host = 'localhost', more = '' } = {}): Promise<string> =>
    raw(
      port,
      Buffer.from(
        `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`,
        'latin1',
      ),
    );

  /** An error has one shape, whatever is requested, a number to find it by, and no secrets. */
  function isProper(what: string, answer: string, json: boolean): void {
    const status = statusOf(answer);
    expect([what.slice(0, 200), status]).toEqual([
      what.slice(0, 200),
      expect.toSatisfy((s) => s >= 200 && s < 500),
    ]);
    expect(answer).not.toMatch(/^ {4}at |node_modules|node:internal/m);
    expect(answer).not.toContain('"><script>');
    if (status < 400) return;
    // Node's own parser refuses before any of our code runs.
    if (!/x-request-id/i.test(answer)) {
      expect([what.slice(0, 200), answer.slice(0, 300), [400, 431].includes(status)]).toEqual([
        what.slice(0, 200),
        expect.stringMatching(
          /^HTTP\/1\.1 (400 Bad Request|431 Request Header Fields Too Large)\r\n[\s\S]*\r\n\r\n\{"error":"[^"]+"\}\n$/,
        ),
        true,
      ]);
      return;
    }
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    if (json && !/^HEAD /.test(what))
      expect([what, answer]).toEqual([what, expect.stringMatching(/content-type: application\/json/i)]);
    if (json && !/^HEAD /.test(what)) expect(body).toMatch(/\{"error":".+"\}/);
    if (!json && !/^HEAD /.test(what)) expect(body.toLowerCase()).toContain('<!doctype html>');
  }

  const targets = [
    ...[
      '2026-02-30',
      '2026-13-01',
      '0000-00-00',
      '9999-12-31',
      '-1',
      'today',
      '2026-06-26T00:00',
      '%00',
      '٢٠٢٦-٠٦-٢٦',
    ].map((day) => `/papers/date/${encodeURI(day).replace('%2500', '%00')}`),
    '/papers/week/2026-W54',
    '/papers/week/2026-W00',
    '/papers/month/2026-13',
    '/calendar/2026-00',
    '/jump?day=',
    '/jump?day=x&month=y',
    '/jump',
    ...[
      '-1',
      '0',
      '1e9',
      '1000000000',
      'NaN',
      '9999999999999999999',
      '1.5',
      '%00',
      ' 1',
      '0x10',
      '１',
    ].flatMap((page) => [
      `/?page=${encodeURI(page).replace('%2500', '%00')}`,
      `/papers/trending?page=${encodeURI(page).replace('%2500', '%00')}`,
      `/search?q=token&page=${encodeURI(page).replace('%2500', '%00')}`,
    ]),
    ...[
      '%00',
      '%ff',
      '%',
      '%zz',
      '%c0%af',
      '%ed%a0%80',
      '..%2f..%2fetc%2fpasswd',
      '%0d%0aSet-Cookie:x',
      'a'.repeat(7000),
      "' OR 1=1 --",
      '\u00ff',
      '__proto__',
      'constructor',
      '1e999',
      '2504.15921/../..',
    ].flatMap((id) => {
      const safe = id.replaceAll(' ', '%20');
      return [
        `/papers/${safe}`,
        `/papers/${safe}/cite.bib`,
        `/papers/${safe}/og.png`,
        `/papers/${safe}/why`,
        `/authors/${safe}`,
        `/organizations/${safe}`,
        `/assets/${safe}`,
        `/search?q=${safe}`,
      ];
    }),
    '/search?from=9999-99-99&to=x&sort=best&category=%00&organization=%ff&author=%ed%a0%80&code=2&explain=maybe',
    '/search?q=%22%28%28%28%5B%5B*%5C',
    '/search?sort=__proto__&q=a',
    '/search?as=x',
    '/?as=%00',
    `/?as=${'9'.repeat(400)}`,
    '/?as=-1',
    '/papers/trending?as=1&page=2',
    '/?as=1.1.1&page=2',
    `/search?q=${'a+'.repeat(3000)}`,
    `/search?${'q=a&'.repeat(1500)}`,
    `/${'a/'.repeat(3500)}`,
    '//',
    '//evil.example/',
    '///papers',
    '/./../..',
    '/\\evil',
    '/papers//',
    '/?',
    '/?&&&===',
    '/#x',
    'http://evil.example/papers',
    'http://evil.example:99999/',
    'https://[::1]/',
    'http://',
    '*',
    'evil',
    'javascript:alert(1)',
  ];

  it('bad dates, ids, pages, bytes and addresses: a right status, one shape, never an internal error', async () => {
    for (let i = 0; i < targets.length; i += 16) {
      const slice = targets.slice(i, i + 16);
      const answers = await Promise.all(
        slice.flatMap((target) => [
          request(target),
          request(target, { more: 'Accept: application/json\r\n' }),
        ]),
      );
      for (const [at, answer] of answers.entries()) isProper(slice[at >> 1]!, answer, at % 2 === 1);
    }
    for (const [target, status] of [
      ['/papers/date/2026-02-30', 400],
      ['/?page=NaN', 400],
      ['/?page=-1', 400],
      ['/papers/%00', 400],
      ['/papers/%', 400],
      ['/papers/2504.99999', 404],
    ] as const) {
      const answer = await request(target);
      expect([target, statusOf(answer)]).toEqual([target, status]);
    }
    expect((await site.get('/')).status).toBe(200);
  });

  it('other methods, odd hosts, large headers and incomplete requests', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']) {
      for (const target of ['/', '/papers/2504.15921', '/nowhere', '/search?q=x']) {
        const answer = await request(target, { method, more: 'Content-Length: 0\r\n' });
        isProper(`${method} ${target}`, answer, false);
        expect([method, target, statusOf(answer)]).toEqual([
          method,
          target,
          target === '/nowhere' ? 404 : 405,
        ]);
      }
    }
    const body = 'x'.repeat(1_000_000);
    isProper(
      'POST',
      await raw(
        port,
        `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
      false,
    );
    for (const host of [
      '"><script>alert(1)</script>',
      'a b',
      '',
      'x'.repeat(5000),
      'evil.example:99999',
      '[::1',
      'user@evil',
      '\u00e4',
      'a,b',
      '..',
      '%00',
      'localhost:0',
      '127.0.0.1/x?y#z',
      'a\tb',
    ])
      for (const target of ['/', '/papers/nothing-of-this-name', '/search?q=token'])
        isProper(`Host ${host} ${target}`, await request(target, { host }), false);
    for (const more of [
      `X-Large: ${'x'.repeat(1_000_000)}\r\n`,
      `Cookie: ${'a=b; '.repeat(2000)}\r\n`,
      'Accept: ;;;,,q=x\r\n',
      'Accept-Encoding: \u00ff;q=9\r\n',
      'If-None-Match: """,,W/\r\n',
      'Range: bytes=9-1\r\n',
      'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: h2c\r\n',
      'Authorization: Basic \u00ff\r\n',
      'Cookie: broadsheet_session=\u0001\r\n',
    ])
      isProper(more, await request('/', { more }), false);
    isProper('long address', await request(`/search?q=${'a'.repeat(1_000_000)}`), false);
    for (const bytes of [
      '\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'nonsense\r\n\r\n',
      '\u0016\u0003\u0001',
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n',
      'CONNECT evil:443 HTTP/1.1\r\nHost: evil\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
    ]) {
      const answer = await raw(port, bytes);
      if (answer !== '') isProper(bytes, answer, false);
    }
    expect((await site.get('/')).status).toBe(200);
    expect(statusOf(await raw(port, 'GET / HTTP/1.1\r\n\r\n'))).toBe(400);
    expect((await site.get('/search?q=token')).status).toBe(200);
  });

  it('a silent connection does not hold up the stop', async () => {
    const env = { DATA_DIR: temporary() };
    const other = await serve(env);
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1', () =>
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n'),
    );
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    expect((await other.end()).code).toBe(0);
    socket.destroy();
  });

  it('started twice by an impatient operator on one port: the second says so, the first continues', async () => {
    const env = { DATA_DIR: temporary() };
    const one = await serve(env);
    const two = await start(['serve'], { ...env, PORT: new URL(one.url).port }).ended;
    expect([two.code, two.err]).toEqual([
      1,
      expect.stringMatching(/port \d+ is in use: .*PORT=\d+ npm start/),
    ]);
    expect((await one.get('/')).status).toBe(200);
    expect((await one.end()).code).toBe(0);
    expect(existsSync(join(env.DATA_DIR, 'broadsheet.db-wal'))).toBe(false);
  });
});
