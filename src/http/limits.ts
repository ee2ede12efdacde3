/**
 * Limits on what people do, as opposed to what they read, and how they are announced: in the headers of
 * draft-ietf-httpapi-ratelimit-headers, and beyond the limit by a 429 that says when to come back.
 */
import { attemptsInMemory, type Count, type Quota, type Taken } from '../store/attempts.ts';
import { tooMany, type WebError } from './errors.ts';

const HOUR = 3_600_000;

const QUOTAS = {
  /** Attempts to sign in, by where they come from. */
  signIns: { name: 'sign-in', times: 30, span: HOUR },
  /** Mails with links, by address. */
  mailedTo: { name: 'mailed-to', times: 5, span: HOUR },
  /** Passwords, by the account they are for. */
  passwords: { name: 'passwords', times: 10, span: HOUR / 4 },
  /** Votes and comments, by account. */
  votes: { name: 'votes', times: 600, span: HOUR, trusted: 60 },
  /** Papers looked up elsewhere to be submitted, by account. */
  lookUps: { name: 'look-ups', times: 60, span: HOUR },
  /** What authors and submitters change about papers, by account: some of it stays in the public log for good. */
  edits: { name: 'edits', times: 60, span: HOUR },
  /** Pictures uploaded, by account: each is drawn anew. */
  pictures: { name: 'pictures', times: 20, span: HOUR },
  /** Subscriptions, by sender and by recipient: nobody can fill the table, or another person's inbox. */
  subscribers: { name: 'subscriptions', times: 20, span: HOUR },
  subscribed: { name: 'subscribed', times: 40, span: 24 * HOUR },
} satisfies Record<string, Quota>;

export type LimitName = keyof typeof QUOTAS;

/** @param count absent: in memory */
export class PeopleLimits {
  readonly #count: Count;

  constructor(now: () => number, count: Count = attemptsInMemory(now)) {
    this.#count = count;
  }

  /**
   * Counts one attempt by the sender, and tells them what is left where `sends` reaches them.
   *
   * @param who an account, or where the request comes from (proxies.ts)
   * @param says what to tell them if nothing is left
   * @throws WebError 429
   */
  async take(
    ask: { sends?: Record<string, string> },
    limit: LimitName,
    who: string,
    says: string,
    help: WebError['help'] = {},
  ): Promise<void> {
    const taken = await this.#count(QUOTAS[limit], who);
    const headers = limitHeaders(QUOTAS[limit], taken);
    if (ask.sends) Object.assign(ask.sends, headers);
    if (taken.wait === 0) return;
    const error = tooMany(`${says} Please try again ${inWords(taken.wait)}.`, taken.wait, help);
    Object.assign(error.headers, headers);
    throw error;
  }

  /** Counts one attempt silently: saying so would reveal something about another person. @returns whether it is allowed */
  async takeQuietly(limit: LimitName, who: string): Promise<boolean> {
    return (await this.#count(QUOTAS[limit], who)).wait === 0;
  }
}

/** The two headers for a limit. */
export const limitHeaders = (
  { name, times, span }: Quota,
  { left, resets }: Taken,
): Record<string, string> => ({
  ratelimit: `"${name}";r=${left};t=${resets}`,
  'ratelimit-policy': `"${name}";q=${times};w=${span / 1000}`,
});

/** A time to wait, as people say it. */
function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? 'in a second' : `in ${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `in ${minutes} minutes` : `in ${Math.ceil(minutes / 60)} hours`;
}
