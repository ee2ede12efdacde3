/**
 * The door of `/admin`: HTTP Basic authentication with the password of the settings, whatever the user name. Routes of
 * kind `admin` are handed an `Operator`, and one can only be had from `admit`: none can be written without the guard.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { SourceControls } from '../sources/desk.ts';
import type { WebContext } from './context.ts';
import { WebError } from './http.ts';
import { Limiter } from './limiter.ts';

/** So many wrong passwords from one address, in so many ms, and it has to wait. */
const TRIES = 10;
const SPAN = 15 * 60_000;

const limiters = new WeakMap<object, Limiter>();

/** Somebody who has given the password. */
export class Operator {
  readonly controls: SourceControls;
  /** Private: operators are made by `admit`. */
  private constructor(controls: SourceControls) {
    this.controls = controls;
  }

  /**
   * Lets a request in that carries the password.
   *
   * @param from the IP address it comes from; wrong passwords are counted by it
   * @throws WebError 401 without the password, 429 after too many wrong ones (then for the right one too)
   */
  static admit(
    operator: NonNullable<WebContext['operator']>,
    request: Request,
    from: string,
    now: number,
  ): Operator {
    let limiter = limiters.get(operator);
    if (!limiter) {
      limiter = new Limiter(TRIES, SPAN);
      limiters.set(operator, limiter);
    }
    const wait = limiter.wait(from, now);
    if (wait > 0)
      throw new WebError(
        429,
        'That were many wrong passwords from this address. Please try again later.',
        {},
        { 'retry-after': String(wait), ...NO_TRACE },
      );
    const given = passwordOf(request.headers.get('authorization'));
    if (given !== null && isSame(given, operator.password)) return new Operator(operator.controls);
    // To be asked for the password is no try.
    if (given !== null) limiter.take(from, now);
    const says = given === null ? 'This page asks for a password.' : 'That is not the password.';
    throw new WebError(401, says, {}, { 'www-authenticate': CHALLENGE, ...NO_TRACE });
  }
}

export const admit = Operator.admit;

const CHALLENGE = 'Basic realm="Broadsheet", charset="UTF-8"';

/** On all that `/admin` answers: kept nowhere, listed nowhere. */
export const NO_TRACE = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' };

/** The password of an `Authorization` header (RFC 7617); null: there is none. */
function passwordOf(header: string | null): string | null {
  const [, encoded] = /^basic +([\w+/=-]{1,1000})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

/** Hashed first: what is compared has one length, and takes one time. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(hashOf(given), hashOf(wanted));

const hashOf = (text: string): Buffer => createHash('sha256').update(text.normalize('NFC')).digest();
