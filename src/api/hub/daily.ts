/** `GET /api/daily_papers`: papers of editions. */
import { bounds, dayOf } from '../../papers/days.ts';
import type { DailyQuery, Period } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import { readPeriod } from '../../present/dates.ts';
import { oneOf, parsed, text, unfit, whole } from '../parameters.ts';
import { type ApiAsk, jsonList, nextLink, reads } from '../route.ts';
import { hereOf, hubItem } from './paper.ts';

const period = (kind: Period['kind'], says: string, schema: Record<string, unknown>) =>
  parsed(says, schema, (given) => readPeriod(kind, given));

const PARAMETERS = {
  p: whole('The page, from 0.', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 }),
  limit: whole('Papers per page.', { min: 1, max: 100, fallback: 50 }),
  date: period('day', 'A day, 2026-06-26; 2026-6-5 also works.', { format: 'date' }),
  week: period('week', 'An ISO week, 2026-W26; some years have 53.', { pattern: '^\\d{4}-W\\d{1,2}$' }),
  month: period('month', 'A month, 2026-06.', { pattern: '^\\d{4}-\\d{1,2}$' }),
  submitter: text('Only papers listed by this account.', 100),
  sort: oneOf(
    'By day, newest first, and each day by votes; or by votes and recency combined.',
    ['publishedAt', 'trending'] as const,
    'publishedAt',
  ),
};

export const DAILY = reads(
  '/api/daily_papers',
  'Papers of the editions of a day, a week, a month, or of all of them.',
  PARAMETERS,
  async (ask) => {
    const { p, limit, submitter } = ask.query;
    const query = { ...wanted(ask), ...(submitter ? { submitter } : {}) };
    const { papers, more } = await ask.library.daily(query, p * limit, limit);
    const here = hereOf(ask);
    return jsonList(
      papers.map((paper) => hubItem(paper, here)),
      more ? { link: nextLink(ask, { p: String(p + 1) }) } : {},
    );
  },
);

/** The days requested and their order. The narrowest of several periods counts. Throws for a future one. */
function wanted({ query, web }: ApiAsk<typeof PARAMETERS>): DailyQuery {
  const now = web.now();
  const open = web.turns.open(now);
  const trending = query.sort === 'trending';
  for (const [name, kind] of [
    ['date', 'day'],
    ['week', 'week'],
    ['month', 'month'],
  ] as const) {
    const value = query[name];
    if (value === null) continue;
    const { first, last } = bounds({ kind, value });
    if (first > later(open, dayOf(Math.floor(now / 86_400_000)))) throw unfit(name, 'is in the future');
    return { first, last, order: trending ? 'trending' : 'votes' };
  }
  return { last: open, order: trending ? 'trending' : 'days' };
}

/** For the day whose edition is open and for the current day in UTC: clients use either. */
const later = (a: Day, b: Day): Day => (a > b ? a : b);
