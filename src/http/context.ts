/** What the routes are given by the site, how they are declared, and one request as they see it. */

import type { People } from '../community/people.ts';
import type { Subscriptions } from '../digest/subscriptions.ts';
import type { Proxies } from '../net/trusted.ts';
import type { Answers, Consultation } from '../papers/consulting.ts';
import type { Library } from '../papers/library.ts';
import type { Archive } from '../papers/lists/archive.ts';
import type { Topics } from '../papers/topics.ts';
import type { Paper } from '../papers/types.ts';
import type { SourceDesk } from '../sources/desk.ts';
import type { FormulaSource } from '../typesetting/memory.ts';
import type { Operator, OperatorAccess } from './admit.ts';
import type { Assets } from './assets.ts';
import type { PageCache } from './cache.ts';
import type { WebError } from './errors.ts';
import type { Form } from './forms.ts';
import type { Limiter } from './limiter.ts';
import type { FillSlots, Reader } from './reader.ts';
import type { Reply } from './replies.ts';
import type { Router } from './router.ts';
import type { Turns } from './turns.ts';

export interface Site {
  name: string;
  /** Where the world finds this site, `https://papers.example.org`; null: taken from each request. */
  publicUrl: string | null;
  /** IANA name of the zone editions turn in, `America/New_York`. */
  timezone: string;
  /** The time of day at which an edition closes, `21:30`. */
  turn: string;
  version: string;
  /** A WebSub hub that tells subscribers of changes to the feeds. */
  hub?: string | null;
}

/** A background import under way. `total` is null when its end is not known. */
export interface Progress {
  what: string;
  done: number;
  total: number | null;
}

/** Whether the site can answer, and what a machine may want to know beside. */
export interface Readiness {
  ok: boolean;
  detail: object;
}

/** What is left to an address of the requests it may make. */
export interface Allowance {
  granted: boolean;
  /** Seconds until the count begins anew. */
  wait: number;
  /** Names and values of the headers that tell it, in turn. */
  headers: string[];
}

/** Where what pages show comes from. */
export interface Contents {
  library: Library;
  /** The whole collection by day; absent: there is no `/archive`. */
  archive?: Archive;
  progress?(): Progress[];
}

export interface WebContext extends Contents {
  /** What has changed, for pages that are kept. */
  topics: Topics;
  subscriptions: Subscriptions;
  sources: SourceDesk;
  /** Accounts, sessions, votes. */
  people: People;
  /** What a reader's pages have in their slots (slots.ts). */
  fillSlots?: FillSlots;
  /** Formulas as they have been set; absent: their source is shown. */
  formulas?: FormulaSource;
  /** What the password opens; absent: there is no `/admin`. Pages never see it, see admit.ts. */
  operator?: OperatorAccess;
  /** The reverse proxies that are believed about whom they speak for; absent: none. */
  proxies?: Proxies;
  /** The search index, and how many changes it is behind, for `/metrics`. */
  index?(): Promise<{ documents: number; behind: number }>;
  /** Every address of the site; the first that fits answers. */
  routes: readonly Route[];
  /** An error as a page. `id` identifies the request in the log. */
  errorPage(ask: Ask, error: WebError, id: string): Promise<string>;
  site: Site;
  /** `site`: its address, for papers that have no other. */
  cite: {
    bibtex(paper: Paper, site: string): string;
    ris(paper: Paper, site: string): string;
    csl(paper: Paper, site: string): object;
  };
  /** Where `buildAssets` wrote; default `dist/assets` of the working folder. */
  assetsDir?: string;
  ready(): Readiness | Promise<Readiness>;
  /** Counts one request of an address to the programming interface; absent: they are not counted. */
  allow?(address: string): Allowance;
  /** Epoch milliseconds. */
  now(): number;
  /** Takes one log record; standard error, one JSON object a line, when absent. */
  log?(record: Record<string, unknown>): void;
  /** Takes a sentence for whoever runs the site. */
  notice?(says: string): void;
}

/**
 * The context with what the room has built around it; one a process. What pages are made of they get through their
 * `Ask`, which takes notes of it; `contents` is for what is never kept.
 */
export interface Web extends Omit<WebContext, 'operator' | keyof Contents> {
  contents: Contents;
  /** What only the guard may look at. */
  guard: Pick<WebContext, 'operator'>;
  assets: Assets;
  cache: PageCache;
  router: Router<Route>;
  turns: Turns;
  limits: PeopleLimits;
  /** Whether cookies travel by TLS alone. */
  isSecure: boolean;
  answers: Answers;
}

/** One request as a page sees it. */
export interface Ask extends Required<Pick<Contents, 'library' | 'progress'>>, Pick<Contents, 'archive'> {
  web: Web;
  /** Null: nobody is signed in, or the page is the same for everybody and its slots are filled later. */
  reader: Reader | null;
  /** The decoded path. */
  path: string;
  /** Only the parameters pages know (see KNOWN in http.ts). */
  query: URLSearchParams;
  /** Origin for absolute addresses, without a trailing slash. */
  base: string;
  headers: Headers;
}

/** How often people may do things, beyond what they may read. */
export interface PeopleLimits {
  /** Attempts to sign in, by where they come from. */
  signIns: Limiter;
  /** Mails with links, by address. */
  mailedTo: Limiter;
  /** Votes, by account. */
  votes: Limiter;
}

/** Notes of what a page is made of, where it may be kept. */
export type Notes = Consultation;

/** One parameter of a path, decoded; empty when the path has none. */
export type Param = string;

interface Described {
  path: string;
  /** What it answers, in a sentence. */
  says: string;
}

/** Who may ask: anybody, who is signed in, moderators and admins. */
export type Who = 'public' | 'reader' | 'moderator';

/** Only reads. */
export interface Reading extends Described {
  method: 'GET';
  /** `page`: kept in the page cache, the same for everybody but for its slots. `plain`: made for each request. */
  kind: 'page' | 'plain';
  who: Who;
  handle: (ask: Ask, param: Param, request: Request) => Reply | Response | Promise<Reply | Response>;
}

/** Changes something. Never kept, and never reached but by a form of this site (forms.ts). */
export interface Writing extends Described {
  method: 'POST';
  kind: 'form';
  who: Who;
  handle: (ask: Ask, param: Param, form: Form) => Promise<Reply>;
}

/** For who has the site's password alone (admit.ts): an `Operator` cannot be had without. Never kept. */
export interface GuardedReading extends Described {
  method: 'GET';
  kind: 'admin';
  who: 'operator';
  handle: (ask: Ask, param: Param, operator: Operator) => Promise<Reply>;
}

/** The same, and changes something. */
export interface GuardedWriting extends Described {
  method: 'POST';
  kind: 'admin';
  who: 'operator';
  handle: (ask: Ask, param: Param, form: Form, operator: Operator) => Promise<Reply>;
}

export type Route = Reading | Writing | GuardedReading | GuardedWriting;
