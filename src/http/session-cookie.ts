/** The cookie that identifies a browser in which somebody has signed in. */

/** The end of every session cookie's name, by which requests that carry one are told from all others. */
export const SESSION_COOKIE = 'broadsheet_session=';

/** Over TLS a browser takes the cookie from this host alone, for all of it, and never sends it without TLS. */
const nameFor = (isSecure: boolean): string => `${isSecure ? '__Host-' : ''}${SESSION_COOKIE}`;

/** The secret in a `Cookie` header; null: there is none. */
export const sessionIn = (header: string | null, isSecure: boolean): string | null =>
  secretIn(header, nameFor(isSecure));

/** The value of a cookie that has a secret; its name ends with `=`. */
function secretIn(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';', 100)) {
    const cookie = part.trim();
    if (cookie.startsWith(name) && /^[\w-]{20,100}$/.test(cookie.slice(name.length)))
      return cookie.slice(name.length);
  }
  return null;
}

/** A browser that has begun to sign in somewhere else brings this back (community/begun.ts). */
const begunName = (isSecure: boolean): string => `${isSecure ? '__Host-' : ''}broadsheet_begun=`;

/** The secret with which a browser finishes what it started; null: there is none. */
export const begunIn = (header: string | null, isSecure: boolean): string | null =>
  secretIn(header, begunName(isSecure));

/** `Set-Cookie` for ten minutes. `Lax`, for the other service leads back here. */
export const begunCookie = (secret: string, isSecure: boolean): string =>
  `${begunName(isSecure)}${secret}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

const LASTS = 180 * 86_400;

/** `Set-Cookie` for a session, or, without one, to end it. */
export function sessionCookie(secret: string | null, isSecure: boolean): string {
  const age = secret === null ? 0 : LASTS;
  const secure = isSecure ? '; Secure' : '';
  return `${nameFor(isSecure)}${secret ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}
