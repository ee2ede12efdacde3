/**
 * The door of `/admin`: open to signed-in admins, and to whoever has the password from the settings (HTTP Basic
 * authentication, any user name). Routes of kind `admin` are given an `Operator`, and only `admit` makes one, so none can
 * be written without the guard.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SourceControls } from '../sources/desk.ts';
import type { Quota, Shared } from '../store/attempts.ts';
import { WebError } from './errors.ts';
import { Limiter } from './limiter.ts';
import type { Reader } from './reader.ts';

/** What administrators can do, and the password that lets in somebody without an account. */
export interface OperatorAccess {
  /** Null: only signed-in admins get in. */
  password: string | null;
  controls: SourceControls;
  /** What is remembered about attempts to sign in. */
  tries: Tries;
  /** What all processes have counted; absent: there is only this one. */
  shared?: Shared;
  /** Whether cookies are sent over TLS only. */
  isSecure?: boolean;
  /** Waits this many ms, for tests; default: a timer. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** After this many wrong passwords within this time (ms), an address has to wait. */
const TRIES = 10;
const SPAN = 15 * 60_000;
/** The same for all processes together. */
const WRONG: Quota = { name: 'admin', times: TRIES, span: SPAN };
/**
 * Beyond this many wrong passwords from all addresses together, each one delays all responses by this much more (ms).
 */
const EASY = 30;
const STEP = 100;
const SLOWEST = 20_000;
/** Wrong passwords allowed from one address while many addresses are guessing. */
const TRIES_OF_MANY = 3;
/** Most responses delayed at the same time. */
const MOST_WAITING = 1_000;

/** The cookie that identifies a browser which has signed in before, and its lifetime, s. */
const COOKIE = 'broadsheet_operator';
const COOKIE_AGE = 90 * 86_400;

/** What a site remembers about attempts to sign in with the password. */
export class Tries {
  readonly byAddress = new Limiter(TRIES, SPAN);
  readonly byMany = new Limiter(TRIES_OF_MANY, SPAN);
  readonly byBrowser = new Limiter(TRIES, SPAN);
  waiting = 0;
  /** Times of the last wrong passwords, from all addresses. */
  readonly #wrong: number[] = [];
  /** Signs this process's cookies; those of another process are not recognised. */
  readonly #secret = randomBytes(32);

  wrong(now: number): void {
    this.#wrong.push(now);
    if (this.#wrong.length > EASY + SLOWEST / STEP) this.#wrong.shift();
  }

  /** How long (ms) a response to an unknown client is delayed. */
  delay(now: number): number {
    while (this.#wrong.length > 0 && this.#wrong[0]! <= now - SPAN) this.#wrong.shift();
    return Math.min(SLOWEST, Math.max(0, this.#wrong.length - EASY) * STEP);
  }

  /** The cookie's value for a browser that has just signed in. */
  cookie(): string {
    const id = randomBytes(12).toString('base64url');
    return `${id}.${this.#sign(id)}`;
  }

  /** The browser that a `Cookie` header names; null: none that has signed in to this process. */
  browserOf(header: string | null): string | null {
    const [, id, mark] =
      /(?:^|; ?)broadsheet_operator=([\w-]{16})\.([\w-]{43})(?:;|$)/.exec(header ?? '') ?? [];
    return id !== undefined && isSame(mark!, this.#sign(id)) ? id : null;
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#secret).update(id).digest('base64url');
  }
}

/** Somebody who may run the site: a signed-in admin, or somebody who has given the password. */
export class Operator {
  readonly controls: SourceControls;
  /** The value of `Set-Cookie` for a browser that is not known yet. */
  readonly cookie: string | null;
  /** Private: only `admit` makes operators. */
  private constructor(controls: SourceControls, cookie: string | null) {
    this.controls = controls;
    this.cookie = cookie;
  }

  /**
   * Admits a signed-in admin, or a request that carries the password.
   *
   * Wrong passwords are counted by address. If many addresses are guessing at once, all responses to unknown clients
   * are delayed, longer the more have been wrong, and each address has fewer tries; but the right password is accepted.
   * A browser that has signed in before is recognised by a cookie and has a count of its own: nobody else can lock it
   * out, not even from the same address (after OWASP's "device cookies").
   *
   * @param from the IP address or network the request comes from
   * @param reader who is signed in
   * @throws WebError 401 without the password, 429 after too many wrong ones (then for the right one too); where there is
   * no password, 401 for visitors and 403 for everybody else
   */
  static async admit(
    operator: OperatorAccess,
    request: Request,
    from: string,
    now: number,
    reader: Reader | null = null,
  ): Promise<Operator> {
    if (reader?.role === 'admin' && reader.state === 'active') return new Operator(operator.controls, null);
    const { password, tries } = operator;
    if (password === null) throw notAnAdmin(reader);
    const browser = tries.browserOf(request.headers.get('cookie'));
    const delay = browser === null ? tries.delay(now) : 0;
    const wait =
      browser !== null
        ? tries.byBrowser.wait(browser, now)
        : Math.max(tries.byAddress.wait(from, now), delay > 0 ? tries.byMany.wait(from, now) : 0);
    if (wait > 0) throw tooMany('Too many wrong passwords from this address. Please try again later.', wait);
    const given = passwordOf(request.headers.get('authorization'));
    // A request without a password only asks for the prompt: not an attempt.
    if (given === null)
      throw refused('This page requires the administrator’s password, or an administrator’s account.');
    const elsewhere = browser === null ? await operator.shared?.look(WRONG, from) : undefined;
    if (elsewhere && elsewhere.used >= TRIES)
      throw tooMany(
        'Too many wrong passwords from this address. Please try again later.',
        Math.max(1, Math.ceil((elsewhere.ends - now) / 1000)),
      );
    if (delay > 0 && tries.waiting >= MOST_WAITING)
      throw tooMany('Too many sign-in attempts right now. Please try again in a moment.', SLOWEST / 1000);
    const isRight = isSame(given, password);
    if (!isRight) {
      if (browser !== null) tries.byBrowser.take(browser, now);
      else {
        tries.byAddress.take(from, now);
        await operator.shared?.add(WRONG, from, 1);
        tries.byMany.take(from, now);
        tries.wrong(now);
      }
    }
    // Right or wrong, the delay is the same: otherwise it would give the result away.
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

/** Resolves after this many ms, or when the client has gone. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Where an administrator with an account signs in. */
const SIGN_IN = { links: [{ href: '/sign-in?next=%2Fadmin', text: 'Sign in' }] };

const notAnAdmin = (reader: Reader | null): WebError =>
  reader === null
    ? new WebError(401, 'Please sign in as an administrator to see this page.', SIGN_IN, NO_TRACE)
    : new WebError(403, 'This page is for administrators only.', {}, NO_TRACE);

const refused = (says: string): WebError =>
  new WebError(401, says, SIGN_IN, { 'www-authenticate': CHALLENGE, ...NO_TRACE });

const tooMany = (says: string, wait: number): WebError =>
  new WebError(429, says, {}, { 'retry-after': String(wait), ...NO_TRACE });

const CHALLENGE = 'Basic realm="Broadsheet", charset="UTF-8"';

/** Headers of everything under `/admin`: never cached, never indexed. */
export const NO_TRACE = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' };

/** The password in an `Authorization` header (RFC 7617); null if there is none. */
function passwordOf(header: string | null): string | null {
  const [, encoded] = /^basic +([\w+/=-]{1,1000})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

/** Hashes are compared: they have one length, and comparing takes constant time. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(hashOf(given), hashOf(wanted));

const hashOf = (text: string): Buffer => createHash('sha256').update(text.normalize('NFC')).digest();
