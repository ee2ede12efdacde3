/** Search as the interfaces request it: the index gives keys, the store the papers, and an identifier its one paper. */
import type { SearchFilters, SearchIndex, SearchRequest, SearchResult } from '../search/types.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { dayNumber } from './days.ts';
import { formatIdentifier } from './identifiers.ts';
import type { FoundPaper, Library, MatchingPapers, SearchAnswer, SearchParams } from './library.ts';
import { recognise } from './recognise.ts';
import type { Identifier, Paper } from './types.ts';

/** The most papers in one answer. */
const MOST_HITS = 1000;
const NO_FACETS: SearchAnswer['facets'] = {
  categories: [],
  organizations: [],
  venues: [],
  years: [],
  hasCode: 0,
};

interface Rooms {
  store: Store;
  index: SearchIndex;
  library: Pick<Library, 'paper' | 'papers'>;
  embed?: (query: string) => Promise<Float32Array | null>;
}

/** Answers a search; `SearchAnswer` describes the result. */
export async function search(
  { store, index, library, embed }: Rooms,
  params: SearchParams,
): Promise<SearchAnswer> {
  const identifier = recognise(params.q);
  const direct = identifier === null ? null : await library.paper(idWithoutVersion(identifier));
  // Half a word has no meaning, and a typing reader does not wait for it.
  const isAsked = identifier === null && params.q !== '' && !params.partial;
  const vector = isAsked ? await embed?.(params.q) : null;
  const { limit, page, request } = requestOf(params, identifier);
  const result = index.search({ ...request, ...(vector ? { vector } : {}) });
  const total = result.total + (direct === null || mentions(direct, identifier!) ? 0 : 1);
  return {
    total,
    exact: result.exact,
    page,
    pages: Math.max(1, Math.ceil((total - (direct === null ? 0 : 1)) / limit)),
    hits: await found(result, library, identifier !== null, direct),
    facets: result.facets ?? NO_FACETS,
    identifier,
    direct,
    didYouMean: identifier === null ? (result.didYouMean ?? null) : null,
    acronyms: result.acronyms ?? [],
    people: result.people ?? [],
    read: identifier === null ? result.read : { ...result.read, unknown: [], corrected: [], problems: [] },
    behind: await behind(store, index),
  };
}

/** A search as the index takes it. */
function requestOf(params: SearchParams, identifier: Identifier | null) {
  const limit = Math.min(MOST_HITS, params.limit ?? 20);
  const page = params.page ?? 1;
  const request: SearchRequest = {
    // For an identifier, only the papers that mention it are of interest, not those that share a number with it.
    text: identifier === null ? params.q : `"${identifier.value.replaceAll('"', ' ')}"`,
    filters: filtersOf(params),
    sort: params.sort ?? 'relevance',
    offset: (page - 1) * limit,
    limit,
    partial: (params.partial ?? false) && identifier === null,
    explain: params.explain ?? false,
    facets: params.facets ?? true,
  };
  return { limit, page, request };
}

/**
 * The keys of the papers that match a search, one page of them, near-duplicates included. Papers that only come near
 * are left out. `last`: there is no further page.
 */
export function keysFound(
  index: Pick<SearchIndex, 'search'>,
  params: SearchParams,
): { keys: number[]; last: boolean } {
  const { limit, request } = requestOf(params, recognise(params.q));
  const { hits } = index.search({ ...request, facets: false, explain: false, collapse: false });
  return {
    keys: hits.flatMap(({ key, loose }) => (loose ? [] : [key])),
    last: hits.length < limit || hits.at(-1)!.loose === true,
  };
}

/**
 * The papers a survey of a search is made of; see `Library.matching`. An identifier stands for its paper and those that
 * mention it.
 */
export async function matching(
  { store, index, library }: Rooms,
  params: SearchParams,
  most: number,
): Promise<MatchingPapers> {
  const identifier = recognise(params.q);
  const direct = identifier === null ? null : await library.paper(idWithoutVersion(identifier));
  const { request } = requestOf(params, identifier);
  const found = index.matching(request, most);
  const changes = await changesOf(store, found.keys);
  const { total, dimensions, vectors, read } = found;
  const papers = found.keys.flatMap((pk, i) => {
    const seq = changes.get(pk);
    // Deleted since it was indexed.
    if (seq === undefined) return [];
    const vector = dimensions === 0 ? null : vectors.subarray(i * dimensions, (i + 1) * dimensions);
    return [{ pk, seq, vector: vector?.some((component) => component !== 0) ? vector : null }];
  });
  if (direct !== null && !papers.some(({ pk }) => pk === direct.pk))
    papers.push({ pk: direct.pk, seq: direct.seq ?? 0, vector: null });
  return {
    total: Math.max(total, papers.length),
    papers,
    problems: identifier === null ? read.problems : [],
    behind: await behind(store, index),
  };
}

/** The change that last wrote each paper. */
async function changesOf(store: Store, pks: number[]): Promise<Map<number, number>> {
  const rows = await inSlices(pks, (part) =>
    store.read.selectFrom('papers').select(['pk', 'seq']).where('pk', 'in', part).execute(),
  );
  return new Map(rows.map(({ pk, seq }) => [pk, seq]));
}

/** Whether a paper mentions its own identifier: then it is counted among those that do. */
const mentions = ({ title, summary, abstract }: Paper, { value }: Identifier): boolean =>
  [title, summary, abstract].some((text) => text?.toLowerCase().includes(value.toLowerCase()));

/** As `Library.paper` accepts it; the version does not matter. */
const idWithoutVersion = ({ scheme, value }: Identifier): string => formatIdentifier({ scheme, value });

function filtersOf(params: SearchParams): SearchFilters {
  const filters: SearchFilters = {};
  if (params.from) filters.fromDay = dayNumber(params.from);
  if (params.to) filters.toDay = dayNumber(params.to);
  if (params.edition) {
    filters.fromEdition = dayNumber(params.edition.first);
    filters.toEdition = dayNumber(params.edition.last);
  }
  if (params.categories?.length) filters.categories = params.categories;
  if (params.organization) filters.organization = params.organization;
  if (params.venue) filters.venue = params.venue;
  if (params.author) filters.author = params.author;
  if (params.hasCode !== undefined) filters.hasCode = params.hasCode;
  return filters;
}

/** The hits with their papers, all fetched at once; those deleted from the store meanwhile are left out. */
async function found(
  result: SearchResult,
  library: Pick<Library, 'papers'>,
  byIdentifier: boolean,
  direct: Paper | null,
): Promise<FoundPaper[]> {
  const hits = result.hits.filter((hit) => !(byIdentifier && (hit.loose || hit.key === direct?.pk)));
  const keys = new Set(hits.flatMap((hit) => [hit.key, ...(hit.duplicates ?? [])]));
  const papers = new Map((await library.papers([...keys])).map((paper) => [paper.pk, paper]));
  return hits.flatMap(({ key, score, shares, duplicates = [], loose = false }) => {
    const paper = papers.get(key);
    if (!paper) return [];
    const also = duplicates.flatMap((pk) => {
      const other = papers.get(pk);
      return other ? [{ id: other.id, title: other.title }] : [];
    });
    return [{ paper, score, ...(shares ? { shares } : {}), duplicates: also, loose }];
  });
}

/** Papers changed since the index was written. */
async function behind(store: Store, index: SearchIndex): Promise<number> {
  if (index.seq >= (await store.seq())) return 0;
  const row = await store.read
    .selectFrom('papers')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where((e) => e(e.fn.coalesce('words_seq', 'seq'), '>', index.seq))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
