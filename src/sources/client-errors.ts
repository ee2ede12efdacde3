/** How a request fails, and how that is worded. */

import { foreign, withForeign } from '../net/foreign.ts';
import { PrivateAddress } from '../net/reach.ts';

/** A request that finally failed: which, how, and why in words. */
export class SourceError extends Error {
  /** The address requested, wherever it redirected to. */
  readonly url: string;
  /** The HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** Why; the server's own words are marked in it (foreign.ts). */
  readonly reason: string;
  /** What had arrived of a response that broke off. */
  readonly partial: Buffer | undefined;
  /** No request was made: the site is not contacted for now. */
  readonly isShut: boolean;

  constructor(
    url: string,
    reason: string,
    more: {
      status?: number | undefined;
      partial?: Buffer | undefined;
      cause?: unknown;
      isShut?: boolean;
    } = {},
  ) {
    super(withForeign(`${url}: ${reason}`), { cause: more.cause });
    this.name = 'SourceError';
    this.url = url;
    this.reason = reason;
    this.status = more.status;
    this.partial = more.partial;
    this.isShut = more.isShut ?? false;
  }
}

/** This site is configured never to fetch. */
export class OfflineError extends Error {
  readonly url: string;

  constructor(url: string) {
    super(`Working offline: ${url} was not fetched`);
    this.name = 'OfflineError';
    this.url = url;
  }
}

/** Why no connection was opened, if that was to protect private networks. */
export function privateReason(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof PrivateAddress ? cause.message : null;
}

/**
 * `fetch` says only "fetch failed"; its cause says why. Refused, unknown or silent: public pages say the same for all,
 * so that they do not map somebody's network.
 */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const detail = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  const told = error instanceof Error ? error.message : String(error);
  if (told === 'terminated') return 'the response broke off';
  return `no answer${foreign(` (${detail ?? told})`)}`;
}

/** Milliseconds to wait: the header is in seconds or a date. */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
