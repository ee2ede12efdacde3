/** How a request fails, and in which words. */
import { PrivateAddress } from '../net/reach.ts';
import { foreign, withForeign } from './foreign.ts';

/** A request that failed for good: which, how, and why in words. */
export class SourceError extends Error {
  /** The address that was asked for, wherever it redirected to. */
  readonly url: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Why; what the server said is marked in it (foreign.ts). */
  readonly reason: string;
  /** What had arrived of an answer that broke off. */
  readonly partial: Buffer | undefined;
  /** Nothing was asked: the site is left alone for now. */
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

/** This site is set never to fetch. */
export class OfflineError extends Error {
  readonly url: string;

  constructor(url: string) {
    super(`Working offline: ${url} was not fetched`);
    this.name = 'OfflineError';
    this.url = url;
  }
}

/** Why no connection was opened, where that was for the sake of private networks. */
export function privateReason(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof PrivateAddress ? cause.message : null;
}

/**
 * `fetch` says only "fetch failed"; its cause says why. Refused, unknown or silent: whoever reads the public pages is
 * told the same of all, so that they are no map of somebody's network.
 */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const detail = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  const told = error instanceof Error ? error.message : String(error);
  if (told === 'terminated') return 'the response broke off';
  return `no answer${foreign(` (${detail ?? told})`)}`;
}

/** Milliseconds to wait: the header holds seconds or a date. */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
