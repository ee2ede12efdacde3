import { expect, it } from 'vitest';
import { begunCookie, begunIn, sessionCookie, sessionIn } from './session-cookie.ts';

const SECRET = 'a'.repeat(43);

it('cookies are for this host, its whole site and no script; behind TLS never without it', () => {
  for (const cookie of [sessionCookie(SECRET, true), begunCookie(SECRET, true)]) {
    expect(cookie).toMatch(
      /^__Host-broadsheet_\w+=a{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(cookie).not.toMatch(/Domain/i);
  }
  for (const cookie of [sessionCookie(SECRET, false), begunCookie(SECRET, false)])
    expect(cookie).toMatch(/^broadsheet_\w+=a{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
});

it('are read by their own names: behind TLS, one that could have been set without it counts for nothing', () => {
  const both = `x=1; broadsheet_session=${SECRET}; __Host-broadsheet_begun=${'b'.repeat(43)}`;
  expect(sessionIn(both, false)).toBe(SECRET);
  expect(sessionIn(both, true)).toBeNull();
  expect(begunIn(both, true)).toBe('b'.repeat(43));
  expect(begunIn(both, false)).toBeNull();
  expect(sessionIn(`broadsheet_session=${SECRET}"; x`, false)).toBeNull();
  expect(sessionIn(null, false)).toBeNull();
});
