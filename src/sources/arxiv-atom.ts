/** arXiv's two Atom doors: the API, which answers questions, and the feed of the day's announcements. */
import { attempt } from '../formats/record.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { arxivRecord, splitAuthors } from './arxiv-record.ts';
import { type Client, SourceError } from './client.ts';
import { child, childrenOf, type Element, textOf } from './xml.ts';
import { answerElements } from './xml-answer.ts';

const WANTED = new Set(['entry']);

export interface ApiOptions {
  apiUrl: string;
  client: Client;
  signal?: AbortSignal;
}

/** The API gives at most 2,000 at once; a hundred keep addresses and answers small. */
const BATCH = 100;

/** Papers by arXiv identifier, in the API's order; unknown ones are left out by it. */
export async function* arxivById(ids: string[], options: ApiOptions): AsyncGenerator<Parsed> {
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    yield* arxivQuery({ id_list: batch.join(','), max_results: String(batch.length) }, options);
  }
}

/** One question to the API, in its own terms (`search_query`, `id_list`, `start`, `max_results`, …). */
export async function* arxivQuery(
  query: Record<string, string>,
  options: ApiOptions,
): AsyncGenerator<Parsed> {
  const url = new URL(options.apiUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  for await (const entry of answerElements(options.client, url, 'feed', WANTED, options.signal)) {
    // An error comes with status 200, dressed as the only paper.
    if (textOf(entry, 'title') === 'Error') {
      throw new SourceError(url.href, `arXiv says: ${textOf(entry, 'summary') ?? 'error'}`, { status: 200 });
    }
    yield apiRecord(entry, url.href);
  }
}

/** A slice the API gives without trouble, and the last place it lets one start at. */
const SLICE = 500;
const LAST_START = 30_000;

/**
 * What was submitted to a category since a day, newest first: the way round when harvesting fails. The API's
 * index lags the announcement by hours.
 */
export async function* arxivSubmitted(
  category: string,
  since: Day,
  options: ApiOptions,
): AsyncGenerator<Parsed> {
  for (let start = 0; start < LAST_START; start += SLICE) {
    let count = 0;
    const query = { search_query: `cat:${category}`, sortBy: 'submittedDate', sortOrder: 'descending' };
    for await (const parsed of arxivQuery(
      { ...query, start: `${start}`, max_results: `${SLICE}` },
      options,
    )) {
      if (parsed.ok && (parsed.record.published ?? since) < since) return;
      count++;
      yield parsed;
    }
    if (count < SLICE) return;
  }
}

function apiRecord(entry: Element, source: string): Parsed {
  const id = textOf(entry, 'id');
  return attempt(`${source} (${id ?? '?'})`, () => {
    const primary = child(entry, 'primary_category')?.attributes.term;
    return arxivRecord({
      id,
      title: textOf(entry, 'title'),
      abstract: textOf(entry, 'summary'),
      authors: childrenOf(entry, 'author').map((author) => textOf(author, 'name') ?? ''),
      categories: [...(primary === undefined ? [] : [primary]), ...terms(entry)],
      published: textOf(entry, 'published'),
      updated: textOf(entry, 'updated'),
      note: textOf(entry, 'comment'),
      journal: textOf(entry, 'journal_ref'),
      doi: textOf(entry, 'doi'),
    });
  });
}

const terms = (entry: Element): string[] =>
  childrenOf(entry, 'category').flatMap(({ attributes }) => attributes.term ?? []);

export interface FeedOptions {
  /** Without the categories: `https://rss.arxiv.org/atom`. */
  feedUrl: string;
  categories: string[];
  client: Client;
  signal?: AbortSignal;
}

/** What was announced last in these categories. An empty feed is a weekend or holiday, not an error. */
export async function* arxivFeed(options: FeedOptions): AsyncGenerator<Parsed> {
  const url = new URL(`${options.feedUrl.replace(/\/+$/, '')}/${options.categories.join('+')}`);
  for await (const entry of answerElements(options.client, url, 'feed', WANTED, options.signal)) {
    yield feedRecord(entry, url.href);
  }
}

/**
 * `published` is the announcement there, midnight in New York, so its date is read as it stands. Only `new`
 * and `cross` announce a paper; `replace` and `replace-cross` tell of a new version of an old one.
 */
function feedRecord(entry: Element, source: string): Parsed {
  const id = textOf(entry, 'id');
  return attempt(`${source} (${id ?? '?'})`, () => {
    const date = textOf(entry, 'published')?.slice(0, 10);
    const type = textOf(entry, 'announce_type') ?? '';
    const isAnnouncement = type === 'new' || type === 'cross';
    const record = arxivRecord({
      id,
      title: textOf(entry, 'title'),
      abstract: textOf(entry, 'summary')?.replace(
        /^arXiv:\S+\s+Announce Type:[^\n]*\s*(?:Abstract:\s*)?/,
        '',
      ),
      authors: childrenOf(entry, 'creator').flatMap((creator) => splitAuthors(creator.text)),
      categories: terms(entry),
      announced: isAnnouncement ? date : undefined,
      updated: type.startsWith('replace') ? date : undefined,
      licence: textOf(entry, 'rights'),
      journal: textOf(entry, 'journal_reference'),
      doi: textOf(entry, 'DOI') ?? textOf(entry, 'doi'),
    });
    return isAnnouncement ? { ...record, source: 'arxiv-feed' } : record;
  });
}
