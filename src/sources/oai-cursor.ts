/** Where a harvest stands, as it is kept between runs: JSON. */
import type { Day } from '../papers/types.ts';

export interface OaiCursor {
  /** The range as it was asked for, in the first page's question. */
  from: Day;
  until: Day | null;
  set: string | null;
  format: string;
  /** The next page; null: there is none, or none was asked for yet. */
  token: string | null;
  /** When the token was given, by the service's clock where it tells (ISO). Tokens of arXiv last for a day. */
  given: string | null;
  /** When the range was begun, likewise: what changed later may be missing, so the next range begins on this day. */
  began: string | null;
  /** Records of this range that came, deleted ones and those that could not be taken with them. */
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
 * Where the cursor of an earlier run goes on, or null where there is none that covers what is asked for. One that came to
 * its end covers nothing: there may be something new since.
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
