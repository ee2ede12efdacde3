/**
 * `/sitemap.xml` and its parts, for search engines (sitemaps.org): one of pages, issues and editions, and one of the papers
 * of each month. A month of more than 50,000 papers has several.
 */
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, text } from '../../http/replies.ts';
import { bounds, parseMonth } from '../../papers/days.ts';
import type { CalendarDay } from '../../papers/library.ts';
import { type Archive, UNDATED } from '../../papers/lists/archive.ts';
import type { Day } from '../../papers/types.ts';
import { addMonths, dayIn, monthOf } from '../../present/dates.ts';
import { paperPath } from '../../present/urls.ts';
import { stream } from '../exports/stream.ts';

/** The most addresses in a sitemap. */
export const MOST_ADDRESSES = 50_000;
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const TYPE = 'application/xml; charset=utf-8';
/** Issues of the digest among them: thirty years of them. */
const MOST_ISSUES = 15_000;
/** Addresses written at a time. */
const STRETCH = 500;

export const SITEMAPS: Reading[] = [
  {
    method: 'GET',
    path: '/sitemap.xml',
    says: 'The index of all sitemaps.',
    kind: 'page',
    who: 'public',
    handle: (ask) => sitemapIndex(ask),
  },
  {
    method: 'GET',
    path: '/sitemaps/pages.xml',
    says: 'A sitemap of pages, digest issues and editions.',
    kind: 'page',
    who: 'public',
    handle: (ask) => pages(ask),
  },
  {
    method: 'GET',
    path: '/sitemaps/:part.xml',
    says: 'A sitemap of the papers of a month (2026-06); at most 50,000 addresses.',
    kind: 'plain',
    who: 'public',
    handle: (ask, part, request) => papers(ask, part, request),
  },
];

const url = (loc: string, lastmod: Day | null): string =>
  `<url>\n${xmlElement('loc', loc)}${lastmod === null ? '' : xmlElement('lastmod', lastmod)}</url>\n`;

/** No `lastmod` here: the last change of each month's papers would have to be looked up. */
async function sitemapIndex(ask: Ask): Promise<Reply> {
  const names = ['pages', ...(ask.archive ? await parts(ask.archive) : [])];
  const maps = names.map(
    (name) => `<sitemap>\n${xmlElement('loc', `${ask.base}/sitemaps/${name}.xml`)}</sitemap>\n`,
  );
  return text(`${XML_HEAD}<sitemapindex xmlns="${NAMESPACE}">\n${maps.join('')}</sitemapindex>\n`, TYPE);
}

/** Names of the parts: `2026-06`, and if that is not enough `2026-06_2`. */
async function parts(archive: Archive): Promise<string[]> {
  const names: string[] = [];
  const add = (name: string, papers: number) => {
    for (let part = 1; part <= Math.ceil(papers / MOST_ADDRESSES); part++)
      names.push(part === 1 ? name : `${name}_${part}`);
  };
  for (const year of await archive.years()) {
    for (const [month, papers] of byMonth(await archive.days(year)).toReversed()) add(month, papers);
  }
  add(UNDATED, (await archive.mark(''))?.papers ?? 0);
  return names;
}

function byMonth(days: CalendarDay[]): [string, number][] {
  const months = new Map<string, number>();
  for (const { day, papers } of days) months.set(monthOf(day), (months.get(monthOf(day)) ?? 0) + papers);
  return [...months];
}

/** Pages on their own, the issues of the digest, and every edition, newest first. */
async function pages(ask: Ask): Promise<Reply> {
  const { library } = ask;
  const fixed = ['/', '/papers/trending', '/calendar', '/about', '/about/ranking'];
  if (ask.archive) fixed.push('/archive');
  if (ask.issues) fixed.push('/digests');
  const lines = fixed.map((path) => url(ask.base + path, null));
  for (const { id, composedAt } of (await ask.issues?.ids(MOST_ISSUES)) ?? [])
    lines.push(
      url(`${ask.base}/digests/${encodeURIComponent(id)}`, dayIn(composedAt, ask.web.site.timezone)),
    );
  const span = await library.span();
  const first = span === null ? '' : monthOf(span.first);
  let month = span === null ? '' : monthOf(span.last);
  while (month !== '' && month >= first && lines.length < MOST_ADDRESSES - 40) {
    const days = await library.calendar(month);
    if (days.length > 0) {
      // An edition is as old as its day, and a month as its last edition.
      lines.push(url(`${ask.base}/papers/month/${month}`, days.at(-1)!.day));
      for (const { day } of days.toReversed()) lines.push(url(`${ask.base}/papers/date/${day}`, day));
    }
    month = addMonths(month, -1);
  }
  return text(`${XML_HEAD}<urlset xmlns="${NAMESPACE}">\n${lines.join('')}</urlset>\n`, TYPE);
}

/**
 * Papers of a month. Its validator is the version of the whole library, which is cheap to get and never out of date.
 */
async function papers(ask: Ask, name: string, request: Request): Promise<Response> {
  const { archive, library } = ask;
  const match = /^(\d{4}-\d{2}|undated)(?:_([2-9]|[1-9]\d{1,3}))?$/.exec(name);
  const month = match?.[1] === UNDATED ? UNDATED : parseMonth(match?.[1] ?? '');
  if (!archive || !match || month === null) throw new WebError(404, 'There is no such sitemap.');
  const { first, last } =
    month === UNDATED ? { first: '', last: '' } : bounds({ kind: 'month', value: month });
  const addresses = archive.addresses(first, last);
  for (let skip = (Number(match[2] ?? 1) - 1) * MOST_ADDRESSES; skip > 0; skip--)
    if ((await addresses.next()).done) throw new WebError(404, 'There is no such sitemap.');
  const next = await addresses.next();
  // An empty sitemap is a 404.
  if (next.done) throw new WebError(404, 'There is no such sitemap.');
  return stream(request, {
    type: TYPE,
    mark: (await library.version()).replaceAll(/[^\w.-]/g, '-'),
    packs: true,
    make: () => urlset(ask, next.value, addresses),
  });
}

async function* urlset(
  ask: Ask,
  first: { id: string; changed: Day | null },
  rest: AsyncIterator<{ id: string; changed: Day | null }>,
): AsyncGenerator<Uint8Array> {
  let lines = `${XML_HEAD}<urlset xmlns="${NAMESPACE}">\n`;
  let item: { id: string; changed: Day | null } | null = first;
  for (let count = 1; item !== null; count++) {
    lines += url(ask.base + paperPath(item.id), item.changed);
    if (count % STRETCH === 0) {
      yield Buffer.from(lines);
      lines = '';
    }
    if (count === MOST_ADDRESSES) break;
    const next = await rest.next();
    item = next.done ? null : next.value;
  }
  yield Buffer.from(`${lines}</urlset>\n`);
}
