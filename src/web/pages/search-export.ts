/** What a search finds, as a file. */
import { setImmediate } from 'node:timers/promises';
import { LIST_FORMATS, type ListFormat, writeList } from '../../formats/write-list.ts';
import { slugify } from '../../papers/slug.ts';
import type { Ask, Reply } from '../context.ts';
import { text } from '../http.ts';
import { type Query, readQuery, searchParams } from './search-query.ts';

/** Most papers of one file. */
const MOST = 1000;
/** Papers written at a stretch; between, other requests have their turn. */
const STRETCH = 50;

/** `/search/export.bib` and the like: the best hits of the whole search, whatever page was looked at. */
export async function exportSearch(ask: Ask, format: ListFormat): Promise<Reply> {
  const { library } = ask.web;
  const query = readQuery(ask.query);
  const answer = await library.search({
    ...searchParams(query),
    page: 1,
    limit: MOST,
    explain: false,
    facets: false,
  });
  // What is only near is there to be looked at; a list of references holds what was asked for.
  const papers = [
    ...(answer.direct ? [answer.direct] : []),
    ...answer.hits.filter((hit) => !hit.loose).map((hit) => hit.paper),
  ].slice(0, MOST);
  const tallies = format === 'jsonl' ? await library.tallies(papers.map((paper) => paper.pk)) : undefined;
  const body = await written(writeList(format, papers, { site: ask.base, tallies }));
  return text(body, LIST_FORMATS[format].type, {
    'content-disposition': `attachment; filename="${fileName(query)}.${format}"`,
    'x-robots-tag': 'noindex',
  });
}

async function written(pieces: Iterable<string>): Promise<string> {
  let out = '';
  let count = 0;
  for (const piece of pieces) {
    out += piece;
    if (++count % STRETCH === 0) await setImmediate();
  }
  return out;
}

/** Plain letters and figures, since a header holds no others: `search-multi-token`. */
const fileName = (query: Query): string =>
  `search-${slugify(query.q).replace(/[^a-z0-9-]/g, '')}`.replace(/-+/g, '-').slice(0, 60).replace(/-$/, '');
