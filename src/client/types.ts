// Made by generate.ts from the OpenAPI description of /api/v1. Make changes in the declarations in src/api/v1.
// biome-ignore-all format: generated

/** A person or organisation among the papers of a survey. */
export interface Active {
  name: string;
  slug: string;
  papers: number;
  upvotes: number;
  /** How close their papers are to the centre of the survey, from -1 to 1. */
  likeness: number | null;
}

/** An author’s papers, newest first. */
export interface AuthorPapers {
  author: {
    slug: string;
    name: string;
  };
  /** Total number of papers. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** The requested papers, in the order of `ids`. */
export interface Batch {
  /** Ids with no paper here. */
  missing: string[];
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** How to cite a paper. */
export interface Citation {
  id: string;
  bibtex: string;
  ris: string;
  /** CSL-JSON. */
  csl: Record<string, unknown>;
}

/** A comment by a reader of this site. */
export interface Comment {
  id: string;
  url: string;
  /** The comment it replies to. */
  parent: string | null;
  /** 0: it replies to none. */
  depth: number;
  /** Null if their account is deleted, or the comment is not shown. */
  author: {
    /** As in `/u/{name}`; null if they have no page. */
    name: string | null;
    displayName: string;
    badge: "moderator" | "admin" | "author" | null;
  } | null;
  /** Its author submitted the paper. */
  bySubmitter: boolean;
  /** Only shown comments have a text; `held`: waiting for a moderator. */
  state: "shown" | "hidden" | "held" | "deleted";
  /** As it was written, in Markdown. */
  text: string;
  /** Rendered. Links have `rel="ugc nofollow noopener"`; formulas are MathML. */
  html: string | null;
  createdAt: string;
  editedAt: string | null;
  edits: number;
  reactions: ({
    kind: "agree" | "insightful" | "thanks" | "doubt";
    count: number;
  })[];
  /** Quotes of the abstract, and whether they still stand in it. */
  quotes: ({
    text: string;
    state: "unchanged" | "changed" | "gone";
  })[];
}

/** Comments on a paper, in the order of their threads. */
export interface Comments {
  /** The paper’s id. */
  id: string;
  /** Comments that are shown. */
  total: number;
  /** Nobody can add to it. */
  locked: boolean;
  items: Comment[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Completions for a query being typed. */
export interface Completions {
  items: {
    text: string;
    /** How many papers a search for it finds. */
    papers: number;
  }[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** How many papers match. */
export interface Count {
  total: number;
  exact: boolean;
}

/** A day, week or month of papers. */
export interface Edition {
  /** A day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`). */
  period: string;
  kind: "day" | "week" | "month";
  first: string;
  last: string;
  /** Its last day is still running. */
  open: boolean;
  /** The edition is final: papers that arrive now are `late`. */
  closed: boolean;
  /** When it closes, for a day still open. */
  closesAt: string | null;
  /** The nearest earlier one with papers. */
  earlier: string | null;
  /** The nearest later one with papers. */
  later: string | null;
  /** Total number of papers. */
  total: number;
  exports: Exports;
  /** Arrived after it closed; not ranked. On the first page only. */
  late: Paper[];
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Days with papers, newest first, one month per page. */
export interface Editions {
  items: {
    day: string;
    papers: number;
  }[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Why a request failed. */
export interface ErrorAnswer {
  error: {
    /** A code for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, … */
    code: string;
    /** A message for people. */
    message: string;
    /** The invalid parameter. */
    parameter?: string;
  };
}

/** The same list as a file, at most 1,000 papers. */
export interface Exports {
  bib: string;
  ris: string;
  /** CSL-JSON. */
  json: string;
  csv: string;
  /** Can be re-imported. */
  jsonl: string;
}

/** Something to follow or unfollow. */
export interface Follow {
  /** `subject` is then a slug, a category, the query of a search, or the name of a person here. */
  kind: "author" | "organization" | "category" | "search" | "person";
  subject: string;
  follow: boolean;
}

/** What you follow, most recently followed first. */
export interface Follows {
  items: ({
    /** `subject` is then a slug, a category, the query of a search, or the name of a person here. */
    kind: "author" | "organization" | "category" | "search" | "person";
    subject: string;
    name: string;
    url: string;
    since: string;
  })[];
}

/** Preprints and publications of a paper that are not one with it here. */
export interface Forms {
  id: string;
  items: ({
    /** What the other is to this paper: its preprint, or what it was published as. */
    as: "preprint" | "publication";
    scheme: "arxiv" | "doi" | "acl" | "openreview" | "local";
    value: string;
    /** Where the identifier is looked up outside. */
    url: string | null;
    /** Null: it is not here. */
    paper: Paper | null;
  })[];
}

/** A paper that was found. */
export interface Hit {
  paper: Paper;
  score: number;
  /** A partial match. Listed after all others and not counted. */
  loose: boolean;
  /** Near-duplicates. */
  duplicates: {
    id: string;
    title: string;
  }[];
  /** What matches, with `highlights=true`. */
  highlights: {
    /** Half-open ranges of UTF-16 units. */
    title: [number, number][];
    /** Half-open ranges of UTF-16 units. */
    abstract: [number, number][];
  } | null;
  /** What the score is made of, with `explain=true`: `score` = `strength` · `weight`. */
  shares: {
    kind: string;
    term: string;
    field: string;
    strength: number;
    weight: number;
    score: number;
  }[] | null;
}

/** New papers in what you follow, newest first. */
export interface News {
  items: ({
    paper: Paper;
    /** What you follow that led here. */
    because: ({
      /** `subject` is then a slug, a category, the query of a search, or the name of a person here. */
      kind: "author" | "organization" | "category" | "search" | "person";
      name: string;
    })[];
  })[];
}

/** Your notifications, newest first. */
export interface Notifications {
  unread: number;
  items: ({
    id: string;
    kind: "reply" | "mention" | "paper" | "version" | "organisation";
    /** The id of the paper it is about. */
    paper: string | null;
    comment: string | null;
    /** The name of the person who did it. */
    by: string | null;
    detail: string;
    at: string;
    read: boolean;
  })[];
}

/** An organisation, as in `/organizations/{slug}`. */
export interface Organization {
  slug: string;
  name: string;
}

/** An organisation’s papers, newest first. */
export interface OrganizationPapers {
  organization: Organization;
  /** Total number of papers. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** One of your lists, in your order. */
export interface OwnList {
  id: string;
  name: string;
  public: boolean;
  /** Its public address; null: it is private. */
  url: string | null;
  papers: number;
  changedAt: string;
  items: {
    paper: Paper;
    note: string;
    addedAt: string;
  }[];
}

/** Your lists of papers, oldest first. */
export interface OwnLists {
  items: ({
    id: string;
    name: string;
    public: boolean;
    /** Its public address; null: it is private. */
    url: string | null;
    papers: number;
    changedAt: string;
  })[];
}

/** Everything known about a paper. */
export interface Paper {
  /** The canonical id: `2504.15921`, `hep-th/9901001`, `doi:10.1000/x`, `acl:…`, … */
  id: string;
  /** Its page here. */
  url: string;
  /** Plain text with TeX between dollars. */
  title: string;
  abstract: string | null;
  /** A short summary, not the abstract. */
  summary: string | null;
  /** The language model that wrote `summary`; null: none, or unknown. */
  summaryModel: string | null;
  authors: ({
    /** As printed. */
    name: string;
    /** As in `/authors/{slug}`; null if none can be made from the name. */
    slug: string | null;
  })[];
  /** The total, where `authors` lists fewer or none; null if unknown. */
  authorsCount: number | null;
  organizations: Organization[];
  /** Codes, the primary first: `cs.CL`. */
  categories: string[];
  keywords: string[];
  published: string | null;
  /** How exact `published` is; anything finer is filled with 01. */
  publishedPrecision: "day" | "month" | "year" | null;
  /** If a source gives the time. */
  publishedAt: string | null;
  updated: string | null;
  /** When its source announced it. */
  announced: string | null;
  /** The day of its edition; null if in none. */
  listed: string | null;
  /** It arrived after its edition closed and is listed below it. */
  late: boolean;
  /** Null if its day is unknown. */
  rule: Rule | null;
  submittedBy: {
    name: string;
    user: string | null;
  } | null;
  upvotes: number;
  comments: number;
  /** Null if not counted. */
  citations: number | null;
  identifiers: ({
    scheme: "arxiv" | "doi" | "acl" | "openreview" | "local";
    value: string;
    version: number | null;
    /** Where to look it up elsewhere. */
    url: string | null;
  })[];
  links: ({
    kind: "code" | "project" | "media";
    url: string;
    stars: number | null;
    licence: string | null;
  })[];
  /** Models, datasets and Spaces that cite it on the Hub; null if none are known. */
  repositories: Repositories | null;
  /** The PDF on arXiv or the ACL Anthology. */
  pdf: string | null;
  /** Headline figures: `{"value": "5.8×", "measure": "speed-up"}`. */
  figures: {
    value: string;
    measure: string;
  }[];
  /** The authors’ comment. */
  note: string | null;
  journal: string | null;
  licence: string | null;
  withdrawn: boolean;
  /** Sources, most trusted first. */
  sources: ("arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "submitted" | "s2" | "openalex" | "github" | "feed" | "model")[];
}

/** Papers in an order. */
export interface Papers {
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Pictures that readers submitted with a paper. */
export interface Pictures {
  /** The paper’s id. */
  id: string;
  items: {
    url: string;
    /** What it shows, as described by whoever submitted it. */
    alt: string;
    width: number;
    height: number;
  }[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** A sentence of a paper, word for word. */
export interface Quote {
  text: string;
  /** Half-open ranges of UTF-16 units that are highlighted. */
  marks: [number, number][];
}

/** What cites a paper on the Hub: the first of each kind. */
export interface Repositories {
  models: Repository[];
  datasets: Repository[];
  spaces: Repository[];
  /** Total number. */
  totals: {
    models: number;
    datasets: number;
    spaces: number;
  };
}

/** A model, dataset or Space on the Hub. */
export interface Repository {
  /** `owner/name` */
  id: string;
  url: string;
  likes: number | null;
  /** In the last month. */
  downloads: number | null;
  modified: string | null;
  /** What a model does: `text-generation`. */
  task: string | null;
  parameters: number | null;
  /** A Space’s description of itself. */
  about: string | null;
}

/** The site’s rule that put a paper in an edition, or why it is in none. */
export interface Rule {
  enters: boolean;
  /** `listed`: someone listed it for that day. `all`: every paper is included. `cap`: the day was full. */
  by: "listed" | "all" | "category" | "keyword" | "author" | "none" | "cap";
  /** What matched, as written in the settings. */
  value: string | null;
}

/** The runs of a source, newest first. */
export interface Runs {
  source: string;
  items: ({
    id: number;
    part: string;
    /** `scheduled`, `asked`, `backfill`, … */
    kind: string;
    state: string;
    /** How it went, in a sentence. */
    says: string;
    /** The announcement it fetched. */
    announced: string | null;
    /** Papers the source announced; null if it does not say. */
    expected: number | null;
    got: number | null;
    new: number;
    changed: number;
    /** Merged into papers from other sources. */
    merged: number;
    unchanged: number;
    rejected: number;
    withdrawn: number;
    requests: number;
    startedAt: string;
    /** Null while it is running, or if it was interrupted and its end is not known. */
    endedAt: string | null;
    remarks: string[];
  })[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** A paper to save to a list, or to remove from it. */
export interface Save {
  saved: boolean;
  /** The id of one of your lists; default: your first when saving, all of them when removing. */
  list?: string;
  /** Replaces its note in that list. */
  note?: string;
}

/** Where a paper is saved now. */
export interface Saved {
  id: string;
  /** Whether it is in any of your lists. */
  saved: boolean;
  /** Their ids. */
  lists: string[];
}

/** Search results. */
export interface Search {
  /** Papers that match. */
  total: number;
  /** If false, `total` is a lower bound. */
  exact: boolean;
  /** The paper identified by `q`; `items` are those that mention it. */
  direct: Paper | null;
  didYouMean: string | null;
  acronyms: {
    acronym: string;
    expansions: {
      text: string;
      papers: number;
      archives: string[];
      /** Also searched for. */
      used: boolean;
    }[];
  }[];
  /** How the query text was read: its filters and order, and what was not understood. */
  read: {
    sort: "relevance" | "date" | "votes";
    from: string | null;
    to: string | null;
    /** Only papers in editions of these days, both inclusive; null: open at that end. */
    edition: {
      first: string | null;
      last: string | null;
    } | null;
    categories: string[];
    organization: string | null;
    venue: string | null;
    author: string | null;
    /** Only papers with code, or only those without; null: either. */
    code: boolean | null;
    /** Only papers with this many votes, both inclusive. */
    votes: {
      from: number | null;
      to: number | null;
    } | null;
    /** What papers must have, as in `has:abstract`. */
    has: string[];
    /** What papers must not have, as in `-has:abstract`. */
    lacks: string[];
    /** What else papers must meet, such as `author:a OR author:b`. */
    condition: string | null;
    /** Words that are in no paper. */
    unknown: string[];
    /** Words that are probably mistyped, with those that were searched for as well. */
    corrected: {
      word: string;
      instead: string;
    }[];
    /** Parts that were not understood. */
    problems: string[];
  };
  /** With `facets=true`: counts over the papers that match. */
  facets: {
    categories: {
      value: string;
      label: string;
      count: number;
    }[];
    organizations: {
      value: string;
      label: string;
      count: number;
    }[];
    venues: {
      value: string;
      label: string;
      count: number;
    }[];
    years: {
      value: string;
      label: string;
      count: number;
    }[];
    code: number;
  } | null;
  /** Changes not yet in the index; 0 when it is up to date. */
  behind: number;
  exports: Exports;
  items: Hit[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** What this site is. */
export interface Site {
  name: string;
  /** Of the program. */
  version: string;
  url: string;
  /** The OpenAPI description of this interface. */
  description: string;
  papers: number;
  /** The first day with papers. */
  first: string | null;
  last: string | null;
  /** The newest edition. */
  latest: string | null;
  /** The time zone of editions. */
  timezone: string;
  /** The time of day at which an edition closes. */
  turn: string;
  /** Which papers enter an edition. A leading `-` excludes them. */
  rules: {
    categories: string[];
    keywords: string[];
    authors: string[];
    /** Papers included automatically per day; 0: no limit. */
    cap: number;
  };
}

/** Why a paper is ranked where it is; see `/about/ranking`. */
export interface Standing {
  id: string;
  upvotes: number;
  /** What these votes weigh in trending; see `/about/ranking`. */
  weight: number;
  edition: {
    day: string;
    /** From 1; null if it is late and so not ranked. */
    place: number | null;
    of: number;
    /** Others with as many votes; ties are broken by announcement and id. */
    tied: number;
  } | null;
  trending: {
    place: number;
    /** The sum of `votesPart` and `agePart`. */
    key: number;
    votesPart: number;
    agePart: number;
  } | null;
  rule: Rule | null;
  /** Where votes were counted; `here`: on this site. */
  tallies: {
    source: string;
    upvotes: number;
  }[];
  toldBy: {
    summary: "arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "submitted" | "s2" | "openalex" | "github" | "feed" | "model" | null;
    keywords: "arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "submitted" | "s2" | "openalex" | "github" | "feed" | "model" | null;
  };
  /** Readers of this site who submitted it, earliest first. */
  submitters: ({
    /** As in `/u/{name}`; null if their account is deleted. */
    name: string | null;
    displayName: string;
    /** The edition they submitted it to; null: none. */
    day: string | null;
  })[];
}

/** Source status. */
export interface Status {
  level: "well" | "waiting" | "trouble" | "off";
  /** A summary in a sentence or two. */
  says: string;
  at: string;
  items: ({
    source: string;
    title: string;
    part: string;
    /** What it fetches. */
    says: string;
    state: "ok" | "quiet" | "unfinished" | "failed" | "stale" | "paused" | "waiting";
    /** The newest announcement. */
    announced: string | null;
    /** Whether all of it is here; null if it has not run yet. */
    complete: boolean | null;
    /** Consecutive failures up to now. */
    failures: number;
    failingSince: string | null;
    lastRunAt: string | null;
    lastGoodAt: string | null;
    /** Null while it is paused. */
    dueAt: string | null;
    /** Rejected records on file. */
    rejected: number;
    running: boolean;
    backfill: {
      since: string;
      until: string;
    } | null;
  })[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** A paper to submit: by its identifier alone, or with title and authors if it has no identifier or no service knows it. */
export interface Submission {
  /** An arXiv identifier, a DOI, or an address on arXiv, OpenReview or the ACL Anthology. */
  id?: string;
  title?: string;
  authors?: string[];
  abstract?: string;
  /** `2026-06-26`, `2026-06` or `2026`. */
  published?: string;
  /** Where it can be read. */
  url?: string;
  /** The address of its code. */
  code?: string;
  /** The address of its project page. */
  project?: string;
  /** The address of a video about it. */
  video?: string;
  /** A first comment, in Markdown; the token also needs the scope `comment`. */
  comment?: string;
  /** Lists a paper in today’s edition even if it is already here, where possible. */
  relist?: boolean;
}

/** A paper that was submitted, or was already here. */
export interface Submitted {
  id: string;
  url: string;
  /** False: it was already here, and nothing was changed. */
  isNew: boolean;
  /** The edition it is in. */
  listed: string | null;
}

/** What a language model has written about a paper. */
export interface Summaries {
  id: string;
  /** `failed`: nothing it wrote held up; `replaced`, `removed`: by an author or a moderator. */
  state: "none" | "waiting" | "failed" | "written" | "replaced" | "removed";
  /** Empty unless `written`. */
  items: ({
    /** `en` first; translations are checked against it. */
    language: string;
    model: string;
    /** The version of prompt and checks. */
    prompt: string;
    at: string;
    summary: {
      text: string;
      /** Where its evidence begins in `abstract`, in UTF-16 units. */
      start: number;
      /** Where that ends, exclusive. */
      end: number;
    } | null;
    points: {
      text: string;
      /** Where its evidence begins in `abstract`, in UTF-16 units. */
      start: number;
      /** Where that ends, exclusive. */
      end: number;
    }[];
    /** In English only: words of the paper. */
    keywords: string[];
  })[];
}

/** What a set of papers has found, in their own sentences. */
export interface Survey {
  /** Papers that match; if more than `papers`, these are the newest. */
  total: number;
  /** The newest first. */
  papers: ({
    id: string;
    url: string;
    title: string;
    published: string | null;
    updated: string | null;
    upvotes: number;
    /** The key of its theme. */
    theme: string | null;
  })[];
  themes: ({
    key: string;
    name: string;
    terms: string[];
    lead: string;
    first: string | null;
    /** Ids of papers. */
    papers: string[];
  })[];
  timeline: {
    step: "day" | "month" | "year";
    steps: {
      at: string;
      papers: number;
    }[];
    bursts: ({
      at: string;
      /** Null: all papers together. */
      theme: string | null;
      papers: number;
      expected: number;
    })[];
  };
  /** The newest first, those less certain last. */
  figures: SurveyFigure[];
  /** Figures with the same words for measure, benchmark and split. */
  comparisons: ({
    what: string;
    on: string;
    unit: "%" | "points" | "x" | "seconds" | "count" | "other";
    rows: ({
      paper: string;
      value: string;
      number: number | null;
      sentence: Quote;
    })[];
  })[];
  benchmarks: {
    name: string;
    /** Ids of papers. */
    papers: string[];
  }[];
  code: ({
    paper: string;
    url: string;
    stars: number | null;
    licence: string | null;
  })[];
  /** Ids of papers that call themselves a survey. */
  surveys: string[];
  /** Open questions. */
  open: {
    paper: string;
    sentence: Quote;
  }[];
  people: Active[];
  organizations: Active[];
  /** Ids of papers. */
  mostVoted: string[];
  /** Ids of papers. */
  mostTypical: string[];
  /** What has changed, with `since`. */
  changes: {
    since: string;
    /** New papers. */
    papers: number;
    /** New themes. */
    themes: number;
    /** New headline figures. */
    figures: number;
    /** Papers with a new version. */
    revised: number;
    all: ({
      kind: "paper" | "theme" | "figure" | "benchmark" | "code" | "survey" | "question";
      key: string;
      before: {
        text: string;
        paper: string;
      } | null;
      after: {
        text: string;
        paper: string;
      } | null;
    })[];
  } | null;
  /** Parts of the query that were not understood. */
  problems: string[];
  /** Changes the search index does not have yet. */
  behind: number;
}

/** A figure that a paper states, with the sentence that states it. */
export interface SurveyFigure {
  paper: string;
  /** As written. */
  value: string;
  unit: "%" | "points" | "x" | "seconds" | "count" | "other";
  number: number | null;
  /** What is measured or counted. */
  what: string | null;
  compared: string | null;
  /** The benchmark or dataset. */
  on: string | null;
  headline: boolean;
  /** If false, the rules were less certain, and it is never a headline. */
  sure: boolean;
  sentence: Quote;
}

/** Papers by votes and recency combined. */
export interface Trending {
  /** Total number of papers. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Pass it as `cursor` for the next page; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** A vote for a paper. */
export interface Vote {
  /** False withdraws it. */
  vote: boolean;
}

/** The outcome of a vote. */
export interface Voted {
  /** The paper’s id. */
  id: string;
  voted: boolean;
  /** Including those counted elsewhere. */
  votes: number;
}

/** What can be requested: parameters and responses. */
export interface Operations {
  /** A day, a week or a month of papers: by votes, then announcement, then id. All pages keep the order of the moment the first was fetched, however votes change. */
  edition: {
    parameters: {
      /** `latest`, a day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`). */
      period: string;
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Edition;
  };
  /** Days with papers, newest first. A page is a month. Months without papers are skipped. */
  editions: {
    parameters: {
      /** The month to start with; the newest by default. */
      month?: string;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Editions;
  };
  /** Papers by votes and recency combined, at most 500. `/about/ranking` has the formula. All pages keep the order of the moment the first was fetched. */
  trending: {
    parameters: {
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Trending;
  };
  /** All papers, newest first. A cursor marks a place, not a number, so new papers do not shift it. */
  papers: {
    parameters: {
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Papers;
  };
  /** Submits a paper to today’s edition. By its identifier, which is looked up at the service it belongs to, or by title and authors. A paper that is already here is returned unchanged unless `relist` is true, so requests can be repeated. Needs an access token with the scope `submit`. */
  submit: {
    parameters: Submission;
    answer: Submitted;
  };
  /** Up to 100 papers by their ids, in the order requested. Give an id with a comma in it on its own: `ids=doi:10.1000/a,b&ids=2504.15921`. */
  batch: {
    parameters: {
      /** Ids, one per parameter or separated by commas. */
      ids: string[];
    };
    answer: Batch;
  };
  /** Why a paper is ranked where it is, in numbers. For an id that itself ends like this address, or is `batch`, use `/papers/batch`. */
  standing: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Standing;
  };
  /** Papers most similar to one in words and meaning, most similar first. */
  similar: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
      /** Items per page. */
      limit?: number;
    };
    answer: Papers;
  };
  /** The preprints and publications of a paper that are not one with it here. A source says that they are forms of one work, but neither title nor author does; or the other is not here. */
  forms: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Forms;
  };
  /** What a language model has written about a paper for this site, with the evidence for each sentence. Each sentence was checked by rules against the words of the abstract that `start` and `end` mark, in UTF-16 units. */
  summaries: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Summaries;
  };
  /** How to cite a paper, in every format. Each on its own is at `/papers/{id}/cite.bib`, `/cite.ris` and `/cite.json`. */
  citation: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Citation;
  };
  /** The comments that readers of this site have written on a paper, in the order of their threads. A comment comes before its replies; those of a page may reply to one on an earlier page. */
  comments: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Comments;
  };
  /** The pictures that readers submitted with a paper, oldest first. */
  pictures: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Pictures;
  };
  /** Everything known about a paper. A slash in an id may be written as `%2F` or as it is. */
  paper: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Paper;
  };
  /** Papers that match a query and filters. Near-duplicates are one item, so a page may have fewer than `limit`. If `q` is an identifier, `direct` is its paper, which `total` counts too. */
  search: {
    parameters: {
      /** The query; docs/search.md has its language. Empty: all papers. */
      q?: string;
      /** A code (`cs.CL`) or an archive (`cs`); any of several. */
      category?: string[];
      /** An organisation’s slug, or words of its name. */
      organization?: string;
      /** A conference or journal, by any of its names; with a year, that of the year. */
      venue?: string;
      /** An author’s name, or words of it. */
      author?: string;
      /** Only papers with source code. */
      code?: boolean;
      /** Published in this year. */
      year?: string;
      /** Published on this day or later. */
      from?: string;
      /** Published on this day or earlier. */
      to?: string;
      /** Listed in the edition of this day, or of a day of this week or month. */
      edition?: string;
      /** The order; by default `relevance` if there is a query, otherwise `date`. */
      sort?: "relevance" | "date" | "votes";
      /** Also count categories, organisations, venues and years over all matches. */
      facets?: boolean;
      /** Also say which parts of title and abstract match. */
      highlights?: boolean;
      /** Also say what each score is made of. */
      explain?: boolean;
      /** The query is still being typed: its last word also matches words that start with it. */
      partial?: boolean;
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Search;
  };
  /** How many papers match a query and filters. */
  count: {
    parameters: {
      /** The query; docs/search.md has its language. Empty: all papers. */
      q?: string;
      /** A code (`cs.CL`) or an archive (`cs`); any of several. */
      category?: string[];
      /** An organisation’s slug, or words of its name. */
      organization?: string;
      /** A conference or journal, by any of its names; with a year, that of the year. */
      venue?: string;
      /** An author’s name, or words of it. */
      author?: string;
      /** Only papers with source code. */
      code?: boolean;
      /** Published in this year. */
      year?: string;
      /** Published on this day or later. */
      from?: string;
      /** Published on this day or earlier. */
      to?: string;
      /** Listed in the edition of this day, or of a day of this week or month. */
      edition?: string;
    };
    answer: Count;
  };
  /** Completions for a query being typed: phrases, people and titles that find something. A space after the last word marks it as complete; send it as `%20`. */
  completions: {
    parameters: {
      /** The text typed so far. */
      q?: string;
      /** Items per page. */
      limit?: number;
    };
    answer: Completions;
  };
  /** What the papers of a search have found: figures with their sentences, themes, timeline, code, open questions. Takes the filters of a search; if more than 5,000 papers match, it covers the newest. Partial matches are left out. Nothing in it is written by a model: every sentence is quoted, and the same papers give the same answer. */
  survey: {
    parameters: {
      /** The query; docs/search.md has its language. Empty: all papers. */
      q?: string;
      /** A code (`cs.CL`) or an archive (`cs`); any of several. */
      category?: string[];
      /** An organisation’s slug, or words of its name. */
      organization?: string;
      /** A conference or journal, by any of its names; with a year, that of the year. */
      venue?: string;
      /** An author’s name, or words of it. */
      author?: string;
      /** Only papers with source code. */
      code?: boolean;
      /** Published in this year. */
      year?: string;
      /** Published on this day or later. */
      from?: string;
      /** Published on this day or earlier. */
      to?: string;
      /** Listed in the edition of this day, or of a day of this week or month. */
      edition?: string;
      /** Also report what has changed since this day. */
      since?: string;
    };
    answer: Survey;
  };
  /** Papers by an author, newest first. Authors with the same name share one list. A paper may appear twice if others arrive while you page. */
  author: {
    parameters: {
      /** As given with the name in papers. */
      slug: string;
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: AuthorPapers;
  };
  /** Papers from an organisation, newest first. A paper may appear twice if others arrive while you page. */
  organization: {
    parameters: {
      /** As given with the name in papers. */
      slug: string;
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: OrganizationPapers;
  };
  /** The status of every source, and whether everything it announced is here. */
  sources: {
    parameters: Record<never, never>;
    answer: Status;
  };
  /** The runs of a source, newest first. */
  runs: {
    parameters: {
      /** Its name, as in `/sources`. */
      source: string;
      /** Only those of this part. */
      part?: string;
      /** Items per page. */
      limit?: number;
      /** Where to continue: `next` of the previous response. */
      cursor?: string;
    };
    answer: Runs;
  };
  /** What this site is, what it holds, and its rules. */
  site: {
    parameters: Record<never, never>;
    answer: Site;
  };
  /** Casts a vote for a paper, or withdraws it. One person, one vote: casting it again changes nothing. Needs an access token with the scope `vote`. */
  vote: {
    parameters: Vote & {
      /** Any id it has. */
      id: string;
    };
    answer: Voted;
  };
  /** Your lists of papers. Needs an access token with the scope `read`. */
  lists: {
    parameters: Record<never, never>;
    answer: OwnLists;
  };
  /** One of your lists with its papers and notes. Needs an access token with the scope `read`. */
  list: {
    parameters: {
      /** Its id. */
      list: string;
    };
    answer: OwnList;
  };
  /** Saves a paper to one of your lists, or removes it. Without a list, it is saved to your first, or removed from all of them. Needs an access token with the scope `save`. */
  save: {
    parameters: Save & {
      /** Any id it has. */
      id: string;
    };
    answer: Saved;
  };
  /** What you follow. Needs an access token with the scope `read`. */
  follows: {
    parameters: Record<never, never>;
    answer: Follows;
  };
  /** Follows or unfollows an author, an organisation, a category, a search or a person here. Needs an access token with the scope `follow`. */
  follow: {
    parameters: Follow;
    answer: Follows;
  };
  /** New papers in what you follow, newest first. Needs an access token with the scope `read`. */
  following: {
    parameters: {
      /** Items per page. */
      limit?: number;
    };
    answer: News;
  };
  /** Your notifications. Needs an access token with the scope `read`. */
  notifications: {
    parameters: {
      /** Items per page. */
      limit?: number;
    };
    answer: Notifications;
  };
  /** This interface as OpenAPI 3.1. It includes the Hub-compatible endpoints. */
  openapi: {
    parameters: Record<never, never>;
    answer: Record<string, unknown>;
  };
}

/** Its address. `paged`: the list continues with a cursor. `post`: it changes something, and needs a token. */
export const OPERATIONS = {
  edition: { path: '/api/v1/editions/{period}', paged: true, post: false },
  editions: { path: '/api/v1/editions', paged: true, post: false },
  trending: { path: '/api/v1/trending', paged: true, post: false },
  papers: { path: '/api/v1/papers', paged: true, post: false },
  submit: { path: '/api/v1/papers', paged: false, post: true },
  batch: { path: '/api/v1/papers/batch', paged: false, post: false },
  standing: { path: '/api/v1/papers/{id}/standing', paged: false, post: false },
  similar: { path: '/api/v1/papers/{id}/similar', paged: false, post: false },
  forms: { path: '/api/v1/papers/{id}/forms', paged: false, post: false },
  summaries: { path: '/api/v1/papers/{id}/summaries', paged: false, post: false },
  citation: { path: '/api/v1/papers/{id}/citation', paged: false, post: false },
  comments: { path: '/api/v1/papers/{id}/comments', paged: true, post: false },
  pictures: { path: '/api/v1/papers/{id}/pictures', paged: false, post: false },
  paper: { path: '/api/v1/papers/{id}', paged: false, post: false },
  search: { path: '/api/v1/search', paged: true, post: false },
  count: { path: '/api/v1/search/count', paged: false, post: false },
  completions: { path: '/api/v1/search/completions', paged: false, post: false },
  survey: { path: '/api/v1/survey', paged: false, post: false },
  author: { path: '/api/v1/authors/{slug}', paged: true, post: false },
  organization: { path: '/api/v1/organizations/{slug}', paged: true, post: false },
  sources: { path: '/api/v1/sources', paged: false, post: false },
  runs: { path: '/api/v1/sources/{source}/runs', paged: true, post: false },
  site: { path: '/api/v1', paged: false, post: false },
  vote: { path: '/api/v1/papers/{id}/vote', paged: false, post: true },
  lists: { path: '/api/v1/me/lists', paged: false, post: false },
  list: { path: '/api/v1/me/lists/{list}', paged: false, post: false },
  save: { path: '/api/v1/papers/{id}/save', paged: false, post: true },
  follows: { path: '/api/v1/me/follows', paged: false, post: false },
  follow: { path: '/api/v1/me/follows', paged: false, post: true },
  following: { path: '/api/v1/me/following', paged: false, post: false },
  notifications: { path: '/api/v1/me/notifications', paged: false, post: false },
  openapi: { path: '/api/v1/openapi.json', paged: false, post: false },
} as const satisfies Record<keyof Operations, { path: string; paged: boolean; post: boolean }>;
