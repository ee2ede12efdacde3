/**
 * The search room's contract. Nothing in this room knows the database, HTTP or the store: it is fed
 * documents with a change number and answers requests with keys; the caller fetches what it shows.
 */

/** One paper as the index sees it. */
export interface SearchDocument {
  /** The caller's key of the document (a paper's `pk`), at most 2^32 - 1. A later one with it replaces it. */
  key: number;
  title: string;
  summary: string;
  abstract: string;
  authors: string[];
  organizations: { slug: string; name: string }[];
  keywords: string[];
  categories: string[];
  /** What its source notes ("Accepted to CVPR 2025"), and the journal it is in: its venues are read from these. */
  note?: string | null;
  journal?: string | null;
  /** Whole days since 1970-01-01, or null. */
  day: number | null;
  /** The day of the edition it is listed in, likewise; null or absent: it is in none. */
  edition?: number | null;
  upvotes: number;
  hasCode: boolean;
  /** The meaning as a model outside this room gave it (`IndexOptions.dimensions` long). */
  vector?: Float32Array;
}

/** A batch of changes in the order of the change log, up to and including change number `seq`. */
export interface ChangeBatch {
  seq: number;
  documents: SearchDocument[];
  deleted: number[];
  /** New votes of documents that are otherwise as before: key and number. */
  votes?: [number, number][];
}

export interface SearchFilters {
  /** Days since 1970-01-01, both inclusive. */
  fromDay?: number;
  toDay?: number;
  /** Days of editions, both inclusive; papers in no edition do not pass. */
  fromEdition?: number;
  toEdition?: number;
  /** A code (`cs.CL`) or an archive (`cs`, which takes in every `cs.*`). Any of them. */
  categories?: string[];
  /** Organisation slug, or all words of its name. */
  organization?: string;
  /** A conference or journal, by any of its names; with a year behind it, that year's. */
  venue?: string;
  /** An author's name (names.ts says who has it). */
  author?: string;
  hasCode?: boolean;
  /** Votes, both inclusive. */
  fromVotes?: number;
  toVotes?: number;
  /** What a paper must have, and must not. */
  has?: HasName[];
  lacks?: HasName[];
}

/** What `has:` asks for, besides code. */
export const HAS = [
  'abstract',
  'summary',
  'authors',
  'organization',
  'categories',
  'date',
  'edition',
  'votes',
  'venue',
] as const;
export type HasName = (typeof HAS)[number];

export type SearchSort = 'relevance' | 'date' | 'votes';

export interface SearchRequest {
  /** What the reader typed, in the query language of docs/search.md. Empty: all that passes the filters. */
  text: string;
  /** Met beside those written in the text (`year:2025 author:"Ada Lovelace"`). */
  filters?: SearchFilters;
  /** Overruled by a `sort:` in the text. */
  sort?: SearchSort;
  offset?: number;
  /** At most 1,000. */
  limit?: number;
  /** The text is still being typed: its last word also stands for all words that begin like it. */
  partial?: boolean;
  /** Also tell how each hit's score is made. */
  explain?: boolean;
  /** Also count facet values over all matches. Counts them exactly, as `count` does. */
  facets?: boolean;
  /** Count matches exactly. Else `total` is exact only where that costs nothing (`exact` says so). */
  count?: boolean;
  /** Unit vector of the text by the model outside, where the index holds its vectors. */
  vector?: Float32Array;
  /** False: near-duplicates are not collapsed. */
  collapse?: boolean;
}

/** What shares of a score can be for. */
export const SHARE_KINDS = [
  'word',
  'exact form',
  'compound',
  'variant',
  'acronym',
  'venue',
  'typo',
  'prefix',
  'phrase',
  'verbatim',
  'proximity',
  'title',
  'feedback',
  'meaning',
  'freshness',
  'votes',
] as const;
export type ShareKind = (typeof SHARE_KINDS)[number];

/** One share of a score; the shares of a hit sum to its score. */
export interface TermShare {
  kind: ShareKind;
  /** The word or what else it is for, readable: `token`, `multi-token`, `meaning`. */
  term: string;
  /** Fields it stands in (`title, abstract`); empty where that does not apply. */
  field: string;
  /** How strongly the paper has it, 0 to 1 (BM25F's saturated tf; a cosine; a share of the newest). */
  strength: number;
  /** What it can give at most: idf times its weight for words. `score` = `strength` · `weight`. */
  weight: number;
  score: number;
}

export interface SearchHit {
  key: number;
  score: number;
  shares?: TermShare[];
  /** Keys of near-duplicates that were collapsed into this hit, best first. */
  duplicates?: number[];
  /** It does not have all that was asked for: near in words or meaning only. Loose hits follow all others. */
  loose?: boolean;
}

export interface FacetCount {
  value: string;
  label: string;
  count: number;
}

/** An acronym of the query and what the corpus says it stands for, the most usual first. */
export interface Acronym {
  acronym: string;
  expansions: { text: string; papers: number; archives: string[]; used: boolean }[];
}

/** How a query's text was read. */
export interface Reading {
  /** Filters written in it, each of which must be met. */
  filters: SearchFilters;
  /** What else must be met, as a condition for people (`author:a OR author:b`); null: nothing. */
  condition: string | null;
  sort: SearchSort;
  /** Words that found nothing. */
  unknown: string[];
  /** Words that are probably mistyped, with what was looked for as well. */
  corrected: { word: string; instead: string }[];
  /** What could not be understood, for people. */
  problems: string[];
}

export interface SearchResult {
  /** Documents that match: have as many of the query's words as are asked for (loose hits are not counted). */
  total: number;
  /** `total` is exact; false: at least so many. */
  exact: boolean;
  hits: SearchHit[];
  facets?: {
    categories: FacetCount[];
    organizations: FacetCount[];
    venues: FacetCount[];
    years: FacetCount[];
    hasCode: number;
  };
  /** The query with its mistyped words replaced by those that were probably meant, which were looked for as well. */
  didYouMean?: string;
  acronyms?: Acronym[];
  /** People named in it, in small letters without accents: each is an author's whole name. */
  people?: string[];
  read: Reading;
  /** The index's state the answer was made from: the same `seq` gives the same answer. */
  seq: number;
}

/** What similar papers are searched by. */
export interface PaperText {
  title: string;
  abstract: string;
  authors?: readonly string[];
}

/** Everything that matches a request, or the newest of it. */
export interface Matching {
  /** Documents that match, including those left out. */
  total: number;
  /** The newest first. */
  keys: number[];
  /** Components of a vector; 0: the index holds none. */
  dimensions: number;
  /** The meaning of each, `dimensions` components (unit length · 127) a key, in their order; zeros: none. */
  vectors: Int8Array;
  read: Reading;
  seq: number;
}

export interface Completion {
  /** The whole text, completed. */
  text: string;
  /** How many a search for it finds. */
  papers: number;
}

/** An index open for reading. All methods are synchronous and never throw for any request text. */
export interface SearchIndex {
  search(request: SearchRequest): SearchResult;
  /** All that matches `text` and `filters`, at most the `most` newest. Near-duplicates are not collapsed. */
  matching(request: Pick<SearchRequest, 'text' | 'filters'>, most: number): Matching;
  /** Papers nearest to a given one, without itself; `text` is its own text. */
  similar(key: number, text: PaperText, limit: number): SearchHit[];
  /** Half-open character ranges [start, end) of `text` that match the words of `query`, in order, disjoint. */
  highlights(query: string, text: string): [number, number][];
  /** Ways a text that is being typed may go on, the most usual first. */
  complete(text: string, limit: number): Completion[];
  /** Papers whose titles begin with a text that is being typed, the newest first; none where there are very many. */
  titlesBeginning(text: string, limit: number): number[];
  /** Live documents. */
  readonly documents: number;
  /** The last change number it holds. */
  readonly seq: number;
  /** Grows whenever its documents have changed, within this process. */
  readonly words: number;
  /** Grows whenever votes have changed in place. */
  readonly votes: number;
  /** Bytes of memory its segments take. */
  readonly bytes: number;
  /** Name of the model whose vectors it holds, or '' when it holds none. */
  readonly model: string;
  /** Takes up what a writer (of this or another process) has committed since. True when something changed. */
  refresh(): boolean;
  close(): void;
}

/** The one writer of an index folder. The caller sees to it that there is only one (a lease). */
export interface IndexWriter {
  /** The last change number committed; feed it what comes after. 0: empty, feed everything. */
  readonly seq: number;
  /** Writes one segment and commits it atomically: after a crash it is there whole or not at all. */
  apply(batch: ChangeBatch): void;
  /** Merges small segments where that pays; cheap when there is nothing to do. */
  merge(): void;
  /** Merges further, for when much has come in and there is time: fewer segments answer faster. */
  settle(): void;
  /** Throws everything away, down to `seq` 0. */
  reset(): void;
  close(): void;
}

/** The folder's files do not fit: other version, damaged, or not an index. The caller resets and feeds anew. */
export class IndexUnusable extends Error {
  override name = 'IndexUnusable';
}
