/**
 * Signing in with a password, for sites without mail or TLS (PASSWORDS=1). argon2id, with the least parameters that
 * OWASP's cheat sheet recommends (19 MiB, two passes).
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Account, AccountError, accountCalled } from '../community/accounts.ts';
import { passwordHash, setPassword } from '../community/passwords.ts';
import { openSession } from '../community/sessions.ts';
import type { TellOwner } from '../community/ways-mail.ts';
import { parseEmail } from '../net/email.ts';
import type { Store } from '../store/open.ts';

/** Characters of a password. The longest only keeps requests small. */
export const SHORTEST = 12;
export const LONGEST = 256;

/** KiB, passes, lanes, bytes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
/** Hashes made at once, and waiting to be made: each takes 19 MiB and a processor for tens of ms. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

/** Too many people are signing in right now. */
export class TooBusy extends Error {
  override name = 'TooBusy';
}

export interface Passwords {
  /**
   * @param name a handle or an email address
   * @returns the secret for the cookie; null: the two do not belong together, whatever the reason
   * @throws TooBusy
   */
  signIn(name: string, password: string, browser: string): Promise<string | null>;
  isSet(account: number): Promise<boolean>;
  /**
   * Sets a password, or with '' removes it, and ends the account's other sessions.
   *
   * @param current the one before, if there is one
   * @throws AccountError, TooBusy
   */
  set(account: Account, session: string, current: string, wanted: string): Promise<void>;
}

export function passwordsIn(
  store: Store,
  { siteName, tell, now }: { siteName: string; tell?: TellOwner; now(): number },
): Passwords {
  const inTurn = turns();
  // What is compared with where there is nothing to compare with: it takes as long.
  const nothing = inTurn(() => hashOf(randomBytes(18).toString('base64url')));
  nothing.catch(() => {});
  const isRight = async (password: string, hash: string | null): Promise<boolean> => {
    const kept = hash ?? (await nothing);
    const fits = password.length <= LONGEST;
    return (await inTurn(() => matches(fits ? password : '', kept))) && hash !== null && fits;
  };
  return {
    async signIn(name, password, browser) {
      const account = await accountCalled(store.read, parseEmail(name) ?? name);
      const hash = account && (await passwordHash(store.read, account.id));
      if (!(await isRight(password, hash)) || !account || account.state === 'banned') return null;
      return openSession(store, account.id, browser, now());
    },
    isSet: async (account) => (await passwordHash(store.read, account)) !== null,
    async set(account, session, current, wanted) {
      const before = await passwordHash(store.read, account.id);
      if (before !== null && !(await isRight(current, before)))
        throw new AccountError('Your current password is wrong.');
      if (wanted !== '')
        await checkPassword(wanted, [siteName, account.name, account.displayName, account.email]);
      const hash = wanted === '' ? null : await inTurn(() => hashOf(wanted));
      await setPassword(store, account.id, hash, session, now(), tell);
    },
  };
}

/**
 * Refuses what is guessed first. There are no rules about which characters a password has.
 *
 * @param known words that anybody would try for this account
 * @throws AccountError
 */
export async function checkPassword(password: string, known: readonly (string | null)[]): Promise<void> {
  if (password.length < SHORTEST || password.length > LONGEST)
    throw new AccountError(`A password must have ${SHORTEST} to ${LONGEST} characters.`);
  const lower = password.toLowerCase();
  const letters = core(lower);
  const guessed = await common();
  const half = lower.slice(0, lower.length / 2);
  if (guessed.has(lower) || guessed.has(letters) || (half + half === lower && guessed.has(half)))
    throw new AccountError('This is one of the first passwords that attackers try. Please choose another.');
  if (new Set(lower).size < 5 || isCounted(lower))
    throw new AccountError('This password follows a simple pattern. Please choose another.');
  for (const word of known.flatMap((one) =>
    one === null ? [] : [one.toLowerCase(), one.toLowerCase().split('@')[0]!],
  ))
    if (
      word.length >= 4 &&
      (letters === core(word) || (lower.includes(word) && lower.length - word.length < 6))
    )
      throw new AccountError('This password is too close to a name. Please choose another.');
}

/** Whether it is mostly letters or digits in a row, up or down. */
function isCounted(text: string): boolean {
  let steps = 0;
  for (let i = 1; i < text.length; i++) {
    const step = Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1));
    // From 9 to 0.
    if (step <= 1 || step === 9) steps++;
  }
  return steps > text.length * 0.7;
}

/** A password without the digits and signs that people put around a word. */
function core(text: string): string {
  const isLetter = (letter: string | undefined): boolean => /\p{L}/u.test(letter ?? '');
  let start = 0;
  let end = text.length;
  while (start < end && !isLetter(text[start])) start++;
  while (end > start && !isLetter(text[end - 1])) end--;
  return text.slice(start, end);
}

let commonly: Promise<ReadonlySet<string>> | undefined;
/** The 49,000 passwords found most often in leaks, in lower case. Loaded when the first password is set. */
function common(): Promise<ReadonlySet<string>> {
  commonly ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set((dictionary['passwords-common'] as string[]).map((one) => one.toLowerCase())),
  );
  return commonly;
}

const derive = (password: string, nonce: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', { message: Buffer.from(password), nonce, ...COST }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** A hash in the usual format, with its parameters. */
export async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(await derive(password, salt))}`;
}

async function matches(password: string, hash: string): Promise<boolean> {
  const [, , , , salt = '', key = ''] = hash.split('$');
  const wanted = Buffer.from(key, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'));
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** Does a few things at a time; the rest waits, up to a point. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new TooBusy('Too many people are signing in right now.');
      await new Promise<void>((next) => waiting.push(next));
    }
    busy++;
    try {
      return await work();
    } finally {
      busy--;
      waiting.shift()?.();
    }
  };
}
