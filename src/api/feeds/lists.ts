/** What is in which feed. Each is the first page of one of the site's lists, and has its address. */

import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { bounds, parseDay, periodOf } from '../../papers/days.ts';
import type { Period } from '../../papers/library.ts';
import { slugify } from '../../papers/slug.ts';
import type { Paper } from '../../papers/types.ts';
import { readPeriod, sayPeriod } from '../../present/dates.ts';
import { feedPath, TOLD_FEEDS } from '../../present/feeds.ts';
import { feedQuery, filtersOf, queryPath, readQuery, searchParams } from '../../present/search-query.ts';
import { texToPlain } from '../../present/tex.tsx';
import { organizationPath, periodPath } from '../../present/urls.ts';
import { entriesOf } from './entry.ts';
import { type Feed, MOST_ENTRIES } from './feed.ts';
import { spaced } from './spaced.ts';

/** The feed, or its canonical address (without ending). */
export type Made = Feed | { moved: string };

interface Parts {
  title: string;
  subtitle: string;
  /** Path of the page, with its query. */
  page: string;
  /** Path of the feed, if it is not below the page. */
  path?: string;
  query?: string;
}

/** The feed of a page, without entries yet. */
export function feedOf(ask: Ask, { title, subtitle, page, path = feedPath(page), query = '' }: Parts): Feed {
  const { site } = ask.web;
  return {
    id: ask.base + path + query,
    title: title === site.name ? title : `${title} · ${site.name}`,
    subtitle,
    site: site.name,
    base: ask.base,
    address: { path, query },
    page: ask.base + page,
    hub: TOLD_FEEDS.includes(path) ? (site.hub ?? null) : null,
    entries: [],
  };
}

const filled = async (ask: Ask, parts: Parts, papers: Paper[]): Promise<Feed> => ({
  ...feedOf(ask, parts),
  entries: spaced(await entriesOf(papers.slice(0, MOST_ENTRIES), ask.base, ask.library)),
});

/**
 * `/feed`: the newest edition, and earlier ones as far as there is room, so that no turn of the edition hides a paper.
 */
export async function newest(ask: Ask): Promise<Feed> {
  const { library } = ask;
  const { site } = ask.web;
  const latest = await library.latest();
  const papers = latest === null ? [] : await daily(ask, { last: latest, order: 'days' });
  const subtitle = 'Papers from the newest editions, each by votes.';
  return filled(ask, { title: site.name, subtitle, page: '/' }, papers);
}

const daily = async (
  ask: Ask,
  query: Parameters<Ask['library']['daily']>[0],
  most = MOST_ENTRIES,
): Promise<Paper[]> => (await ask.library.daily(query, 0, most)).papers;

/** The feed of a day, a week or a month. One without papers (yet) is empty. */
export async function ofPeriod(ask: Ask, kind: Period['kind'], given: string): Promise<Made> {
  const read = readPeriod(kind, given);
  if (!read.ok) throw new WebError(400, `“${given.slice(0, 40)}” is not a ${kind}. ${read.reason}`);
  const period: Period = { kind, value: read.value };
  const page = periodPath(period);
  if (!read.padded) return { moved: feedPath(page) };
  const papers = await daily(ask, { ...bounds(period), order: 'votes' });
  return filled(ask, { title: upper(sayPeriod(period)), subtitle: 'Papers by votes.', page }, papers);
}

/** `/papers/week/feed` and `/papers/month/feed`: those that include the newest edition. */
export async function newestPeriod(ask: Ask, kind: 'week' | 'month'): Promise<Feed> {
  const latest = await ask.library.latest();
  // A day in the far future can only come from an import.
  const day = latest === null ? null : parseDay(latest);
  const period = day === null ? null : periodOf(kind, day);
  const papers = period === null ? [] : await daily(ask, { ...bounds(period), order: 'votes' });
  return filled(
    ask,
    {
      title: `The newest ${kind}`,
      subtitle: `Papers from the ${kind} by votes.`,
      page: period === null ? '/' : periodPath(period),
      path: `/papers/${kind}/feed`,
    },
    papers,
  );
}

export async function trending(ask: Ask): Promise<Feed> {
  const { papers } = await ask.library.trending(1);
  const subtitle = 'Papers by votes and recency, by a published formula.';
  return filled(ask, { title: 'Trending', subtitle, page: '/papers/trending' }, papers);
}

/**
 * Every search with all its filters; a category is one of them. Newest first, unless another order is requested:
 * someone who follows a search wants what is new in it, and the best matches of all time hardly change.
 */
export async function ofSearch(ask: Ask): Promise<Feed> {
  const read = { ...readQuery(ask.query), page: 1, explain: false, partial: false };
  const query = read.sorted ? read : { ...read, sort: 'date' as const };
  const answer = await ask.library.search({
    ...searchParams(query),
    limit: MOST_ENTRIES,
    facets: false,
  });
  const papers = [
    ...(answer.direct ? [answer.direct] : []),
    ...answer.hits.filter((hit) => !hit.loose).map((hit) => hit.paper),
  ];
  const said = [read.q === '' ? '' : `“${read.q}”`, ...filtersOf(read).map(({ says }) => says)];
  const page = queryPath(read);
  const title = said.filter(Boolean).join(', ').slice(0, 300).toWellFormed() || 'All papers';
  const subtitle = `Search results, ${query.sort === 'date' ? 'newest first' : `by ${query.sort}`}.`;
  return filled(ask, { title, subtitle, page, path: '/search/feed', query: feedQuery(read) }, [
    ...new Set(papers),
  ]);
}

export async function ofAuthor(ask: Ask, slug: string): Promise<Made> {
  const proper = slugify(slug).slice(0, 120);
  const page = `/authors/${encodeURIComponent(proper)}`;
  if (proper !== '' && proper !== slug) return { moved: feedPath(page) };
  const list = proper === '' ? null : await ask.library.author(proper, 1);
  if (list === null) throw new WebError(404, 'No author with that name has a paper here.');
  const name = texToPlain(list.name);
  return filled(ask, { title: name, subtitle: `Papers by ${name}, newest first.`, page }, list.papers);
}

export async function ofOrganization(ask: Ask, slug: string): Promise<Made> {
  const list = await ask.library.organization(slug, 1);
  const proper = slugify(slug);
  if (list === null && proper !== slug && proper !== '' && (await ask.library.organization(proper, 1)))
    return { moved: feedPath(organizationPath(proper)) };
  if (list === null) throw new WebError(404, 'No organisation with that name has a paper here.');
  const { name } = list.organization;
  const page = organizationPath(slug);
  return filled(ask, { title: name, subtitle: `Papers from ${name}, newest first.`, page }, list.papers);
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
