/**
 * What a paper is. Two shapes: a `PaperRecord` is what one source says of a paper; a `Paper` is what this
 * site says, folded from all records of it (see merge.ts). Neither knows HTTP or a database dialect.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** The kinds of identifier a paper can have. `local` is given here when nothing better is known. */
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

/** What can cite a paper at the Hub. */
export const KINDS_OF_REPOSITORY = ['models', 'datasets', 'spaces'] as const;
export type KindOfRepository = (typeof KINDS_OF_REPOSITORY)[number];

/** A model, dataset or Space at the Hub. What is not known is left out. */
export interface Repository {
  /** `owner/name`. */
  id: string;
  likes?: number;
  /** In the last month. */
  downloads?: number;
  /** A moment, ISO 8601 in UTC. */
  modified?: string;
  /** What a model does, in the Hub's word (`text-generation`). */
  task?: string;
  parameters?: number;
  /** One has to ask for it, and is let in by itself or by somebody. */
  gated?: 'auto' | 'manual';
  /** Of a Space. */
  emoji?: string;
  /** A Space's account of itself. */
  about?: string;
  /** A Space can be used now. */
  running?: boolean;
}

/** What cites a paper at the Hub: the first of each kind, and how many there are in all. */
export type Repositories = Record<KindOfRepository, Repository[]> & {
  totals: Record<KindOfRepository, number>;
};

/** Who listed a paper at the Hub: the name as printed, and the account there where one is known. */
export interface Submitter {
  name: string;
  user?: string;
}

/**
 * The rule by which a paper is in an edition, or why it is in none (curation.ts). `value` is what matched, as the
 * settings have it; of `cap` the number of papers.
 */
export interface Rule {
  enters: boolean;
  /**
   * `listed`: somebody chose the day. `all`: nothing has to match. `none`: something had to, and nothing did.
   * `cap`: the day had papers enough.
   */
  by: 'listed' | 'all' | 'category' | 'keyword' | 'author' | 'none' | 'cap';
  value?: string;
}

/** How exact `published` is: some sources only tell the month. */
export type DatePrecision = 'day' | 'month' | 'year';

/** Where a record came from. The order of this list is the order of trust for facts (merge.ts). */
export const SOURCES = [
  'arxiv',
  // What arXiv announced and when: a record of its own, so that a later change of the paper cannot undo it.
  'arxiv-feed',
  'openreview',
  'acl',
  'crossref',
  'hf',
  // What the Hub says of a paper alone: a record of its own, so that no list undoes what lists do not tell.
  'hf-paper',
  'jsonl',
  'csljson',
  'zotero',
  'bibtex',
  'ris',
  'starter',
  // They know papers that others own, and fill in what is lacking.
  's2',
  'openalex',
  'github',
  // Whoever writes a feed may call a paper what they like; only its identifier is sure.
  'feed',
] as const;
export type Source = (typeof SOURCES)[number];

/** What one source says of one paper. Everything but title and identifiers may be unknown. */
export interface PaperRecord {
  source: Source;
  /** At least one. The first is the record's own key at its source. */
  identifiers: Identifier[];
  /**
   * What the source calls another form of the same work: of a preprint its publication, and the other way round. Not
   * names of this record: the two are one paper where title or author agree (arrange.ts), and otherwise two that link
   * to each other (other-forms.ts).
   */
  sameAs?: OtherForm[];
  /** Plain text with TeX between dollars, white space folded. Never empty. */
  title: string;
  abstract?: string;
  /** A short account in other words than the abstract's. */
  summary?: string;
  /** Names in order, as printed ("Ada Lovelace"). */
  authors?: string[];
  /** When only the number is known, or more than `authors` has. */
  authorsCount?: number;
  organizations?: Organization[];
  /** Category codes in order, the primary first ("cs.CL"). */
  categories?: string[];
  keywords?: string[];
  published?: Day;
  publishedPrecision?: DatePrecision;
  /** Epoch milliseconds, where the source tells the time. */
  publishedAt?: number;
  updated?: Day;
  /** The day the source announced it (arXiv's listing day). */
  announced?: Day;
  /** The day's edition it was featured in, where somebody decided that. */
  listed?: Day;
  submittedBy?: Submitter;
  links?: Link[];
  repositories?: Repositories;
  figures?: Figure[];
  /** The authors' remark ("12 pages, accepted at …"). */
  note?: string;
  journal?: string;
  licence?: string;
  withdrawn?: boolean;
  /** Votes, comments and citations counted at the source. Absent: not told (which is not zero). */
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
  /** The day of the edition it is in; null: in none (its day is not known, or by `rule`). */
  listed: Day | null;
  /** By which rule it is in an edition, or why in none; null: its day is not known. */
  rule: Rule | null;
  submittedBy: Submitter | null;
  /** It came after its edition had closed; shown below that edition, outside the ranking. */
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
  sources: Source[];
}

/** A record read from a file or a service, or the reason why one could not be. */
export type Parsed =
  /** `warnings`: what of it was left out or guessed, for people. */
  | { ok: true; where: string; record: PaperRecord; warnings?: string[] }
  /** `where` names file and line (`papers.jsonl:12`) or the request; `reason` is for people. `raw`: the
   * record as it came (JSON), to be tried again. */
  | { ok: false; where: string; reason: string; raw?: unknown };
