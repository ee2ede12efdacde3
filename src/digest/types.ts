/**
 * What the digest is made of. A *list* (the daily edition, a search …) has one *issue* per *period*, composed once and
 * never changed. A *subscriber* has subscriptions to lists. At the moments they chose, all issues that are new to them
 * become one *delivery*: one mail, one row of the ledger.
 */
import type { Day } from '../papers/types.ts';

/** The kinds of lists. The first three need no subject. `following`: what an account follows; its subject is the account. */
export const LISTS = [
  'daily',
  'weekly',
  'monthly',
  'search',
  'survey',
  'author',
  'organization',
  'category',
  'following',
] as const;
export type List = (typeof LISTS)[number];

/** How often a list other than an edition has an issue. */
export const CADENCES = ['daily', 'weekly', 'monthly'] as const;
export type Cadence = (typeof CADENCES)[number];

/**
 * A list. `subject`: the canonical query of a search or survey, the slug of an author or organization, a category code, the number
 * of an account; `''` if its kind needs none. `name`: how people call it, `speculative decoding`.
 */
export interface ListRef {
  list: List;
  subject: string;
  name: string;
}

/** A day of editions `2026-11-30`, an ISO week of them `2026-W48`, or a month `2026-11`. */
export type Period = string;

/** Why a paper is in an issue, in words that follow “because”: `14 votes`, `your search: speculative decoding`. */
export type Reason = string;

/** A paper as it was when its issue was composed. Texts may contain TeX, as those of papers do. */
export interface IssuePaper {
  pk: number;
  id: string;
  title: string;
  authors: string[];
  /** How many authors there are, if the source named only some. */
  authorsCount: number | null;
  abstract: string | null;
  /** In a sentence, if a source had one. */
  summary: string | null;
  categories: string[];
  votes: number;
  comments: number;
  /** arXiv's number; null: unknown. */
  version: number | null;
  day: Day | null;
  reason: Reason;
}

/** A list as it was when a period ended. */
export interface Issue extends ListRef {
  id: string;
  period: Period;
  /** Best first. */
  papers: IssuePaper[];
  /** Papers the list had besides these: an issue holds the best of it. */
  more: number;
  /** Epoch ms. */
  composedAt: number;
}

/** Composes an issue, or finds it composed. Null: the period has not ended, or the list no longer exists. */
export type Compose = (list: ListRef, period: Period) => Promise<Issue | null>;

/** Which papers of an issue are in a delivery, in order. */
export interface Section {
  issue: string;
  papers: number[];
  /** Their versions at the time, in the same order; null: unknown. Absent: none is known. */
  versions?: (number | null)[];
  /** How many more of the issue's papers would be, if the mail had room for them. */
  left: number;
  /** How many are left out because the subscriber has had them before. */
  had: number;
}

/** What a subscriber has chosen. */
export interface Choices {
  /** IANA name. */
  timeZone: string;
  /** Bits: Monday is 1, Sunday 64. */
  days: number;
  /** Of the day, 0 to 1439. */
  minute: number;
  /** Papers with fewer votes are left out. */
  leastVotes: number;
  /** Papers per section. */
  mostPapers: number;
  /** Papers with one of these in title or abstract are left out. */
  without: string[];
  /** Whether a paper comes again when it has a new version. */
  again: boolean;
  /** Whether a mail says that there was nothing. */
  quiet: 'say' | 'silent';
}

export interface Subscriber extends Choices {
  id: number;
  /** In canonical form (net/email.ts). */
  email: string;
  /** Whose it is, if they have an account. */
  account: number | null;
  state: 'unconfirmed' | 'confirmed';
  /** Leads to the page of their subscriptions; only ever mailed to `email`. */
  token: string;
  /** Epoch ms; null: nothing is due. */
  nextDue: number | null;
}

/**
 * `queued`: due, or due again after a temporary refusal. `handing`: a process is handing it over to the mail server.
 * Final: `sent`; `failed`: refused for good; `suppressed`: the address gets no mail, or its owner unsubscribed;
 * `uncertain`: the connection broke between the text and the server's answer; `quiet`: there was nothing to send;
 * `missed`: the site was down until it was no longer of use; `cancelled`: by the operator.
 */
export const STATES = [
  'queued',
  'handing',
  'sent',
  'failed',
  'suppressed',
  'uncertain',
  'quiet',
  'missed',
  'cancelled',
] as const;
export type DeliveryState = (typeof STATES)[number];

/** A row of the ledger: one mail to one subscriber. Times are epoch ms. */
export interface Delivery {
  id: string;
  subscriber: number;
  email: string;
  dueAt: number;
  composedAt: number;
  state: DeliveryState;
  /** Why it was not sent, or not yet. */
  reason: string | null;
  subject: string;
  sections: Section[];
  /** Without angle brackets. The same for every attempt. */
  messageId: string;
  tries: number;
  handedAt: number | null;
  endedAt: number | null;
  /** What the mail server said last. */
  answer: string | null;
}

/** What a mail is rendered from. */
export interface DigestMail {
  delivery: Pick<Delivery, 'id' | 'subject' | 'dueAt'>;
  subscriber: Pick<Subscriber, 'email' | 'token' | 'timeZone'>;
  sections: { issue: Issue; papers: IssuePaper[]; left: number; had: number }[];
}

/** A mail ready to be sent. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** The subject of a mail; without papers, that of one which says that there were none. */
export type Subject = (sections: DigestMail['sections']) => string;

/** Renders a mail; the same input gives the same bytes. */
export type Render = (mail: DigestMail) => RenderedMail;
