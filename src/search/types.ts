/**
 * The search room's contract. Nothing in this room knows the database, HTTP or the store: it is fed
 * documents with a change number and answers requests with keys; the caller fetches what it shows.
 */

/** One paper as the index sees it. */
export interface SearchDocument {
  /** The caller's key of the document (a paper's `pk`). A later document with the same key replaces it. */
  key: number;
  title: string;
  summary: string;
  abstract: string;
  authors: string[];
  organizations: { slug: string; name: string }[];
  keywords: string[];
  categories: string[];
  /** Whole days since 1970-01-01, or null. */
  day: number | null;
  upvotes: number;
  hasCode: boolean;
}

/** A batch of changes in the order of the change log, up to and including change number `seq`. */
export interface ChangeBatch {
  seq: number;
  documents: SearchDocument[];
  deleted: number[];
}

export interface SearchFilters {
  /** Days since 1970-01-01, both inclusive. */
  fromDay?: number;
  toDay?: number;
  /** A code (`cs.CL`) or an archive (`cs`, which takes in every `cs.*`). Any of them. */
  categories?: string[];
  /** Organisation slug. */
  organization?: string;
  /** An author's name, all of whose words must stand in one author's name. */
  author?: string;
  hasCode?: boolean;
}

export type SearchSort = 'relevance' | 'date' | 'votes';

export interface SearchRequest {
  /** What the reader typed. Empty: everything that passes the filters. */
  text: string;
  filters?: SearchFilters;
  sort?: SearchSort;
  offset?: number;
  /** At most 1,000. */
  limit?: number;
  /** Also tell how each hit's score is made. */
  explain?: boolean;
  /** Also count facet values over all hits. */
  facets?: boolean;
}

/** One term's share of a score. */
export interface TermShare {
  term: string;
  field: string;
  /** BM25F's parts: how often, how rare, and the product. */
  tf: number;
  idf: number;
  score: number;
}

export interface SearchHit {
  key: number;
  score: number;
  shares?: TermShare[];
}

export interface FacetCount {
  value: string;
  label: string;
  count: number;
}

export interface SearchResult {
  /** Exact number of documents that match. */
  total: number;
  hits: SearchHit[];
  facets?: { categories: FacetCount[]; organizations: FacetCount[]; years: FacetCount[]; hasCode: number };
  /** The index's state the answer was made from: the same `seq` gives the same answer. */
  seq: number;
}

/** An index open for reading. All methods are synchronous and never throw for any request text. */
export interface SearchIndex {
  search(request: SearchRequest): SearchResult;
  /** Papers nearest to one, itself left out; empty when the key is unknown. */
  similar(key: number, limit: number): SearchHit[];
  /** Half-open character ranges [start, end) of `text` that match the words of `query`, in order, disjoint. */
  highlights(query: string, text: string): [number, number][];
  /** Live documents. */
  readonly documents: number;
  /** The last change number it holds. */
  readonly seq: number;
  /** Bytes of memory its segments take. */
  readonly bytes: number;
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
  /** Throws everything away, down to `seq` 0. */
  reset(): void;
  close(): void;
}

/** The folder's files do not fit: other version, damaged, or not an index. The caller resets and feeds anew. */
export class IndexUnusable extends Error {
  override name = 'IndexUnusable';
}
