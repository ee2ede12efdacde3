/** What the site gives the routes, how they are declared, and one request as they see it. */

import type { BackupState } from '../backups/state.ts';
import type { Discussions } from '../community/discussions.ts';
import type { Organisations } from '../community/organisations.ts';
import type { People } from '../community/people.ts';
import type { Personal } from '../community/personal/personal.ts';
import type { TakeEvents } from '../digest/bounces.ts';
import type { ChannelDesk } from '../digest/channel-desk.ts';
import type { DigestDesk } from '../digest/desk.ts';
import type { Issues } from '../digest/issues.ts';
import type { Subscribers } from '../digest/subscribers.ts';
import type { Identity } from '../identity/identity.ts';
import type { MailDesk } from '../mail/desk.ts';
import type { Proxies } from '../net/trusted.ts';
import type { Authorship } from '../papers/authorship.ts';
import type { Answers, Consultation } from '../papers/consulting.ts';
import type { Library } from '../papers/library.ts';
import type { Archive } from '../papers/lists/archive.ts';
import type { Moderation } from '../papers/moderation.ts';
import type { Topics } from '../papers/topics.ts';
import type { Paper } from '../papers/types.ts';
import type { SourceDesk } from '../sources/desk.ts';
import type { SubmissionDesk } from '../sources/submission-desk.ts';
import type { Count } from '../store/attempts.ts';
import type { Vitals } from '../store/vitals.ts';
import type { SummaryDesk } from '../summaries/desk.ts';
import type { Surveys } from '../survey/surveys.ts';
import type { FormulaSource } from '../typesetting/memory.ts';
import type { Operator, OperatorAccess } from './admit.ts';
import type { Assets } from './assets.ts';
import type { PageCache } from './cache.ts';
import type { WebError } from './errors.ts';
import type { Form } from './forms.ts';
import type { PeopleLimits } from './limits.ts';
import type { NoteBox } from './notes.ts';
import type { AtOnce, FillSlots, Reader } from './reader.ts';
import type { Reply } from './replies.ts';
import type { Router } from './router.ts';
import type { Served } from './served.ts';
import type { Turns } from './turns.ts';

export interface Site {
  name: string;
  /** The site's public address, `https://papers.example.org`; null: taken from each request. */
  publicUrl: string | null;
  /** IANA name of the time zone of editions, `America/New_York`. */
  timezone: string;
  /** The time of day at which an edition closes, `21:30`. */
  turn: string;
  version: string;
  /** Whether a CDN may keep pages for a moment (shared.ts). */
  cdn?: boolean;
  /** A WebSub hub that notifies subscribers of changes to the feeds. */
  hub?: string | null;
}

/** A background import in progress. `total` is null if its end is not known. */
export interface Progress {
  what: string;
  done: number;
  total: number | null;
}

/** Whether the site is ready, and what else a machine may want to know. */
export interface Readiness {
  ok: boolean;
  detail: object;
}

/** What is left of the requests an address may make. */
export interface Allowance {
  granted: boolean;
  /** Seconds until the window ends. */
  wait: number;
  /** Names and values, alternating, of the headers that say so. */
  headers: string[];
}

/** Draws preview images, as PNG. */
export interface PictureMaker {
  of(paper: Paper): Promise<Buffer>;
  ofList(name: string, total: number, papers: readonly Pick<Paper, 'id' | 'title'>[]): Promise<Buffer>;
}

/** Settings that administrators can change in the browser, as text, just as in the environment. */
export interface SetupDesk {
  /** Where they are written to. */
  file: string;
  /** The value in force; empty for a secret, which is never shown. */
  value(name: string): string;
  /** Whether there is a value. */
  isSet(name: string): boolean;
  /**
   * What fixes it so that it cannot be changed here: `the environment` or the path of a file; null: it can be changed.
   */
  fixedBy(name: string): string | null;
  /** What is wrong with values, by name. */
  check(values: Record<string, string>): Record<string, string>;
  /** Writes values; an empty one restores the default. @throws if the file cannot be written */
  save(values: Record<string, string>): void;
  /**
   * Sends a test email with these values in place of those in force.
   *
   * @param to an address, or the number of an account
   * @returns the outcome
   */
  tryMail(values: Record<string, string>, to: string | number): Promise<string>;
  /** Restarts the site with what is in the file. */
  restart(): void;
}

/** Where pages get their content. */
export interface Contents {
  library: Library;
  /** The whole collection by day; absent: there is no `/archive`. */
  archive?: Archive;
  /** Issues of the digest; absent: there is no `/digests`. */
  issues?: Issues;
  progress?(): Progress[];
}

export interface WebContext extends Contents {
  /** What has changed, for the page cache. */
  topics: Topics;
  /** Who gets the digest. */
  subscribers: Subscribers;
  sources: SourceDesk;
  /** Where issues are posted besides mail; only pages for administrators ask. Absent: nowhere. */
  channels?: ChannelDesk;
  /** How the digest is sent; absent: there is no `/admin/digest`. */
  digest?: DigestDesk;
  /** What else monitoring can ask; absent: nothing. */
  watched?: Watched;
  /** Whether mail works, for the operator; absent: unknown. */
  mail?: MailDesk;
  /** What can be set in the browser; absent: nothing. */
  setup?: SetupDesk;
  /** Takes what mail providers report (mail/events/); absent: nothing is taken. */
  mailEvents?: TakeEvents;
  /** Accounts, sessions, votes. */
  people: People;
  /** Ways to sign in other than links; absent: there are none. */
  identity?: Identity;
  /** Comments. */
  discussions: Discussions;
  /** Papers that readers submit. */
  submissions: SubmissionDesk;
  organisations: Organisations;
  /** Who is an author of which paper. */
  authorship: Authorship;
  /** The model that summarises papers; absent: there is none. */
  summaries?: SummaryDesk;
  /** What readers flag, and what moderators do. */
  moderation: Moderation;
  /** What is a reader's own: lists, marks, follows, notifications. */
  personal: Personal;
  /** The content of a reader's slots (slots.ts). */
  fillSlots?: FillSlots;
  /** The same and who is signed in, without waiting; absent: the database is elsewhere. */
  atOnce?: AtOnce;
  /** Typeset formulas; absent: their source is shown. */
  formulas?: FormulaSource;
  /** What administrators can do; absent: there is no `/admin`. Pages never see it, see admit.ts. */
  operator?: OperatorAccess;
  /** The reverse proxies trusted to report where requests come from; absent: none. */
  proxies?: Proxies;
  /** The search index, and how many changes it lags behind, for `/metrics`. */
  index?(): Promise<{ documents: number; behind: number }>;
  /** Every address of the site; the first match answers. */
  routes: readonly Route[];
  /** The query parameters of an address below `/api/`; absent: none. */
  apiQueryNames?(path: string): ReadonlySet<string>;
  /** An error as a page. `id` identifies the request in the log. */
  errorPage(ask: Ask, error: WebError, id: string): Promise<string>;
  site: Site;
  /** `site`: its address, for papers that have no other. */
  cite: {
    bibtex(paper: Paper, site: string): string;
    ris(paper: Paper, site: string): string;
    csl(paper: Paper, site: string): object;
  };
  /** Opens what draws preview images; called once, when the first is requested. */
  openPictures(assets: Assets, siteName: string): Promise<PictureMaker>;
  /** Where `buildAssets` wrote; default `dist/assets` in the working folder. */
  assetsDir?: string;
  ready(): Readiness | Promise<Readiness>;
  /** A file of the search index, for another node of this site (worker/index-lending.ts); null: not for this request. */
  indexFile?(file: string, request: Request): Promise<Response | null>;
  /** Since when the database has been away (epoch ms); null or absent: it is there. */
  awaySince?(): number | null;
  /** Counts one request of an address to the API; absent: they are not counted. */
  allow?(address: string): Allowance;
  /** Counts what people do (limits.ts); absent: in memory. */
  attempts?: Count;
  /** Epoch milliseconds. */
  now(): number;
  /** Receives one log record; default: standard error, one JSON object a line. */
  log?(record: Record<string, unknown>): void;
  /** Receives a sentence for the administrator. */
  notice?(says: string): void;
  /** Receives who has signed in or out, or could not: for the log, without addresses. */
  heard?(what: 'signed in' | 'sign-in refused' | 'signed out', more: Record<string, unknown>): void;
}

/**
 * The context with what this room has built around it, once per process. Pages get their content through their `Ask`,
 * which notes what they are made of; `contents` is for what is never cached.
 */
export interface Web extends Omit<WebContext, 'operator' | keyof Contents> {
  contents: Contents;
  /** For the guard only. */
  guard: Pick<WebContext, 'operator'>;
  assets: Assets;
  cache: PageCache;
  router: Router<Route>;
  turns: Turns;
  limits: PeopleLimits;
  surveys: Surveys;
  pictures(): Promise<PictureMaker>;
  notes: NoteBox;
  /** The query parameters that count at a path: those its route declares. */
  queryNames(path: string): ReadonlySet<string>;
  /** Whether cookies travel by TLS alone. */
  isSecure: boolean;
  answers: Answers;
  served: Served;
}

/** For `/status` and `/metrics`. */
export interface Watched {
  /** The site's automatic backups; null: it makes none. */
  backups(): Promise<BackupState | null>;
  backupSettings: { BACKUP_EVERY_HOURS: number; BACKUP_DRILL_DAYS: number };
  /** Of the database. */
  vitals(): Promise<Vitals>;
}

/** One request as a page sees it. */
export interface Ask
  extends Required<Pick<Contents, 'library' | 'progress'>>,
    Pick<Contents, 'archive' | 'issues'> {
  web: Web;
  /** Null: nobody is signed in, or the page is the same for everybody and its slots are filled later. */
  reader: Reader | null;
  /** The decoded path. */
  path: string;
  /** Only the parameters that its route declares. */
  query: URLSearchParams;
  /** Origin for absolute addresses, without a trailing slash. */
  base: string;
  headers: Headers;
  /** Further headers of its response, in addition to those of the reply. */
  sends: Record<string, string>;
}

/** Notes of what a page is made of, if it may be cached. */
export type Notes = Consultation;

/** One parameter of a path, decoded; empty if the path has none. */
export type Param = string;

interface Described {
  path: string;
  /** What it answers, in a sentence. */
  says: string;
  /** The query parameters it reads; it is given no others, and only these are part of a cache key. Default: none. */
  query?: readonly string[];
}

/** Who may ask: anybody, signed-in readers, or moderators and admins. */
export type Who = 'public' | 'reader' | 'moderator';

/** Only reads. */
export interface Reading extends Described {
  method: 'GET';
  /** `page`: cached, the same for everybody except for its slots. `plain`: made for each request. */
  kind: 'page' | 'plain';
  who: Who;
  handle: (ask: Ask, param: Param, request: Request) => Reply | Response | Promise<Reply | Response>;
}

/** Changes something. Never cached, and reached only by forms that pass the checks (forms.ts). */
export interface Writing extends Described {
  method: 'POST';
  kind: 'form';
  who: Who;
  /** Most bytes of the form, if others than usual (forms.ts). */
  largest?: number;
  /** Whether files may come with it. */
  files?: true;
  /** What is given back to copy if its sender is no longer signed in; null: nothing. */
  written?: (form: Form) => string | null;
  handle: (ask: Ask, param: Param, form: Form) => Promise<Reply>;
}

/** For administrators (admit.ts): there is no other way to get an `Operator`. Never cached. */
export interface GuardedReading extends Described {
  method: 'GET';
  kind: 'admin';
  who: 'operator';
  handle: (ask: Ask, param: Param, operator: Operator) => Promise<Reply>;
}

/** The same, but changes something. */
export interface GuardedWriting extends Described {
  method: 'POST';
  kind: 'admin';
  who: 'operator';
  handle: (ask: Ask, param: Param, form: Form, operator: Operator) => Promise<Reply>;
}

export type Route = Reading | Writing | GuardedReading | GuardedWriting;
