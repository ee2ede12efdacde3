/** Editions, the days that have one, and what is trending. */

import { WebError } from '../../http/errors.ts';
import { periodOf } from '../../papers/days.ts';
import type { Library, Period } from '../../papers/library.ts';
import { TRENDING_LIMIT } from '../../papers/lists/ordering.ts';
import { addMonths, momentOf, monthOf, readPeriod, sayPeriod } from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';
import { cursor, cut, offsetCursor, writeCursor } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { limit, month } from './parameters.ts';
import { EDITION, EDITIONS, TRENDING } from './shapes.ts';
import { exportsOf, papersOf } from './write.ts';

/** Empty months that are skipped in one request. */
const MONTHS_SKIPPED = 240;

export const EXPIRED = { 410: 'The cursor is too old: its order is no longer on record. Start again.' };

/** A day, a week or a month, by its form. Throws a WebError (400) for anything else. */
function periodIn(text: string): Period {
  const kind = /^\d{4}-w/i.test(text) ? 'week' : /^[^-]*-[^-]*$/.test(text) ? 'month' : 'day';
  const read = readPeriod(kind, text);
  if (!read.ok)
    throw new WebError(400, `The edition in this address cannot be read: ${read.reason}`, {
      parameter: 'period',
    });
  return { kind, value: read.value };
}

/** The response for a period without papers: it names the nearest one that has some. */
async function nothingIn(library: Library, period: Period | null): Promise<WebError> {
  const near = period && (await library.nearest(period));
  const says =
    period === null
      ? 'There are no editions here yet.'
      : `There are no papers in the edition of ${sayPeriod(period)}.${near ? ` The nearest with papers is ${near.value}.` : ''}`;
  return new WebError(404, says, {}, { 'x-error-code': 'EditionNotFound' });
}

const EDITION_OF = endpoint({
  name: 'edition',
  group: 'Editions',
  path: '/editions/:period',
  says: 'A day, a week or a month of papers: by votes, then announcement, then id.',
  more: 'All pages keep the order of the moment the first was fetched, however votes change.',
  parts: {
    period: {
      says: '`latest`, a day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`).',
      example: ({ day }) => day && 'latest',
    },
  },
  parameters: { limit: limit(), cursor: offsetCursor('edition') },
  answer: EDITION,
  errors: {
    404: 'There are no papers in that edition; the message names the nearest with papers.',
    ...EXPIRED,
  },
  example: () => ({ limit: '1' }),
  async handle({ library, base, path, query }) {
    const newest = path.period === 'latest' ? await library.latest() : null;
    const period: Period | null =
      path.period !== 'latest' ? periodIn(path.period!) : newest === null ? null : periodOf('day', newest);
    const found =
      period &&
      (await cut('edition', query.cursor, query.limit, (page, asOf) => library.edition(period, page, asOf)));
    if (!period || !found) throw await nothingIn(library, period);
    const { page, papers, next } = found;
    return {
      period: period.value,
      kind: period.kind,
      first: page.first,
      last: page.last,
      open: page.open,
      closed: page.closed,
      closesAt: momentOf(page.closesAt),
      earlier: page.previous?.value ?? null,
      later: page.next?.value ?? null,
      total: page.total,
      exports: exportsOf(base, (ending) => `${periodPath(period)}/export.${ending}`),
      late: query.cursor === null ? papersOf(page.late, base) : [],
      items: papersOf(papers, base),
      next,
    };
  },
});

const DAYS = endpoint({
  name: 'editions',
  group: 'Editions',
  path: '/editions',
  says: 'Days with papers, newest first.',
  more: 'A page is a month. Months without papers are skipped.',
  parameters: {
    month: month('The month to start with; the newest by default.'),
    cursor: cursor('editions', ([text = '']) => {
      const read = readPeriod('month', text);
      return read.ok ? read.value : null;
    }),
  },
  answer: EDITIONS,
  async handle({ library, query }) {
    const span = await library.span();
    if (span === null) return { items: [], next: null };
    const [oldest, newest] = [monthOf(span.first), monthOf(span.last)];
    const wanted = query.cursor ?? query.month ?? newest;
    const [start] = [wanted, newest].sort() as [string, string];
    let skipped = 0;
    for (let at = start; at >= oldest; at = addMonths(at, -1)) {
      const days = await library.calendar(at);
      const before = at > oldest ? addMonths(at, -1) : null;
      if (days.length > 0 || ++skipped > MONTHS_SKIPPED || before === null)
        return {
          items: days.map(({ day, papers }) => ({ day, papers })).reverse(),
          next: before && writeCursor('editions', before),
        };
    }
    return { items: [], next: null };
  },
});

const TRENDING_NOW = endpoint({
  name: 'trending',
  group: 'Editions',
  path: '/trending',
  says: `Papers by votes and recency combined, at most ${TRENDING_LIMIT}.`,
  more: '`/about/ranking` has the formula. All pages keep the order of the moment the first was fetched.',
  parameters: { limit: limit(), cursor: offsetCursor('trending') },
  answer: TRENDING,
  errors: EXPIRED,
  example: () => ({ limit: '1' }),
  async handle({ library, base, query }) {
    // No page is further on; looking for it would read the whole of an old order.
    const from = query.cursor && {
      ...query.cursor,
      offset: Math.min(query.cursor.offset, TRENDING_LIMIT),
    };
    const found = await cut('trending', from, query.limit, (page, asOf) => library.trending(page, asOf));
    return {
      total: found?.page.total ?? 0,
      exports: exportsOf(base, (ending) => `/papers/trending/export.${ending}`),
      items: papersOf(found?.papers ?? [], base),
      next: found?.next ?? null,
    };
  },
});

export const EDITION_ENDPOINTS = [EDITION_OF, DAYS, TRENDING_NOW];
