/** For tests: the responses of an arXiv with one category, with all their ways of being wrong. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Day } from '../papers/types.ts';

export interface Batch {
  fresh: string[];
  cross?: string[];
  replaced?: string[];
}

interface FeedState {
  batch: Batch;
  /** Its own metadata. */
  published: Day;
  /** Truncated at its end. */
  cut?: number;
  etag?: string;
  more?: string;
}

interface Harvested {
  created: Day;
  datestamp: Day;
  updated?: Day;
  deleted?: boolean;
  more?: string;
  categories?: string;
}

/** What each interface shows; tests change it as time passes. */
export interface World {
  /** Announcements by listing day. */
  days: Record<Day, Batch>;
  /** The day the listing names; null: it is unavailable. */
  listed: Day | null;
  /** Days on the page of recent ones; null: it is unavailable. */
  recent: Day[] | null;
  /** Shown instead of the listing. */
  page?: string;
  /** Entries per page of a listing. */
  pageSize: number;
  feed: FeedState | null;
  /** The contents of the API's index; null: it is unavailable. */
  api: Set<string> | null;
  /** The contents of the harvest; null: it is unavailable. */
  oai: Map<string, Harvested> | null;
  /** Records per page of the harvest. */
  oaiPage: number;
}

const title = (id: string): string => `An invented account of ${id}`;

/** `count` identifiers from `first` on. */
export const ids = (first: number, count: number, month = '2611'): string[] =>
  Array.from({ length: count }, (_, i) => `${month}.${String(first + i).padStart(5, '0')}`);

const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTH_NAMES =
  'January February March April May June July August September October November December'.split(' ');

/** `Friday, 20 November 2026`, or `Fri, 20 Nov 2026`. */
function longDay(day: Day, isShort = false): string {
  const date = new Date(`${day}T00:00:00Z`);
  const name = DAY_NAMES[date.getUTCDay()]!;
  const month = MONTH_NAMES[date.getUTCMonth()]!;
  const [first, second] = isShort ? [name.slice(0, 3), month.slice(0, 3)] : [name, month];
  return `${first}, ${date.getUTCDate()} ${second} ${date.getUTCFullYear()}`;
}

/** One page of entries under headings; the abstract of each links to a paper that is not among them. */
function listing(
  sections: [string, string[]][],
  head: string,
  { skip, show, lead = '' }: { skip: number; show: number; lead?: string },
): string {
  const total = sections.reduce((sum, [, of]) => sum + of.length, 0);
  let before = 0;
  let html = `${lead}<h3>${head}</h3><div class='paging'>Total of ${total} entries</div><dl id='articles'>`;
  for (const [name, of] of sections) {
    const from = Math.max(0, skip - before);
    const shown = of.slice(from, Math.max(from, skip + show - before));
    const part = shown.length === of.length ? '' : from > 0 ? 'last ' : 'first ';
    if (shown.length > 0)
      html +=
        `<h3>${name} (${from > 0 ? 'continued, ' : ''}showing ${part}${shown.length} of ${of.length} entries )</h3>` +
        shown.map((id, i) => entryOf(id, before + from + i + 1)).join('');
    before += of.length;
  }
  return `<html><body>${html}</dl></body></html>`;
}

const entryOf = (id: string, number: number): string =>
  `<dt><a name='item${number}'>[${number}]</a> <a href ="/abs/${id}" title="Abstract" id="${id}">arXiv:${id}</a> ` +
  `[<a href="/pdf/${id}">pdf</a>]</dt><dd><div class='list-title'>Title: ${title(id)}</div><p class='mathjax'>` +
  `As in <a href="https://arxiv.org/abs/1901.00001" class="link-https">arXiv:1901.00001</a>, we show it.</p></dd>`;

export const atom = (inner: string): string =>
  '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">' +
  `<updated>2026-11-24T05:00:00Z</updated>${inner}</feed>`;

export const feedEntry = (id: string, type: string, published: Day): string =>
  `<entry><id>oai:arXiv.org:${id}v1</id><title>${title(id)}</title><summary>arXiv:${id}v1 Announce Type: ${type} \n` +
  `Abstract: What ${id} shows.</summary><category term="cs.CL"/><published>${published}T00:00:00-05:00</published>` +
  `<arxiv:announce_type>${type}</arxiv:announce_type><dc:rights>http://licence/1</dc:rights>` +
  `<dc:creator>Ren\\'e Tidewater, Ada Orchard</dc:creator></entry>`;

function feedOf({ batch, published, cut, more = '' }: FeedState): string {
  const { fresh, cross = [], replaced = [] } = batch;
  const all = (list: string[], type: string): string =>
    list.map((id) => feedEntry(id, type, published)).join('');
  const xml = atom(`${all(fresh, 'new')}${all(cross, 'cross')}${more}${all(replaced, 'replace')}`);
  return cut === undefined ? xml : xml.slice(0, -cut);
}

const apiEntry = (id: string, published = '2026-11-19'): string =>
  `<entry><id>http://arxiv.org/abs/${id}v1</id><title>${title(id)}</title><summary>What ${id} shows.</summary>` +
  `<published>${published}T10:00:00Z</published><updated>${published}T10:00:00Z</updated>` +
  '<author><name>Ada Orchard</name></author><category term="cs.CL"/><arxiv:primary_category term="cs.CL"/></entry>';

const oai = (inner: string): string =>
  '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-24T05:00:00Z' +
  `</responseDate>${inner}</OAI-PMH>`;

function oaiRecord(
  id: string,
  { created, datestamp, updated, deleted, more, categories }: Harvested,
): string {
  const header = `<header${deleted ? ' status="deleted"' : ''}><identifier>oai:arXiv.org:${id}</identifier><datestamp>${datestamp}</datestamp></header>`;
  if (deleted) return `<record>${header}</record>`;
  return (
    `<record>${header}<metadata><arXiv><id>${id}</id><created>${created}</created>` +
    `${updated === undefined ? '' : `<updated>${updated}</updated>`}<authors><author><keyname>Orchard</keyname>` +
    `<forenames>Ada</forenames></author></authors><title>${title(id)}</title><categories>${categories ?? 'cs.CL'}` +
    `</categories>${more ?? ''}<license>http://licence/1</license><abstract>What ${id} shows.</abstract></arXiv>` +
    '</metadata></record>'
  );
}

/** Answers as arXiv's interfaces do. */
export function answer(
  world: World,
  path: string,
  response: ServerResponse,
  headers: IncomingHttpHeaders,
): void {
  const { pathname, searchParams: query } = new URL(path, 'http://arxiv');
  if (pathname.startsWith('/wrong')) {
    response.end('<h3>Sales (showing 3 of 3 entries)</h3>');
    return;
  }
  const door = /^\/list\/[^/]+\/(?:new|recent)$/.test(pathname)
    ? pathname.split('/')[3]!
    : pathname.split('/')[1]!;
  const etag = door === 'atom' ? world.feed?.etag : undefined;
  const text = DOORS[door]?.(world, query);
  if (text === null || text === undefined) response.writeHead(404).end();
  else if (etag !== undefined && headers['if-none-match'] === etag) response.writeHead(304).end();
  else response.writeHead(200, etag === undefined ? {} : { etag }).end(text);
}

/** The response of each interface; null: it is down. */
const DOORS: Record<string, (world: World, query: URLSearchParams) => string | null> = {
  new: ({ days, listed, page, pageSize }, query) => {
    if (listed === null || page !== undefined) return page ?? null;
    const { fresh = [], cross = [], replaced = [] } = days[listed] ?? {};
    const sections: [string, string[]][] = [
      ['New submissions', fresh],
      ['Cross submissions', cross],
      ['Replacement submissions', replaced],
    ];
    const head = `Showing new listings for ${longDay(listed)}`;
    return listing(sections, head, { skip: Number(query.get('skip')), show: pageSize });
  },
  recent: ({ days, recent, pageSize }, query) => {
    if (!recent) return null;
    const sections = recent.map((day): [string, string[]] => {
      const { fresh = [], cross = [] } = days[day] ?? {};
      return [longDay(day, true), [...fresh, ...cross]];
    });
    const head = 'Authors and titles for recent submissions';
    const jump = (day: Day): string =>
      `<li><a href="/list/cs.CL/recent?skip=0&amp;show=2000">\n ${longDay(day, true)}\n </a></li>`;
    const lead = `<ul>${recent.map(jump).join('')}</ul>`;
    return listing(sections, head, { skip: Number(query.get('skip')), show: pageSize, lead });
  },
  atom: ({ feed }) => feed && feedOf(feed),
  api: ({ api }, query) => {
    if (!api) return null;
    const asked = query.get('id_list')?.split(',') ?? [...api];
    const found = asked.filter((id) => api.has(id));
    const total = `<opensearch:totalResults>${found.length}</opensearch:totalResults>`;
    return atom(`${total}${found.map((id) => apiEntry(id)).join('')}`);
  },
  oai: ({ oai: records, oaiPage }, query) => records && oai(harvested(records, oaiPage, query)),
};

function harvested(records: Map<string, Harvested>, page: number, query: URLSearchParams): string {
  if (query.get('verb') === 'GetRecord') {
    const id = query.get('identifier')!.replace('oai:arXiv.org:', '');
    const found = records.get(id);
    return found
      ? `<GetRecord>${oaiRecord(id, found)}</GetRecord>`
      : '<error code="idDoesNotExist">none of that name</error>';
  }
  // A token stands for the whole query.
  const [token = '', start = '0'] = query.get('resumptionToken')?.split('|') ?? [];
  const asked = token === '' ? query : new URLSearchParams(token);
  const from = asked.get('from') ?? '';
  const until = asked.get('until') ?? '9999';
  const found = [...records].filter(([, { datestamp }]) => datestamp >= from && datestamp <= until);
  if (found.length === 0) return '<error code="noRecordsMatch">nothing</error>';
  const shown = found.slice(Number(start), Number(start) + page);
  const next = Number(start) + shown.length;
  const more = next < found.length ? `from=${from}&amp;until=${until}|${next}` : '';
  const rest = `<resumptionToken completeListSize="${found.length}">${more}</resumptionToken>`;
  return `<ListRecords>${shown.map(([id, one]) => oaiRecord(id, one)).join('')}${rest}</ListRecords>`;
}
