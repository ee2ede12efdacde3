/**
 * The feed of whole editions, an entry each: for who wants one thing to read a day and not fifty. An edition enters
 * when it has closed, so that the entry is there once and does not change under its reader.
 */
import { closesAt } from '../../papers/days.ts';
import type { Edition, Period } from '../../papers/library.ts';
import type { Ask } from '../../web/context.ts';
import { count, sayDayLong } from '../../web/dates.ts';
import { escapeHtml, texToPlain } from '../../web/tex.tsx';
import { paperPath, periodPath } from '../../web/urls.ts';
import { type Entry, type Feed, feedPath } from './feed.ts';
import { feedOf } from './lists.ts';

/** Editions in the feed: two weeks, which outlast a holiday. */
const EDITIONS = 14;

/** `/calendar/feed`. */
export async function digest(ask: Ask): Promise<Feed> {
  const { library } = ask.web;
  const entries: Entry[] = [];
  const latest = await library.latest();
  let period: Period | null = latest === null ? null : { kind: 'day', value: latest };
  while (period !== null && entries.length < EDITIONS) {
    const edition: Edition | null = await library.edition(period, 1);
    if (edition === null) break;
    if (!edition.open && edition.papers.length > 0) entries.push(entryOf(ask, edition));
    period = edition.previous;
  }
  const parts = {
    title: 'Editions',
    subtitle: 'Each day’s papers as one entry, once its edition has closed.',
    page: '/calendar',
    path: feedPath('/calendar'),
  };
  return { ...feedOf(ask, parts), entries };
}

function entryOf(ask: Ask, { period, papers, total }: Edition): Entry {
  const { base, web } = ask;
  const url = base + periodPath(period);
  const items = papers.map((paper) => {
    const by = paper.authors.slice(0, 3).map(texToPlain).join(', ');
    const more = paper.authors.length > 3 ? ' and others' : '';
    const title = escapeHtml(texToPlain(paper.title.toWellFormed()) || paper.id);
    const said = by === '' ? '' : `<br>${escapeHtml(by.toWellFormed() + more)}`;
    return `<li dir="auto"><a href="${escapeHtml(base + paperPath(paper.id.toWellFormed()))}">${title}</a>${said}</li>`;
  });
  const rest = total - papers.length;
  const further = rest > 0 ? `\n<p><a href="${escapeHtml(url)}">${count(rest, 'paper')} more</a></p>` : '';
  const closed = new Date(closesAt(period.value, web.site)).toISOString();
  return {
    id: url,
    url,
    title: `${sayDayLong(period.value)}: ${count(total, 'paper')}`,
    html: `<ol>\n${items.join('\n')}\n</ol>${further}`,
    summary: null,
    authors: [],
    tags: [],
    links: [],
    published: closed,
    updated: closed,
  };
}
