/**
 * The door of `/admin`: HTTP Basic authentication with the password of the settings, whatever the user name. Routes of
 * kind `admin` are handed an `Operator`, and one can only be had from `admit`: none can be written without the guard.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SourceControls } from '../sources/desk.ts';
import { WebError } from './errors.ts';
import { Limiter } from './limiter.ts';

/** What the password opens, and the password. */
export interface OperatorAccess {
  password: string;
  controls: SourceControls;
  /** Whether cookies are to travel by TLS alone. */
  isSecure?: boolean;
  /** Waits so many ms, for tests; a timer when absent. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** So many wrong passwords from one address, in so many ms, and it has to wait. */
const TRIES = 10;
const SPAN = 15 * 60_000;
/** More wrong ones than this from everywhere together, and each further one makes all answers this much (ms) slower. */
const EASY = 30;
const STEP = 100;
const SLOWEST = 20_000;
/** So many wrong ones from an address are enough while many addresses guess. */
const TRIES_OF_MANY = 3;
/** Answers that are held back at once. */
const MOST_WAITING = 1_000;

/** The cookie by which a browser is known that has given the password before, and how long it keeps it, s. */
const COOKIE = 'broadsheet_operator';
const COOKIE_AGE = 90 * 86_400;

/** What a site remembers of those who tried. */
class Tries {
  readonly byAddress = new Limiter(TRIES, SPAN);
  readonly byMany = new Limiter(TRIES_OF_MANY, SPAN);
  readonly byBrowser = new Limiter(TRIES, SPAN);
  waiting = 0;
  /** When the last wrong ones came, from wherever. */
  readonly #wrong: number[] = [];
  /** Signs the cookies of this process; others are strangers to it. */
  readonly #secret = randomBytes(32);

  wrong(now: number): void {
    this.#wrong.push(now);
    if (this.#wrong.length > EASY + SLOWEST / STEP) this.#wrong.shift();
  }

  /** How long (ms) an answer to a stranger is held back. */
  delay(now: number): number {
    while (this.#wrong.length > 0 && this.#wrong[0]! <= now - SPAN) this.#wrong.shift();
    return Math.min(SLOWEST, Math.max(0, this.#wrong.length - EASY) * STEP);
  }

  /** A value for the cookie of a browser that has just given the password. */
  cookie(): string {
    const id = randomBytes(12).toString('base64url');
    return `${id}.${this.#sign(id)}`;
  }

  /** The browser that a `Cookie` header names; null: none that has given the password here. */
  browserOf(header: string | null): string | null {
    const [, id, mark] =
      /(?:^|; ?)broadsheet_operator=([\w-]{16})\.([\w-]{43})(?:;|$)/.exec(header ?? '') ?? [];
    return id !== undefined && isSame(mark!, this.#sign(id)) ? id : null;
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#secret).update(id).digest('base64url');
  }
}

const known = new WeakMap<object, Tries>();

/** Somebody who has given the password. */
export class Operator {
  readonly controls: SourceControls;
  /** The value of `Set-Cookie` for a browser that is not known yet. */
  readonly cookie: string | null;
  /** Private: operators are made by `admit`. */
  private constructor(controls: SourceControls, cookie: string | null) {
    this.controls = controls;
    this.cookie = cookie;
  }

  /**
   * Lets a request in that carries the password.
   *
   * Wrong passwords are counted by address. Where many addresses guess at once, all answers to strangers are held back,
   * the longer the more were wrong, and each address has fewer tries; but the right password is taken. A browser that
   * has given it before is told by a cookie, and counted by itself alone: nobody else can shut it out, not even from
   * the same address (after OWASP's "device cookies").
   *
   * @param from the IP address or network it comes from
   * @throws WebError 401 without the password, 429 after too many wrong ones (then for the right one too)
   */
  static async admit(
    operator: OperatorAccess,
    request: Request,
    from: string,
    now: number,
  ): Promise<Operator> {
    let tries = known.get(operator);
    if (!tries) {
      tries = new Tries();
      known.set(operator, tries);
    }
    const browser = tries.browserOf(request.headers.get('cookie'));
    const delay = browser === null ? tries.delay(now) : 0;
    const wait =
      browser !== null
        ? tries.byBrowser.wait(browser, now)
        : Math.max(tries.byAddress.wait(from, now), delay > 0 ? tries.byMany.wait(from, now) : 0);
    if (wait > 0) throw tooMany('Too many wrong passwords from this address. Please try again later.', wait);
    const given = passwordOf(request.headers.get('authorization'));
    // To be asked for the password is no try.
    if (given === null) throw refused('This page requires a password.');
    if (delay > 0 && tries.waiting >= MOST_WAITING)
      throw tooMany('Too many sign-in attempts right now. Please try again in a moment.', SLOWEST / 1000);
    const isRight = isSame(given, operator.password);
    if (!isRight) {
      if (browser !== null) tries.byBrowser.take(browser, now);
      else {
        tries.byAddress.take(from, now);
        tries.byMany.take(from, now);
        tries.wrong(now);
      }
    }
    // Right or wrong, the answer takes as long: otherwise waiting would be the answer.
    if (delay > 0) {
      tries.waiting++;
      await (operator.pause ?? pause)(delay, request.signal).finally(() => tries.waiting--);
    }
    if (!isRight) throw refused('Wrong password.');
    const isSecure = operator.isSecure ? '; Secure' : '';
    const cookie = `${COOKIE}=${tries.cookie()}; Path=/admin; Max-Age=${COOKIE_AGE}; HttpOnly; SameSite=Strict${isSecure}`;
    return new Operator(operator.controls, browser === null ? cookie : null);
  }
}

export const admit = Operator.admit;

/** Resolves after so many ms, or when who asked has gone. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

const refused = (says: string): WebError =>
  new WebError(401, says, {}, { 'www-authenticate': CHALLENGE, ...NO_TRACE });

const tooMany = (says: string, wait: number): WebError =>
  new WebError(429, says, {}, { 'retry-after': String(wait), ...NO_TRACE });

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
