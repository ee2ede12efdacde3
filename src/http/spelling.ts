/**
 * One spelling for each address. `/%61dmin`, `/./admin` and `//admin` are `/admin` to anything that decodes them, but
 * not to a proxy that compares text: its rule for `/admin` must cover everything that gets here. So the characters that
 * routes are made of (letters, digits, `-._~` and the slash) are only accepted as they are, and any other way of
 * writing them is redirected. Everything else may stay encoded, since no route contains it: `doi%3A10.1/x` is as good
 * as `doi:10.1/x`.
 */
import { trimmed } from '../trim.ts';
import { isApi } from './address.ts';

/** Most parameters of an address or a form. The longest list the API accepts has 100 values. */
export const MOST_PARAMETERS = 200;

const SLASH = 47;
const PERCENT = 37;
const BACKSLASH = 92;
const QUESTION = 63;
const HASH = 35;
const DOT = 46;

/**
 * The canonical form of a request's target, path and query; the target itself if it is canonical. Null: it is not an
 * address (a backslash, a fragment or an incomplete escape in its path). Takes time linear in the target.
 */
export function spellingOf(target: string): string | null {
  if (isPlain(target)) return target;
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  if (path.charCodeAt(0) !== SLASH || /[\\#]/.test(path) || BROKEN.test(path)) return null;
  let right = withoutDots(path.replace(ESCAPES, letter));
  // Below /api/ an encoded slash is part of an id, and routes there are matched against the encoded path.
  if (!isApi(right)) right = withoutDots(right.replaceAll(SLASHES, '/'));
  return right + (at < 0 ? '' : target.slice(at));
}

/** Whether a target needs no closer look. Hardly any does. */
function isPlain(target: string): boolean {
  if (target.charCodeAt(0) !== SLASH || target.charCodeAt(1) === SLASH) return false;
  for (let i = 0; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code === QUESTION) return true;
    if (code === PERCENT || code === BACKSLASH || code === HASH) return false;
    if (code === SLASH && target.charCodeAt(i + 1) === DOT) return false;
  }
  return true;
}

const BROKEN = /%(?![0-9a-f]{2})/i;
/** Letters, digits and `-._~`: RFC 3986's unreserved characters. */
const ESCAPES = /%(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi;
const SLASHES = /%2f/gi;

const letter = (given: string): string => String.fromCharCode(Number.parseInt(given.slice(1), 16));

/**
 * The path without `.` and `..` (RFC 3986, 5.2.4), and with a single leading slash. Inner slashes may belong to an id.
 */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part !== '.' && part !== '..') kept.push(part);
    else {
      if (part === '..') kept.pop();
      if (isLast) kept.push('');
    }
  }
  let first = 0;
  while (first < kept.length - 1 && kept[first] === '') first++;
  return `/${kept.slice(first).join('/')}`;
}

/** The path without trailing slashes, and with one in front. */
export function withoutEndSlashes(path: string): string {
  return `/${trimmed(path, '/')}`;
}

/** Whether a query or a form has more parameters than allowed. */
export function hasTooMany(query: string): boolean {
  let count = 1;
  for (let at = query.indexOf('&'); at >= 0; at = query.indexOf('&', at + 1))
    if (++count > MOST_PARAMETERS) return true;
  return false;
}
