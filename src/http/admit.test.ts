/** Guessing the password: delayed by address and overall, and never a way to lock the operator out. */
import { describe, expect, it } from 'vitest';
import { admit, Tries } from './admit.ts';
import type { WebContext } from './context.ts';
import type { WebError } from './errors.ts';

const RIGHT = 'correct horse battery';
const MINUTE = 60_000;

function site() {
  const paused: number[] = [];
  const operator: NonNullable<WebContext['operator']> = {
    password: RIGHT,
    controls: {} as never,
    tries: new Tries(),
    pause: async (ms) => void paused.push(ms),
  };
  const clock = { now: 1_000_000 };
  /** Status of an attempt, and the cookie it brings. */
  async function attempt(password: string | null, from: string, cookie?: string) {
    const headers = new Headers(cookie ? { cookie } : {});
    if (password !== null)
      headers.set('authorization', `Basic ${Buffer.from(`me:${password}`).toString('base64')}`);
    try {
      const admitted = await admit(
        operator,
        new Request('http://localhost/admin', { headers }),
        from,
        clock.now,
      );
      return { status: 200, cookie: admitted.cookie };
    } catch (error) {
      return { status: (error as WebError).status, cookie: null };
    }
  }
  return { attempt, paused, clock, operator };
}

it.each([
  ['admin', 'active', 200],
  ['admin', 'silenced', 401],
  ['moderator', 'active', 401],
] as const)('an account that is %s and %s gets %i', async (role, state, status) => {
  const { operator, clock } = site();
  const reader = { id: 1, name: 'ada', displayName: 'Ada', session: 'a', signedInAt: 0, role, state };
  const request = new Request('http://localhost/admin');
  const answer = await admit(operator, request, 'a', clock.now, reader).then(
    () => 200,
    (error: WebError) => error.status,
  );
  expect(answer).toBe(status);
});

describe('wrong passwords', () => {
  it('are counted by address', async () => {
    const { attempt, clock, paused } = site();
    for (let i = 0; i < 10; i++) expect((await attempt('wrong', 'a')).status).toBe(401);
    expect((await attempt(RIGHT, 'a')).status).toBe(429);
    expect((await attempt(RIGHT, 'b')).status).toBe(200);
    clock.now += 15 * MINUTE + 1;
    expect((await attempt(RIGHT, 'a')).status).toBe(200);
    expect(paused).toEqual([]);
  });

  it('are counted for all processes together', async () => {
    const [one, other] = [site(), site()];
    let used = 0;
    const shared = {
      look: async () => ({ used, ends: 1_000_000 + 10 * MINUTE }),
      add: async () => ({ used: ++used, ends: 1_000_000 + 10 * MINUTE }),
    };
    for (const { operator } of [one, other]) operator.shared = shared;
    for (let i = 0; i < 5; i++)
      for (const { attempt } of [one, other]) expect((await attempt('wrong', 'a')).status).toBe(401);
    for (const { attempt } of [one, other]) expect((await attempt(RIGHT, 'a')).status).toBe(429);
    expect(used).toBe(10);
  });

  it('from many addresses delay every unknown client, longer the more there are, and lock nobody out', async () => {
    const { attempt, paused, clock } = site();
    for (let i = 0; i < 1000; i++) await attempt('wrong', `a${i}`);
    expect(paused[0]).toBe(100);
    expect(paused.at(-1)).toBe(20_000);
    expect(paused).toEqual(paused.toSorted((a, b) => a - b));
    // Now three tries per address are enough; there were ten.
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await attempt('wrong', 'again')).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    // The right one is accepted, as slowly as a wrong one.
    const before = paused.length;
    expect((await attempt(RIGHT, 'home')).status).toBe(200);
    expect(paused.slice(before)).toEqual([20_000]);
    clock.now += 15 * MINUTE + 1;
    expect((await attempt(RIGHT, 'home')).status).toBe(200);
    expect(paused).toHaveLength(before + 1);
  });

  it('by others do not affect a browser that has signed in before, even from the same address', async () => {
    const { attempt, paused } = site();
    const first = await attempt(RIGHT, 'proxy');
    expect(first.cookie).toMatch(
      /^broadsheet_operator=[\w-]{16}\.[\w-]{43}; Path=\/admin; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const mine = first.cookie!.split(';')[0]!;
    for (let i = 0; i < 200; i++) await attempt('wrong', i < 50 ? 'proxy' : `a${i}`);
    expect((await attempt(RIGHT, 'proxy')).status).toBe(429);
    const before = paused.length;
    expect(await attempt(RIGHT, 'proxy', mine)).toEqual({ status: 200, cookie: null });
    expect((await attempt(RIGHT, 'elsewhere', `x=y; ${mine}; z=1`)).status).toBe(200);
    expect(paused).toHaveLength(before);
    // It is not the password, and has ten tries of its own.
    expect((await attempt(null, 'proxy', mine)).status).toBe(401);
    for (let i = 0; i < 10; i++) expect((await attempt('wrong', 'proxy', mine)).status).toBe(401);
    expect((await attempt(RIGHT, 'proxy', mine)).status).toBe(429);
  });

  it('are not excused by a forged cookie', async () => {
    const { attempt } = site();
    const other = (await site().attempt(RIGHT, 'x')).cookie!.split(';')[0]!;
    const own = (await attempt(RIGHT, 'x')).cookie!.split(';')[0]!;
    const bent = own.replace(/=(.)/, (_, c: string) => `=${c === 'A' ? 'B' : 'A'}`);
    for (const cookie of [other, bent, 'broadsheet_operator=', `broadsheet_operator=${'a'.repeat(16_000)}`]) {
      const name = cookie.slice(0, 60);
      for (let i = 0; i < 10; i++) await attempt('wrong', name, cookie);
      expect((await attempt(RIGHT, name, cookie)).status).toBe(429);
    }
  });

  it('do not include a missing password: a request without one is not an attempt', async () => {
    const { attempt } = site();
    for (let i = 0; i < 50; i++) expect((await attempt(null, 'a')).status).toBe(401);
    expect((await attempt(RIGHT, 'a')).status).toBe(200);
  });
});

it('sets a cookie for TLS only if the site is reached that way', async () => {
  const { attempt, operator } = site();
  operator.isSecure = true;
  expect((await attempt(RIGHT, 'a')).cookie).toMatch(/; Secure$/);
});
