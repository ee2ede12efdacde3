/**
 * The feed of whole editions, one entry each, for those who want one thing to read a day and not fifty. An edition
 * enters when it has closed, so that its entry appears once and does not change afterwards.
 */

import type { Ask } from '../../http/context.ts';
import type { Edition, Period } from '../../papers/library.ts';
import { count, sayDayLong } from '../../present/dates.ts';
import { feedPath } from '../../present/feeds.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { paperPath, periodPath } from '../../present/urls.ts';
import type { Entry, Feed } from './feed.ts';
import { feedOf } from './lists.ts';

/** Editions in the feed: two weeks, which outlast a holiday. */
const EDITIONS = 14;

/** Editions checked to find them: those from before the site was set up never close, and there may be thousands. */
const LOOKED_AT = 60;

/** `/calendar/feed`. */
export async function digest(ask: Ask): Promise<Feed> {
  const { library } = ask;
  const entries: Entry[] = [];
  const latest = await library.latest();
  let period: Period | null = latest === null ? null : { kind: 'day', value: latest };
  for (let looked = 0; period !== null && entries.length < EDITIONS && looked < LOOKED_AT; looked++) {
    const edition: Edition | null = await library.edition(period, 1);
    if (edition === null) break;
    const { closedAt, papers } = edition;
    if (closedAt !== null && papers.length > 0) entries.push(entryOf(ask, edition, closedAt));
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

function entryOf({ base }: Ask, { period, papers, total }: Edition, closedAt: number): Entry {
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
  const closed = new Date(closedAt).toISOString();
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
