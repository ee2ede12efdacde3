/** The cookie that identifies a browser in which somebody has signed in. */

/** The end of every session cookie's name, by which requests that carry one are told from all others. */
export const SESSION_COOKIE = 'broadsheet_session=';

/** Over TLS a browser takes the cookie from this host alone, for all of it, and never sends it without TLS. */
const nameFor = (isSecure: boolean): string => `${isSecure ? '__Host-' : ''}${SESSION_COOKIE}`;

/** The secret in a `Cookie` header; null: there is none. */
export function sessionIn(header: string | null, isSecure: boolean): string | null {
  const name = nameFor(isSecure);
  for (const part of (header ?? '').split(';', 100)) {
    const cookie = part.trim();
    if (cookie.startsWith(name) && /^[\w-]{20,100}$/.test(cookie.slice(name.length)))
      return cookie.slice(name.length);
  }
  return null;
}

const LASTS = 180 * 86_400;

/** `Set-Cookie` for a session, or, without one, to end it. */
export function sessionCookie(secret: string | null, isSecure: boolean): string {
  const age = secret === null ? 0 : LASTS;
  const secure = isSecure ? '; Secure' : '';
  return `${nameFor(isSecure)}${secret ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}
