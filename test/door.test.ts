/** The front door of the site, over the wire: limits of requests, the canonical spelling of addresses, the stop. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Site, serve, temporary } from './program.ts';
import { headerOf, raw, statusOf } from './raw.ts';

const env = { DATA_DIR: temporary(), ADMIN_PASSWORD: 'correct horse battery' };
let site: Site;
let port: number;

beforeAll(async () => {
  site = await serve(env);
  port = Number(new URL(site.url).port);
  await eventually('the site to be ready', async () => (await site.get('/healthz')).status === 200);
});
afterAll(async () => {
  const { code, out, err } = await site.end();
  expect([code, out + err]).toEqual([0, expect.not.stringMatching(/a page failed|^ {4}at |unexpected/m)]);
});

const ask = (target: string, more = '', method = 'GET'): Promise<string> =>
  raw(port, `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`);

describe('an address', () => {
  it.each([
    ['/%61dmin', '/admin'],
    ['/./admin', '/admin'],
    ['/x/../admin', '/admin'],
    ['/x/%2e%2e/admin', '/admin'],
    ['//admin', '/admin'],
    ['/admin/', '/admin'],
    ['//admin/', '/admin'],
    ['/admin%2fprogress', '/admin/progress'],
    ['/admin%2f..%2fadmin', '/admin'],
    ['http://localhost/%61dmin', '/admin'],
    ['http://localhost/.//admin?a=b', '/admin?a=b'],
    ['/%61pi/v1/papers?limit=1', '/api/v1/papers?limit=1'],
    ['/api%2Fv1/papers', '/api/v1/papers'],
    ['/papers/hep-th%2F9901001', '/papers/hep-th/9901001'],
    ['//evil.example/', '/evil.example/'],
    ['/%2F/evil.example', '/evil.example'],
  ])('%s has the canonical spelling %s, and leads there', async (given, right) => {
    const answer = await ask(given);
    expect([statusOf(answer), headerOf(answer, 'location')]).toEqual([301, right]);
    // A GET is redirected there, and a form is sent again.
    if (given.endsWith('/')) return;
    const sent = await ask(given, 'Content-Length: 0\r\n', 'POST');
    expect([statusOf(sent), headerOf(sent, 'location')]).toEqual([308, right]);
  });

  it.each([
    '/\\admin',
    '/admin\\',
    '/x\\..\\admin',
    '/admin#',
    '/%',
    '/%61%',
    '*',
    'http://',
    'ftp://x/admin',
  ])('%s is refused', async (given) => {
    const page = await ask(given);
    expect([statusOf(page), page]).toEqual([400, expect.stringContaining('<!doctype html>')]);
    const data = await ask(given, 'Accept: application/json\r\n');
    expect(data).toContain('{"error":"This address is malformed."}');
  });

  it('that stays encoded after that reaches no route', async () => {
    for (const target of [
      '/%2561dmin',
      '/admin%5Cprogress',
      '/admin%00',
      '/admin;x',
      '/ADMIN',
      '/admin//progress',
    ])
      expect([target, statusOf(await ask(target))]).toEqual([
        target,
        expect.toSatisfy((s) => s === 400 || s === 404),
      ]);
    expect(statusOf(await ask('/admin'))).toBe(401);
  });

  it('of nothing but slashes costs no more than any other', async () => {
    for (const part of ['/', '/.', '%2F', '/..', '/a']) {
      const target = `/${part.repeat(15_000 / part.length)}a`;
      const began = process.hrtime.bigint();
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(target)));
      for (const answer of answers) expect([301, 404]).toContain(statusOf(answer));
      expect(process.hrtime.bigint() - began).toBeGreaterThan(0n);
    }
  });

  it('may have 200 parameters', async () => {
    const many = (count: number) => `${'category=cs.CL&'.repeat(count - 1)}q=x`;
    expect(statusOf(await ask(`/search?${many(200)}`))).toBe(200);
    const page = await ask(`/search?${many(201)}`);
    expect([statusOf(page), page]).toEqual([400, expect.stringContaining('more than 200 parameters')]);
    const ours = await ask(`/api/v1/search?${many(900)}`);
    expect([statusOf(ours), headerOf(ours, 'content-type')]).toEqual([
      400,
      'application/json; charset=utf-8',
    ]);
    const form = many(201);
    const head = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n`;
    const sent = await raw(
      port,
      `POST /search/subscriptions HTTP/1.1\r\nHost: localhost\r\n${head}Connection: close\r\n\r\n${form}`,
    );
    expect([statusOf(sent), sent]).toEqual([400, expect.stringContaining('more than 200 fields')]);
  });
});

describe('a request', () => {
  it('may have 16 kB of first line and headers', async () => {
    const large = 'x'.repeat(17_000);
    for (const bytes of [
      `GET /${large} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a\r\nX-Large: ${large}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${large}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: ${large}\r\n\r\n`,
      // Never ended.
      `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(3000)}`,
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2_000_000)}`,
    ]) {
      const answer = await raw(port, bytes);
      expect([bytes.slice(0, 60), statusOf(answer), answer]).toEqual([
        bytes.slice(0, 60),
        431,
        expect.stringMatching(/\r\n\r\n\{"error":"The request is too large\."\}\n$/),
      ]);
    }
    expect(statusOf(await ask(`/${'x'.repeat(15_000)}`))).toBe(404);
  });

  it('names one host of at most 255 characters', async () => {
    const from = (hosts: string) => raw(port, `GET / HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
    for (const [hosts, says] of [
      ['Host: a.example\r\nHost: b.example\r\n', 'names several'],
      ['Host: a.example\r\nHOST: a.example\r\n', 'names several'],
      ['', 'names none'],
      [`Host: ${'a.'.repeat(127)}aa\r\n`, 'longer than 255 characters'],
    ] as const) {
      const answer = await from(hosts);
      expect([hosts, statusOf(answer), answer]).toEqual([hosts, 400, expect.stringContaining(says)]);
    }
    expect(statusOf(await from(`Host: ${'a.'.repeat(127)}a\r\n`))).toBe(200);
    expect(statusOf(await from('Host:\r\n'))).toBe(200);
    // An absolute address includes the host.
    const whole = await raw(
      port,
      'GET http://one.example/about HTTP/1.1\r\nHost: two.example\r\nConnection: close\r\n\r\n',
    );
    expect([statusOf(whole), whole]).toEqual([
      200,
      expect.stringContaining('href="http://one.example/about"'),
    ]);
    expect(whole).not.toContain('two.example');
  });
});

describe('the end', () => {
  it('answers a dozen busy connections down to the last request, and resets none', async () => {
    const busy = await serve({ DATA_DIR: temporary() });
    const target = Number(new URL(busy.url).port);
    await eventually('the site to be ready', async () => (await busy.get('/healthz')).status === 200);
    const outcomes: string[] = [];
    let number = 0;
    /** Keeps sending requests until told that this was the last, or the port is closed. */
    const answers = Array<number>(12).fill(0);
    const reader = (_: unknown, which: number): Promise<void> =>
      new Promise((resolve) => {
        let waiting = false;
        let seen = '';
        const next = (): void => {
          waiting = true;
          seen = '';
          socket.write(`GET /search?q=token+${number++} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        };
        const socket = connect(target, '127.0.0.1', next);
        socket.setEncoding('latin1').on('data', (text: string) => {
          seen += text;
          const head = seen.indexOf('\r\n\r\n');
          const length = Number(headerOf(seen, 'content-length'));
          if (head < 0 || seen.length < head + 4 + length) return;
          waiting = false;
          answers[which]!++;
          if (/^connection: close\r$/im.test(seen.slice(0, head + 2))) outcomes.push('last');
          else next();
        });
        socket.on('error', (error: NodeJS.ErrnoException) => outcomes.push(error.code ?? 'error'));
        socket.on('close', () => {
          if (waiting) outcomes.push('unanswered');
          resolve();
        });
      });
    const readers = Array.from({ length: 12 }, reader);
    await eventually('some answers to each', async () => answers.every((count) => count > 1));
    const ended = busy.end('SIGTERM');
    await Promise.all(readers);
    expect(outcomes).toEqual(Array(12).fill('last'));
    const { code, signal } = await ended;
    expect([code, signal]).toEqual([0, null]);
  });

  it('waits neither for clients that have sent nothing nor for those that read nothing', async () => {
    const slow = await serve({ DATA_DIR: temporary() });
    const target = Number(new URL(slow.url).port);
    const sockets = [
      '',
      'GET / HTTP/1.1\r\nHost: a\r\n',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(200),
    ].map((text) => {
      const socket = connect(target, '127.0.0.1', () => socket.write(text));
      socket.on('error', () => {});
      socket.pause();
      return socket;
    });
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect((await slow.end('SIGTERM')).code).toBe(0);
    for (const socket of sockets) socket.destroy();
  });
});
