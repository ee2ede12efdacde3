/**
 * The library: every question that an interface (page, API, feed, CLI) asks about papers. Implemented over the store
 * and the search index in catalogue.ts.
 */
import type { PaperPicture } from '../community/pictures.ts';
import type { PaperSubmitter } from '../community/submissions.ts';
import type { Discussion } from '../community/threads.ts';
import type { Mention, Reading as PaperReading } from '../reading/types.ts';
import type { Acronym, Completion, FacetCount, Reading, SearchSort, TermShare } from '../search/types.ts';
import type { Rules } from './editions/curation.ts';
import type { PaperSummaries } from './model-summaries.ts';
import type { Day, Identifier, Organization, OtherForm, Paper, Period, Source } from './types.ts';

export type { Period } from './types.ts';

/** One page of an ordered list that votes may reorder between two requests. */
export interface Page {
  papers: Paper[];
  total: number;
  /** From 1. */
  page: number;
  pages: number;
  /**
   * The moment at which the order was fixed: pass it on in links to further pages, and no paper is repeated or dropped,
   * however votes move. An opaque, short, URL-safe token.
   */
  asOf: string;
  /** The token given was too old: the list was started afresh. */
  renewed: boolean;
}

export interface Edition extends Page {
  period: Period;
  /** Its first and last day. */
  first: Day;
  last: Day;
  /** Arrived after the edition had closed; not ranked. Only on page 1. */
  late: Paper[];
  /** Its last day is not over. */
  open: boolean;
  /**
   * No paper enters or leaves it any more; later ones are `late`. A day that is over need not be closed: days before
   * the site was set up, and those that passed while it was down, until its next turn, are open to backfill.
   */
  closed: boolean;
  /** When it closed, of several days the last of them: epoch ms; null: it is not closed. */
  closedAt: number | null;
  /** When it closes, epoch ms (a day that is still open), else null. */
  closesAt: number | null;
  /** The nearest periods of the same kind that have papers. */
  previous: Period | null;
  next: Period | null;
}

export interface CalendarDay {
  day: Day;
  papers: number;
}

export interface SearchParams {
  /** In the query language of docs/search.md, or an identifier or address of one paper. */
  q: string;
  from?: Day;
  to?: Day;
  /** Only papers listed in the editions of these days, both inclusive. */
  edition?: { first: Day; last: Day };
  categories?: string[];
  organization?: string;
  /** A conference or journal, by any of its names; with a year behind it, that year's. */
  venue?: string;
  author?: string;
  hasCode?: boolean;
  sort?: SearchSort;
  /** From 1. */
  page?: number;
  /** Papers a page, at most 1,000. */
  limit?: number;
  /** `q` is still being typed: its last word also stands for words that begin with it. */
  partial?: boolean;
  explain?: boolean;
  /** False: facets are not counted, and the total is exact only where that costs nothing. */
  facets?: boolean;
}

/** One paper found. */
export interface FoundPaper {
  paper: Paper;
  score: number;
  shares?: TermShare[];
  /** Near-duplicates shown with it, not separately; best first. */
  duplicates: { id: string; title: string }[];
  /** It has only some of the words, or is near in meaning. Comes after all others and is not counted. */
  loose: boolean;
}

export interface SearchAnswer {
  /** Papers that match; for an identifier, its paper and those that mention it. */
  total: number;
  /** False: there are at least `total`. */
  exact: boolean;
  page: number;
  pages: number;
  hits: FoundPaper[];
  facets: {
    categories: FacetCount[];
    organizations: FacetCount[];
    venues: FacetCount[];
    years: FacetCount[];
    hasCode: number;
  };
  /** The identifier that `q` is, else null. The hits are then the papers that mention it. */
  identifier: Identifier | null;
  /** The paper of that identifier; null: there is none here. */
  direct: Paper | null;
  /** The query with unknown words replaced by likelier ones. */
  didYouMean: string | null;
  acronyms: Acronym[];
  /** How `q` was read: filters and order in it, words that found nothing, what could not be understood. */
  read: Reading;
  /** People whose names stand in `q`, in small letters without accents. */
  people: string[];
  /** The index still lacks this many changes (a large import is under way); 0 if it is up to date. */
  behind: number;
}

/** All papers that match a search, as keys: the caller reads those it needs. */
export interface MatchingPapers {
  /** How many match, including those left out. */
  total: number;
  /** The newest first. */
  papers: MatchingPaper[];
  /** Parts of the query that were not understood, for people. */
  problems: string[];
  /** The index still lacks this many changes. */
  behind: number;
}

export interface MatchingPaper {
  pk: number;
  /** The change that last wrote it. */
  seq: number;
  /** Its meaning (unit length · 127); null: the index has none. */
  vector: Int8Array | null;
}

/** Why a paper is ranked where it is, in numbers (ranking.ts has the formulas). */
export interface Standing {
  /** Rank in its day's edition, from 1, of `of`; null if it is in none. */
  place: number | null;
  of: number;
  edition: Day | null;
  upvotes: number;
  /** By how many votes those weigh less in trending (community/weights.ts). */
  discount: number;
  /** Other papers of the edition with as many votes, ordered by announcement and id. */
  tied: number;
  trending: { place: number; votesPart: number; agePart: number; key: number } | null;
  /** Where its votes were counted; `here`: those cast on this site. */
  tallies: { source: string; upvotes: number }[];
  /** The source of its summary and keywords; null: it has none. */
  toldBy: { summary: Source | null; keywords: Source | null };
}

/** Another form of a paper's work that is no part of the paper here. */
export interface RelatedForm {
  /** What the other is: the paper's preprint, or what it was published as. */
  as: OtherForm['as'];
  /** What the source calls it. */
  identifier: Identifier;
  /** Null: it is not here. */
  paper: Paper | null;
}

/** A person whose printed name is known here; people with the same name count as one. */
export interface Person {
  /** As the newest paper prints it. */
  name: string;
  slug: string;
  papers: number;
}

/** Which papers of editions, and in which order. */
export interface DailyQuery {
  /** Days of the editions, both inclusive; without `first`, from the beginning. */
  first?: Day;
  last: Day;
  /** The account (or, if there is none, the name) of whoever listed them; case does not matter. */
  submitter?: string;
  /** `votes`: like an edition; `days`: the newest edition first, each by votes; `trending`: like that page. */
  order: 'votes' | 'days' | 'trending';
}

/**
 * A position in the order of all papers: a paper's date (its publication, otherwise its day; `''`: none) and its id.
 */
export interface ListPosition {
  date: string;
  id: string;
}

/** As much of a paper as a line of a list of titles shows. */
export type TitledPaper = Pick<
  Paper,
  'pk' | 'id' | 'title' | 'published' | 'publishedPrecision' | 'categories'
>;

export interface Library {
  /** Changes whenever anything a page shows may have changed, in this process or another. */
  version(): Promise<string>;
  /** The rules by which papers enter an edition. */
  rules(): Promise<Rules>;
  /** The number of papers. */
  count(): Promise<number>;
  /** The newest day with papers, or null in an empty database. `now`: epoch ms. */
  latest(): Promise<Day | null>;
  /**
   * Null if the period has no papers. `page` from 1; `asOf` from an earlier page's answer; `category`: only papers in
   * that category.
   */
  edition(period: Period, page: number, asOf?: string, category?: string): Promise<Edition | null>;
  /** The categories of a period's papers, most frequent first. */
  categories(period: Period): Promise<FacetCount[]>;
  /** The nearest period of the same kind that has papers, the earlier of two equally near. */
  nearest(period: Period): Promise<Period | null>;
  /** The months (`2026-06`) that have editions, the first one first. */
  months(): Promise<string[]>;
  /** Days of a month (`2026-06`) that have papers. */
  calendar(month: string): Promise<CalendarDay[]>;
  /** First and last day with papers. */
  span(): Promise<{ first: Day; last: Day } | null>;
  trending(page: number, asOf?: string): Promise<Page>;
  /** Papers of editions from `offset` on; late ones last. For programs: the order is not held still. */
  daily(query: DailyQuery, offset: number, limit: number): Promise<{ papers: Paper[]; more: boolean }>;
  /** All papers, newest first, undated ones last; from the beginning or after a position. */
  newest(limit: number, after?: ListPosition): Promise<{ papers: Paper[]; next: ListPosition | null }>;
  /** By canonical id or any identifier it has (`arXiv:2504.15921v2`, a DOI, a merged paper's old id). */
  paper(id: string): Promise<Paper | null>;
  papers(pks: number[]): Promise<Paper[]>;
  similar(paper: Paper, limit: number): Promise<Paper[]>;
  /** What titles of similar papers are made of: votes do not change it. */
  similarTitles(paper: Paper, limit: number): Promise<TitledPaper[]>;
  /** Names in its abstract that several papers here mention. */
  knownNames(paper: Paper): Promise<Mention[]>;
  /** Its preprints and publications that are papers of their own here, or not here at all. */
  otherForms(paper: Paper): Promise<RelatedForm[]>;
  standing(paper: Paper): Promise<Standing>;
  search(params: SearchParams): Promise<SearchAnswer>;
  /** The papers that match a search, without partial matches; if there are more than `most`, the newest. */
  matching(params: SearchParams, most: number): Promise<MatchingPapers>;
  /** What rules read from papers' abstracts, by key; spans are offsets into `textRead(paper)`. */
  readings(papers: readonly Paper[]): Promise<Map<number, PaperReading>>;
  /** Character ranges of `text` that match `query`. */
  highlights(query: string, text: string): [number, number][];
  /** Completions of a query that is being typed, the most common first. */
  complete(text: string, limit: number): Promise<Completion[]>;
  /** Ids and votes of papers as they are at this moment, votes that no page shows yet among them. */
  totals(pks: number[]): Promise<Map<number, { id: string; upvotes: number }>>;
  /** Votes and comments of papers as counted elsewhere, by key and source. */
  tallies(pks: number[]): Promise<Map<number, { source: string; upvotes: number; comments: number }[]>>;
  /** Comments on a paper, in the order of their threads. @param from where the page begins */
  discussion(paper: Paper, from: number): Promise<Discussion>;
  /** Who submitted a paper on this site, earliest first. */
  submitters(paper: Paper): Promise<PaperSubmitter[]>;
  /** Pictures that its submitters gave. */
  pictures(paper: Paper): Promise<PaperPicture[]>;
  /** What a model has written about a paper for this site. */
  summaries(paper: Paper): Promise<PaperSummaries>;
  /** Papers by an author, newest first. `slug` as `authorSlug()` gives it. Null: nobody has that name. */
  author(slug: string, page: number): Promise<(Page & { name: string }) | null>;
  /** The author with that slug, without the papers; null: nobody has that name. */
  person(slug: string): Promise<Person | null>;
  organization(slug: string, page: number): Promise<(Page & { organization: Organization }) | null>;
  /** Papers by any of the authors or from any of the organisations, newest first; slugs as for those. One query. */
  byAnyOf(those: { authors: string[]; organizations: string[] }, limit: number): Promise<Paper[]>;
}

/** Papers on one page of an edition, of trending, of an author or organisation. */
export const PAGE_SIZE = 50;
