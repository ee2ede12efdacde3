/** What services say about their rate limits in headers, and how a run that stopped at one reports it. */

export interface Limit {
  /** Requests left in this window. */
  remaining: number | undefined;
  /** When the next window begins (epoch ms). */
  resetAt: number | undefined;
}

/** A reset further away than this is nonsense, ms. */
const LONGEST = 86_400_000;

/**
 * The limit according to `x-ratelimit-remaining` and `x-ratelimit-reset`.
 * @param now epoch ms
 * @param reset what the second one counts: seconds from now on (OpenAlex), or since 1970 (GitHub)
 */
export function limitIn(headers: Headers, now: number, reset: 'from now' | 'since 1970'): Limit {
  const seconds = wholeNumber(headers.get('x-ratelimit-reset'));
  const at = seconds === undefined ? undefined : seconds * 1000 + (reset === 'from now' ? now : 0);
  return {
    remaining: wholeNumber(headers.get('x-ratelimit-remaining')),
    resetAt: at === undefined ? undefined : soon(at, now),
  };
}

/** A moment within a day from now, whatever the service says: its clock or ours may be wrong. */
export const soon = (at: number, now: number): number => Math.min(Math.max(at, now), now + LONGEST);

const wholeNumber = (text: string | null): number | undefined =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** `14:05 UTC`, with the day, because runs are also read later. */
export const until = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** When a run that stopped at a limit may continue, from its cursor (epoch ms); 0: at once. */
export function resumption(cursor: unknown): number {
  const { resume } = (cursor ?? {}) as { resume?: unknown };
  return typeof resume === 'number' ? resume : 0;
}
