/** What the routes are given by the site, how they are declared, and one request as they see it. */

import type { Subscriptions } from '../digest/subscriptions.ts';
import type { Proxies } from '../net/trusted.ts';
import type { Library } from '../papers/library.ts';
import type { Archive } from '../papers/lists/archive.ts';
import type { Paper } from '../papers/types.ts';
import type { SourceDesk } from '../sources/desk.ts';
import type { FormulaSource } from '../typesetting/memory.ts';
import type { Operator, OperatorAccess } from './admit.ts';
import type { Assets } from './assets.ts';
import type { PageCache } from './cache.ts';
import type { WebError } from './errors.ts';
import type { Form } from './forms.ts';
import type { Reply } from './replies.ts';

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

export interface WebContext {
  library: Library;
  subscriptions: Subscriptions;
  sources: SourceDesk;
  /** The whole collection by day; absent: there is no `/archive`. */
  archive?: Archive;
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
  progress?(): Progress[];
  /** Counts one request of an address to the programming interface; absent: they are not counted. */
  allow?(address: string): Allowance;
  /** Epoch milliseconds. */
  now(): number;
  /** The library's version without waiting, where the store can tell it so (SQLite). */
  versionNow?(): string;
  /** Takes one log record; standard error, one JSON object a line, when absent. */
  log?(record: Record<string, unknown>): void;
  /** Takes a sentence for whoever runs the site. */
  notice?(says: string): void;
}

/** The context with what the room has built around it; one a process. */
export interface Web extends Omit<WebContext, 'operator'> {
  assets: Assets;
  cache: PageCache;
}

/** One request as a page sees it. */
export interface Ask {
  web: Web;
  /** The decoded path. */
  path: string;
  /** Only the parameters pages know (see KNOWN in http.ts). */
  query: URLSearchParams;
  /** Origin for absolute addresses, without a trailing slash. */
  base: string;
  headers: Headers;
}

/** One parameter of a path, decoded; empty when the path has none. */
export type Param = string;

interface Described {
  path: string;
  /** What it answers, in a sentence. */
  says: string;
}

/** Only reads, and is answered to anybody. */
export interface Reading extends Described {
  method: 'GET';
  /** `page`: kept in the page cache. `plain`: made for each request. */
  kind: 'page' | 'plain';
  handle: (ask: Ask, param: Param, request: Request) => Reply | Response | Promise<Reply | Response>;
}

/** Changes something. Never kept, and never reached but by a form of this site (forms.ts). */
export interface Writing extends Described {
  method: 'POST';
  kind: 'form';
  handle: (ask: Ask, param: Param, form: Form) => Promise<Reply>;
}

/** For who has the password alone (admit.ts): an `Operator` cannot be had without. Never kept. */
export interface GuardedReading extends Described {
  method: 'GET';
  kind: 'admin';
  handle: (ask: Ask, param: Param, operator: Operator) => Promise<Reply>;
}

/** The same, and changes something. */
export interface GuardedWriting extends Described {
  method: 'POST';
  kind: 'admin';
  handle: (ask: Ask, param: Param, form: Form, operator: Operator) => Promise<Reply>;
}

export type Route = Reading | Writing | GuardedReading | GuardedWriting;
