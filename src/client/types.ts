// Made by generate.ts from the OpenAPI description of /api/v1. Changes belong into the declarations in src/api/v1.
// biome-ignore-all format: as it was made

/** An author’s papers, the newest first. */
export interface AuthorPapers {
  author: {
    slug: string;
    name: string;
  };
  /** Papers in all. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** The papers that were asked for, in the order of `ids`. */
export interface Batch {
  /** Ids that no paper here has. */
  missing: string[];
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
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

/** Ways a query that is being typed may go on. */
export interface Completions {
  items: {
    text: string;
    /** Titles that have the words it goes on with. */
    papers: number;
  }[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
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
  /** Its last day is not over. */
  open: boolean;
  /** No paper enters or leaves it any more; later ones are `late`. */
  closed: boolean;
  /** When it closes, where it is a day that is open. */
  closesAt: string | null;
  /** The nearest one before it that holds papers. */
  earlier: string | null;
  /** The nearest one after it. */
  later: string | null;
  /** Papers in all. */
  total: number;
  exports: Exports;
  /** Came in after it had closed; not ranked. Only on its first page. */
  late: Paper[];
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Days that hold papers, the newest first, a month a page. */
export interface Editions {
  items: {
    day: string;
    papers: number;
  }[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Why a request could not be answered. */
export interface ErrorAnswer {
  error: {
    /** A word for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, … */
    code: string;
    /** A sentence for people. */
    message: string;
    /** The parameter that does not fit. */
    parameter?: string;
  };
}

/** The same list as a file, 1,000 papers at most. */
export interface Exports {
  bib: string;
  ris: string;
  /** CSL-JSON. */
  json: string;
  csv: string;
  /** To be imported again. */
  jsonl: string;
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
  /** It has only some of what was asked for. Follows all others, is not counted. */
  loose: boolean;
  /** Papers that say almost the same. */
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

/** An organisation, as in `/organizations/{slug}`. */
export interface Organization {
  slug: string;
  name: string;
}

/** An organisation’s papers, the newest first. */
export interface OrganizationPapers {
  organization: Organization;
  /** Papers in all. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** All that is known of a paper. */
export interface Paper {
  /** The canonical id: `2504.15921`, `hep-th/9901001`, `doi:10.1000/x`, `acl:…`, … */
  id: string;
  /** Its page here. */
  url: string;
  /** Plain text with TeX between dollars. */
  title: string;
  abstract: string | null;
  /** A short account in other words than the abstract’s. */
  summary: string | null;
  authors: ({
    /** As printed. */
    name: string;
    /** As in `/authors/{slug}`; null: the name has nothing to make one of. */
    slug: string | null;
  })[];
  /** All of them, where `authors` has fewer or none; null: not known. */
  authorsCount: number | null;
  organizations: Organization[];
  /** Codes, the primary first: `cs.CL`. */
  categories: string[];
  keywords: string[];
  published: string | null;
  /** How exact `published` is; what is finer is filled with 01. */
  publishedPrecision: "day" | "month" | "year" | null;
  /** Where a source tells the time. */
  publishedAt: string | null;
  updated: string | null;
  /** When its source announced it. */
  announced: string | null;
  /** The day of the edition it is in; null: in none. */
  listed: string | null;
  /** It came after its edition had closed, and stands below it. */
  late: boolean;
  /** Null: its day is not known. */
  rule: Rule | null;
  submittedBy: {
    name: string;
    user: string | null;
  } | null;
  upvotes: number;
  comments: number;
  /** Null: nobody counted. */
  citations: number | null;
  identifiers: ({
    scheme: "arxiv" | "doi" | "acl" | "openreview" | "local";
    value: string;
    version: number | null;
    /** Where it is looked up outside. */
    url: string | null;
  })[];
  links: ({
    kind: "code" | "project" | "media";
    url: string;
    stars: number | null;
    licence: string | null;
  })[];
  /** Models, datasets and Spaces that cite it at the Hub; null: none are known. */
  repositories: Repositories | null;
  /** The PDF at arXiv or the ACL Anthology. */
  pdf: string | null;
  /** Headline figures: `{"value": "5.8×", "measure": "speed-up"}`. */
  figures: {
    value: string;
    measure: string;
  }[];
  /** The authors’ remark. */
  note: string | null;
  journal: string | null;
  licence: string | null;
  withdrawn: boolean;
  /** Who told of it, the most trusted first. */
  sources: ("arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "s2" | "openalex" | "github" | "feed")[];
}

/** Papers in an order. */
export interface Papers {
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** What cites a paper at the Hub: the first of each kind. */
export interface Repositories {
  models: Repository[];
  datasets: Repository[];
  spaces: Repository[];
  /** How many there are in all. */
  totals: {
    models: number;
    datasets: number;
    spaces: number;
  };
}

/** A model, dataset or Space at the Hub. */
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
  /** A Space’s account of itself. */
  about: string | null;
}

/** By which rule of the site a paper is in an edition, or why in none. */
export interface Rule {
  enters: boolean;
  /** `listed`: somebody chose the day. `all`: nothing has to match. `cap`: the day was full. */
  by: "listed" | "all" | "category" | "keyword" | "author" | "none" | "cap";
  /** What matched, as the settings have it. */
  value: string | null;
}

/** The runs of a source, the newest first. */
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
    /** Papers the source announced; null: it does not tell. */
    expected: number | null;
    got: number | null;
    new: number;
    changed: number;
    /** Put to papers that were here from elsewhere. */
    merged: number;
    unchanged: number;
    rejected: number;
    withdrawn: number;
    requests: number;
    startedAt: string;
    /** Null: it is under way. */
    endedAt: string | null;
    remarks: string[];
  })[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** What a search found. */
export interface Search {
  /** Papers that match. */
  total: number;
  /** False: at least `total`. */
  exact: boolean;
  /** The paper whose identifier `q` is; `items` are those that mention it. */
  direct: Paper | null;
  didYouMean: string | null;
  acronyms: {
    acronym: string;
    expansions: {
      text: string;
      papers: number;
      archives: string[];
      /** Looked for, too. */
      used: boolean;
    }[];
  }[];
  /** How the text of the query was read: the filters and the order written in it, and what was not understood. */
  read: {
    sort: "relevance" | "date" | "votes";
    from: string | null;
    to: string | null;
    /** Only papers in editions of these days, both inclusive; null at an end: it is left open. */
    edition: {
      first: string | null;
      last: string | null;
    } | null;
    categories: string[];
    organization: string | null;
    author: string | null;
    code: boolean;
    /** Words that found nothing. */
    unknown: string[];
    /** What could not be read. */
    problems: string[];
  };
  /** With `facets=true`: how the papers that match are spread. */
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
    years: {
      value: string;
      label: string;
      count: number;
    }[];
    code: number;
  } | null;
  /** Changes the index still lacks; 0 when it is whole. */
  behind: number;
  exports: Exports;
  items: Hit[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
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
  /** The zone editions turn in. */
  timezone: string;
  /** The time of day at which an edition closes. */
  turn: string;
  /** By which papers enter an edition. What begins with `-` keeps them out. */
  rules: {
    categories: string[];
    keywords: string[];
    authors: string[];
    /** Papers a day that enter by themselves; 0: no limit. */
    cap: number;
  };
}

/** Why a paper stands where it does; `/about/ranking` tells how. */
export interface Standing {
  id: string;
  upvotes: number;
  edition: {
    day: string;
    /** From 1; null: it is late, and not ranked. */
    place: number | null;
    of: number;
    /** Others with as many votes, told apart by announcement and id. */
    tied: number;
  } | null;
  trending: {
    place: number;
    /** `votesPart` and `agePart` together. */
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
    summary: "arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "s2" | "openalex" | "github" | "feed" | null;
    keywords: "arxiv" | "arxiv-feed" | "openreview" | "acl" | "crossref" | "hf" | "hf-paper" | "jsonl" | "csljson" | "zotero" | "bibtex" | "ris" | "starter" | "s2" | "openalex" | "github" | "feed" | null;
  };
}

/** How the sources stand. */
export interface Status {
  level: "well" | "waiting" | "trouble" | "off";
  /** All of it in a sentence or two. */
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
    /** All of it is here; null: it has not run yet. */
    complete: boolean | null;
    /** In a row, up to now. */
    failures: number;
    failingSince: string | null;
    lastRunAt: string | null;
    lastGoodAt: string | null;
    /** Null while it is paused. */
    dueAt: string | null;
    /** Records that could not be taken and are kept. */
    rejected: number;
    running: boolean;
    backfill: {
      since: string;
      until: string;
    } | null;
  })[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** Papers by votes and recency together. */
export interface Trending {
  /** Papers in all. */
  total: number;
  exports: Exports;
  items: Paper[];
  /** Hand it on as `cursor` for what follows; null at the end. `Link` has the whole address. */
  next: string | null;
}

/** What can be asked for: parameters and answers. */
export interface Operations {
  /** A day, a week or a month of papers: by votes, then announcement, then id. Pages hold the order of the moment the first was taken at, however votes move. */
  edition: {
    parameters: {
      /** `latest`, a day (`2026-06-26`), a week (`2026-W26`) or a month (`2026-06`). */
      period: string;
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: Edition;
  };
  /** Days that hold papers, the newest first. A page is a month. Months without papers are passed over. */
  editions: {
    parameters: {
      /** Begin with this month; with the newest, where none is given. */
      month?: string;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: Editions;
  };
  /** Papers by votes and recency together, 500 at most. `/about/ranking` has the formula. Pages hold the order of the moment the first was taken at. */
  trending: {
    parameters: {
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: Trending;
  };
  /** All papers, the newest first. A cursor names a place and not a number, so nothing that comes in moves it. */
  papers: {
    parameters: {
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: Papers;
  };
  /** Up to 100 papers by their ids, in the order asked for. An id that has a comma in it stands by itself: `ids=doi:10.1000/a,b&ids=2504.15921`. */
  batch: {
    parameters: {
      /** Ids, one by one or with commas between. */
      ids: string[];
    };
    answer: Batch;
  };
  /** Why a paper stands where it does, in numbers. An id that itself ends like this address, or is `batch`, is found by `/papers/batch`. */
  standing: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Standing;
  };
  /** Papers that are nearest to one in words and meaning, the nearest first. */
  similar: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
      /** Items a page. */
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
  /** How to cite a paper, in each format there is. Each by itself is at `/papers/{id}/cite.bib`, `/cite.ris` and `/cite.json`. */
  citation: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Citation;
  };
  /** All that is known of a paper. A slash in an id may be written as `%2F` or as it is. */
  paper: {
    parameters: {
      /** Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, … */
      id: string;
    };
    answer: Paper;
  };
  /** Papers that match a query and filters. Papers that say almost the same are one item, so a page may have fewer than `limit`. Where `q` is an identifier, `direct` is its paper. */
  search: {
    parameters: {
      /** The query; docs/search.md has its language. Empty: all papers. */
      q?: string;
      /** A code (`cs.CL`) or an archive (`cs`); any of several. */
      category?: string[];
      /** An organisation’s slug, or words of its name. */
      organization?: string;
      /** An author’s name, or words of it. */
      author?: string;
      /** Only papers with source code. */
      code?: boolean;
      /** The first day they may be from. */
      from?: string;
      /** The last day they may be from. */
      to?: string;
      /** The order; `relevance` where there is a query, else `date`. */
      sort?: "relevance" | "date" | "votes";
      /** Also count categories, organisations and years of all that match. */
      facets?: boolean;
      /** Also tell which parts of title and abstract match. */
      highlights?: boolean;
      /** Also tell what each score is made of. */
      explain?: boolean;
      /** The query is still being typed: its last word stands for what begins like it. */
      partial?: boolean;
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
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
      /** An author’s name, or words of it. */
      author?: string;
      /** Only papers with source code. */
      code?: boolean;
      /** The first day they may be from. */
      from?: string;
      /** The last day they may be from. */
      to?: string;
    };
    answer: Count;
  };
  /** Ways a query that is being typed may go on, the most usual first. A space behind the last word says that it is done; it is sent as `%20`. */
  completions: {
    parameters: {
      /** What has been typed. */
      q?: string;
      /** Items a page. */
      limit?: number;
    };
    answer: Completions;
  };
  /** Papers of an author, the newest first. Authors whose names are written alike share one list. What comes in between two pages may make a paper show twice. */
  author: {
    parameters: {
      /** As papers have it beside the name. */
      slug: string;
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: AuthorPapers;
  };
  /** Papers of an organisation, the newest first. What comes in between two pages may make a paper show twice. */
  organization: {
    parameters: {
      /** As papers have it beside the name. */
      slug: string;
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: OrganizationPapers;
  };
  /** How every source stands, and whether all it announced is here. */
  sources: {
    parameters: Record<never, never>;
    answer: Status;
  };
  /** The runs of a source, the newest first. */
  runs: {
    parameters: {
      /** Its name, as `/sources` has it. */
      source: string;
      /** Only those of this part. */
      part?: string;
      /** Items a page. */
      limit?: number;
      /** Where to go on: `next` of the answer before. */
      cursor?: string;
    };
    answer: Runs;
  };
  /** What this site is and holds, and by which rules. */
  site: {
    parameters: Record<never, never>;
    answer: Site;
  };
  /** This interface as OpenAPI 3.1. The Hub’s endpoints that are here are in it, too. */
  openapi: {
    parameters: Record<never, never>;
    answer: Record<string, unknown>;
  };
}

/** Where it is asked for. `paged`: its list goes on by a cursor. */
export const OPERATIONS = {
  edition: { path: '/api/v1/editions/{period}', paged: true },
  editions: { path: '/api/v1/editions', paged: true },
  trending: { path: '/api/v1/trending', paged: true },
  papers: { path: '/api/v1/papers', paged: true },
  batch: { path: '/api/v1/papers/batch', paged: false },
  standing: { path: '/api/v1/papers/{id}/standing', paged: false },
  similar: { path: '/api/v1/papers/{id}/similar', paged: false },
  forms: { path: '/api/v1/papers/{id}/forms', paged: false },
  citation: { path: '/api/v1/papers/{id}/citation', paged: false },
  paper: { path: '/api/v1/papers/{id}', paged: false },
  search: { path: '/api/v1/search', paged: true },
  count: { path: '/api/v1/search/count', paged: false },
  completions: { path: '/api/v1/search/completions', paged: false },
  author: { path: '/api/v1/authors/{slug}', paged: true },
  organization: { path: '/api/v1/organizations/{slug}', paged: true },
  sources: { path: '/api/v1/sources', paged: false },
  runs: { path: '/api/v1/sources/{source}/runs', paged: true },
  site: { path: '/api/v1', paged: false },
  openapi: { path: '/api/v1/openapi.json', paged: false },
} as const satisfies Record<keyof Operations, { path: string; paged: boolean }>;
