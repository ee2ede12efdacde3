/** Periods of issues: which editions they span, and the two moments between which a paper must have come. */
import { addDays, bounds, closesAt, parseDay, parseMonth, parseWeek, type Turn } from '../papers/days.ts';
import type { Day, Period as PaperPeriod } from '../papers/types.ts';

export interface Span {
  period: PaperPeriod;
  /** The first and last day of editions. */
  first: Day;
  last: Day;
  /** From the turn that ended the period before, to the one that ends this: epoch ms. */
  from: number;
  until: number;
}

/** `2026-11-30`, `2026-W48` or `2026-11`, exactly; null: it is none of them. */
export function readIssuePeriod(text: string): PaperPeriod | null {
  if (parseDay(text) === text) return { kind: 'day', value: text };
  if (parseWeek(text)?.week === text) return { kind: 'week', value: text };
  return parseMonth(text) === text ? { kind: 'month', value: text } : null;
}

/** What a period spans; null: it is none. */
export function spanOf(text: string, turn: Turn): Span | null {
  const period = readIssuePeriod(text);
  if (period === null) return null;
  const { first, last } = bounds(period);
  return { period, first, last, from: closesAt(addDays(first, -1), turn), until: closesAt(last, turn) };
}
