/**
 * What a paper is. Two shapes: a `PaperRecord` is what one source says about a paper; a `Paper` is what this site says,
 * merged from all its records (see merge.ts). Neither knows HTTP or a database dialect.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** A range of editions: one day, an ISO week (`2026-W26`) or a month (`2026-06`). */
export type Period =
  | { kind: 'day'; value: Day }
  | { kind: 'week'; value: string }
  | { kind: 'month'; value: string };

/** The kinds of identifier a paper can have. `local` is assigned here if nothing better is known. */
export const SCHEMES = ['arxiv', 'doi', 'acl', 'openreview', 'local'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** One name of a paper. `value` is normalised (see identifiers.ts); `version` is arXiv's number, e.g. 2. */
export interface Identifier {
  scheme: Scheme;
  value: string;
  version?: number;
}

export const FORMS = ['preprint', 'publication'] as const;

/** The name of another form of a work, and which form that is. */
export interface OtherForm extends Identifier {
  as: (typeof FORMS)[number];
}

export interface Organization {
  /** As in the address, `/organizations/{slug}`. */
  slug: string;
  name: string;
}

export type LinkKind = 'code' | 'project' | 'media';

/** A link out: source code, a project page or media. `url` is absolute and https wherever possible. */
export interface Link {
  kind: LinkKind;
  url: string;
  /** GitHub stars, where known. */
  stars?: number;
  /** The licence of the code, as its host names it (`MIT`), where known. */
  licence?: string;
}

/** A headline figure: `{value: "5.8×", measure: "top speed-up on SpecBench"}`. */
export interface Figure {
  value: string;
  measure: string;
}

/** What can cite a paper on the Hub. */
export const KINDS_OF_REPOSITORY = ['models', 'datasets', 'spaces'] as const;
export type KindOfRepository = (typeof KINDS_OF_REPOSITORY)[number];

/** A model, dataset or Space on the Hub. Unknown values are left out. */
export interface Repository {
  /** `owner/name`. */
  id: string;
  likes?: number;
  /** In the last month. */
  downloads?: number;
  /** A moment, ISO 8601 in UTC. */
  modified?: string;
  /** The task of a model, in the Hub's terms (`text-generation`). */
  task?: string;
  parameters?: number;
  /** Access must be requested, and is granted automatically or by a person. */
  gated?: 'auto' | 'manual';
  /** Of a Space. */
  emoji?: string;
  /** A Space's description of itself. */
  about?: string;
  /** A Space is running. */
  running?: boolean;
}

/** What cites a paper on the Hub: the first of each kind, and how many there are in all. */
export type Repositories = Record<KindOfRepository, Repository[]> & {
  totals: Record<KindOfRepository, number>;
};

/** Who listed a paper on the Hub: the name as printed, and the account there if known. */
export interface Submitter {
  name: string;
  user?: string;
}

/**
 * The rule by which a paper is in an edition, or why it is in none (curation.ts). `value` is what matched, as in the
 * settings; for `cap`, the number of papers.
 */
export interface Rule {
  enters: boolean;
  /**
   * `listed`: somebody chose the day. `all`: there are no rules. `none`: there are rules, and none matched. `cap`: the
   * day was full.
   */
  by: 'listed' | 'all' | 'category' | 'keyword' | 'author' | 'none' | 'cap';
  value?: string;
}

/** The precision of `published`: some sources only give the month. */
export type DatePrecision = 'day' | 'month' | 'year';

/** Where a record came from. The order of this list is the order of trust for facts (merge.ts). */
export const SOURCES = [
  'arxiv',
  // What arXiv announced and when: a separate record, so that a later change of the paper cannot undo it.
  'arxiv-feed',
  'openreview',
  'acl',
  'crossref',
  'hf',
  // What the Hub says about a single paper: a separate record, so that lists, which say less, do not undo it.
  'hf-paper',
  'jsonl',
  'csljson',
  'zotero',
  'bibtex',
  'ris',
  'starter',
  // What a reader of this site submitted: any other source counts for more.
  'submitted',
  // They know papers that others own, and fill in what is missing.
  's2',
  'openalex',
  'github',
  // Whoever writes a feed may call a paper anything; only its identifier is certain.
  'feed',
  // What a model wrote for this site (summaries/): used where nobody else says anything.
  'model',
] as const;
export type Source = (typeof SOURCES)[number];

/** What one source says about one paper. Everything but title and identifiers may be unknown. */
export interface PaperRecord {
  source: Source;
  /** At least one. The first is the record's own key at its source. */
  identifiers: Identifier[];
  /**
   * What the source calls another form of the same work: a preprint's publication, or the reverse. Not names of this
   * record; the two are one paper if title or author agree (arrange.ts), and otherwise two that link to each other
   * (other-forms.ts).
   */
  sameAs?: OtherForm[];
  /** Plain text with TeX between dollars, white space folded. Never empty. */
  title: string;
  abstract?: string;
  /** A short summary, worded differently from the abstract. */
  summary?: string;
  /** The language model that wrote the summary, if the source names one. */
  summaryModel?: string;
  /** What a model wrote is valid only for the text it was written from: the hash of that text (text-hash.ts). */
  writtenFrom?: string;
  /** Names in order, as printed ("Ada Lovelace"). */
  authors?: string[];
  /** ORCIDs of authors, by their names in `authors`. */
  orcids?: Record<string, string>;
  /** If only the number is known, or it is more than `authors` has. */
  authorsCount?: number;
  organizations?: Organization[];
  /** Category codes in order, the primary first ("cs.CL"). */
  categories?: string[];
  keywords?: string[];
  published?: Day;
  publishedPrecision?: DatePrecision;
  /** Epoch milliseconds, if the source gives the time. */
  publishedAt?: number;
  updated?: Day;
  /** The day the source announced it (arXiv's listing day). */
  announced?: Day;
  /** The day of the edition it was featured in, if somebody decided that. */
  listed?: Day;
  submittedBy?: Submitter;
  links?: Link[];
  repositories?: Repositories;
  figures?: Figure[];
  /** The authors' comment ("12 pages, accepted at …"). */
  note?: string;
  journal?: string;
  licence?: string;
  withdrawn?: boolean;
  /** Votes, comments and citations counted at the source. Absent: unknown (which is not zero). */
  upvotes?: number;
  comments?: number;
  citations?: number;
}

/** A paper as this site shows it. */
export interface Paper {
  /** The row's key inside this database; never shown. */
  pk: number;
  /** The canonical id, as in `/papers/{id}`: `2504.15921`, `hep-th/9901001`, `doi:10.1000/x`, `acl:…`, … */
  id: string;
  identifiers: Identifier[];
  title: string;
  abstract: string | null;
  summary: string | null;
  /** The language model that wrote the summary; null: none did, or its name is unknown. */
  summaryModel: string | null;
  authors: string[];
  authorsCount: number | null;
  organizations: Organization[];
  categories: string[];
  keywords: string[];
  published: Day | null;
  publishedPrecision: DatePrecision;
  publishedAt: number | null;
  updated: Day | null;
  announced: Day | null;
  /** The day of the edition it is in; null: in none (its day is unknown, or because of `rule`). */
  listed: Day | null;
  /** The rule by which it is in an edition, or why it is in none; null: its day is unknown. */
  rule: Rule | null;
  submittedBy: Submitter | null;
  /** It arrived after its edition had closed; shown below that edition, outside the ranking. */
  late: boolean;
  links: Link[];
  repositories: Repositories | null;
  figures: Figure[];
  note: string | null;
  journal: string | null;
  licence: string | null;
  withdrawn: boolean;
  upvotes: number;
  comments: number;
  /** Null: nobody counted. */
  citations: number | null;
  /** The static key of the trending order (ranking.ts). */
  hot: number;
  /** The change that wrote it last, in this database: with the same number it is the same to the letter. */
  seq?: number;
  sources: Source[];
}

/** A record read from a file or a service, or the reason why one could not be read. */
export type Parsed =
  /** `warnings`: what was left out or guessed, for people. */
  | { ok: true; where: string; record: PaperRecord; warnings?: string[] }
  /**
   * `where` names file and line (`papers.jsonl:12`) or the request; `reason` is for people. `raw`: the record as
   * received (JSON), for retrying.
   */
  | { ok: false; where: string; reason: string; raw?: unknown };
