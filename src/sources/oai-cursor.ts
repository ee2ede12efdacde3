/** The position of a harvest, as kept between runs: JSON. */
import type { Day } from '../papers/types.ts';

export interface OaiCursor {
  /** The range as requested in the first page's query. */
  from: Day;
  until: Day | null;
  set: string | null;
  format: string;
  /** The next page; null: there is none, or none has been requested yet. */
  token: string | null;
  /** When the token was issued, by the service's clock if given (ISO). arXiv's tokens last for a day. */
  given: string | null;
  /** When the range was begun, likewise: later changes may be missing, so the next range begins on this day. */
  began: string | null;
  /** Records of this range received, including deleted and rejected ones. */
  seen: number;
}

interface Asked {
  since: Day;
  until?: Day | undefined;
  set?: string | undefined;
  format: string;
  cursor?: unknown;
  log?: ((message: string) => void) | undefined;
}

/** Before the first page. */
export const started = ({ since, until, set, format }: Asked): OaiCursor => ({
  from: since,
  until: until ?? null,
  set: set ?? null,
  format,
  token: null,
  given: null,
  began: null,
  seen: 0,
});

/**
 * Where an earlier run's cursor resumes, or null if none covers the request. A finished one covers nothing: there may
 * have been changes since.
 */
export function resumed(asked: Asked): OaiCursor | null {
  const { since, until, set, format, cursor, log } = asked;
  if (!isCursor(cursor) || cursor.token === null) return null;
  const isSame = cursor.set === (set ?? null) && cursor.format === format;
  const isWide =
    cursor.from <= since && (cursor.until === null || (until !== undefined && cursor.until >= until));
  if (isSame && isWide) return cursor;
  log?.(
    `What was left of an earlier harvest (since ${cursor.from}) does not cover this one, which starts afresh`,
  );
  return null;
}

function isCursor(value: unknown): value is OaiCursor {
  if (typeof value !== 'object' || value === null) return false;
  const { from, until, set, format, token, given, began, seen } = value as Record<string, unknown>;
  return (
    typeof from === 'string' &&
    typeof format === 'string' &&
    [until, set, token, given, began].every((one) => one === null || typeof one === 'string') &&
    typeof seen === 'number'
  );
}
