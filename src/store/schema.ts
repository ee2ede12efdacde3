/** The tables, as TypeScript sees them. migrations.ts explains their contents. */
import type { Generated, Kysely } from 'kysely';

/** Text that contains JSON. */
type Json = string;
/** 0 or 1. */
type Flag = number;

export interface PaperRow {
  pk: number;
  id: string;
  /** 0: all its records are strong; 1: none is; 2: some are weak (arrange.ts). */
  weak: number;
  title: string;
  abstract: string | null;
  summary: string | null;
  authors: Json;
  authors_count: number | null;
  organizations: Json;
  categories: Json;
  keywords: Json;
  identifiers: Json;
  published: string | null;
  published_precision: string;
  published_at: number | null;
  updated: string | null;
  announced: string;
  listed: string | null;
  listed_by: string | null;
  late: Flag;
  links: Json;
  figures: Json;
  note: string | null;
  journal: string | null;
  licence: string | null;
  withdrawn: Flag;
  upvotes: number;
  comments: number;
  hot: number;
  sources: Json;
  created_seq: number;
  seq: number;
  /** The day it belongs to if that is not `listed`; `''`: none is known. */
  day: string | null;
  /** A `Rule`; null: as `listed_by` has it. */
  rule: Json | null;
  /** What it competes with for a place in its day; null: it does not compete. */
  score: number | null;
  submitted_by: Json | null;
  citations: number | null;
  /** `Repositories`; null: none are known. */
  repositories: Json | null;
  /** The last change to anything the search index reads, other than votes; null: `seq`. */
  words_seq: number | null;
  /** By how many votes the weight of its votes is less than their count. */
  discount: number;
}

export interface RunRow {
  id: number;
  source: string;
  part: string;
  kind: string;
  state: string;
  says: string;
  announced: string | null;
  expected: number | null;
  got: number | null;
  added: number;
  changed: number;
  merged: number;
  unchanged: number;
  rejected: number;
  gone: number;
  requests: number;
  polls: number;
  done: number | null;
  total: number | null;
  since: string | null;
  until: string | null;
  remarks: Json;
  started_at: number;
  ended_at: number | null;
  holder: string | null;
}

export interface PartRow {
  source: string;
  part: string;
  paused: Flag;
  cursor: Json | null;
  backfill_cursor: Json | null;
  last_state: string | null;
  last_ended: number | null;
  announced: string | null;
  complete: Flag;
  last_good: number | null;
  failures: number;
  /** When this part first appeared in the settings. */
  first_seen: number;
  alerted_at: number | null;
  wanted_at: number | null;
  wanted_since: string | null;
  wanted_until: string | null;
}

export interface Schema {
  papers: PaperRow;
  identifiers: { scheme: string; value: string; version: number | null; paper_pk: number };
  titles: { title_key: number; paper_pk: number };
  claims: { name: string; paper_pk: number };
  decisions: { kind: string; one: string; other: string; decided_at: number };
  records: { source: string; key: string; hash: string; paper_pk: number; content: Json | null };
  tallies: {
    source: string;
    key: string;
    paper_pk: number;
    upvotes: number | null;
    comments: number | null;
    citations: number | null;
  };
  /** Votes of readers; `voter` is an account, or negative: one of `named_readers`. */
  votes: { paper: number; voter: number; time: number; weight: Generated<number> };
  comments: {
    id: string;
    paper: number;
    /** The comment it replies to. */
    parent: string | null;
    /** Null: their account is deleted. */
    author: number | null;
    text: string;
    html: string | null;
    state: string;
    created: number;
    edited: number | null;
    form_key: string | null;
    locked: Flag;
  };
  comment_versions: { comment: string; number: number; text: string; html: string | null; at: number };
  comment_reactions: { comment: string; account: number; kind: string; at: number };
  comment_quotes: { comment: string; place: number; abstract: string; starts: number; ends: number };
  quoted_abstracts: { digest: string; text: string; version: number | null };
  locked_discussions: { paper: number; at: number };
  submissions: {
    id: string;
    paper: number;
    /** Null: their account is deleted. */
    account: number | null;
    /** The edition it was submitted to; null: none. */
    day: string | null;
    at: number;
  };
  submission_drafts: { id: string; account: number; record: Json; at: number };
  invited_submitters: { account: number; at: number };
  collections: {
    id: string;
    account: number;
    name: string;
    is_public: Flag;
    created_at: number;
    changed_at: number;
  };
  saved_papers: {
    collection: string;
    paper: number;
    account: number;
    place: number;
    note: string;
    version: number | null;
    added_at: number;
  };
  reading_marks: { account: number; paper: number; read_at: number | null; dismissed_at: number | null };
  follows: { account: number; kind: string; subject: string; name: string; at: number };
  paper_watchers: { paper: number; account: number; why: string; at: number };
  notices: {
    id: string;
    account: number;
    kind: string;
    /** What it is about: there is one notification of each. */
    cause: string;
    paper: number | null;
    comment: string | null;
    /** Whose doing it was. */
    actor: number | null;
    detail: string;
    at: number;
    seen_at: number | null;
    /** Null: still to be mailed; 0: never. */
    mailed_at: number | null;
  };
  notice_choices: { account: number; kind: string; choice: string };
  notice_mail: { account: number; token: string; mailed_at: number | null };
  named_readers: { id: number; name: string };
  accounts: {
    id: number;
    name: string;
    display_name: string;
    email: string | null;
    email_verified: Flag;
    role: string;
    state: string;
    shows_votes: Flag;
    created_at: number;
  };
  sessions: {
    hash: string;
    /** By which its owner can end it; of no use to anybody else. */
    id: string;
    account: number;
    created_at: number;
    seen_at: number;
    expires_at: number;
    browser: string;
  };
  sign_in_links: {
    hash: string;
    account: number | null;
    email: string | null;
    role: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
  };
  access_tokens: {
    hash: string;
    id: string;
    account: number;
    name: string;
    scopes: string;
    created_at: number;
    used_at: number | null;
    expires_at: number | null;
  };
  identities: {
    issuer: string;
    subject: string;
    account: number;
    email: string | null;
    created_at: number;
    used_at: number;
  };
  passkeys: {
    id: string;
    account: number;
    name: string;
    public_key: string;
    counter: number;
    transports: Json;
    created_at: number;
    used_at: number | null;
  };
  passwords: { account: number; hash: string; changed_at: number };
  begun_sign_ins: { hash: string; kind: string; data: Json; expires_at: number };
  rate_limits: { name: string; who: string; used: number; ends_at: number };
  moderation_log: {
    id: number;
    at: number;
    actor: number | null;
    act: string;
    subject: string;
    reason: string;
    detail: Json | null;
    undoes: number | null;
  };
  /** What people corrected by hand, by a name of the paper. */
  paper_edits: { name: string; field: string; value: Json; at: number };
  flags: {
    subject: string;
    account: number;
    reason: string;
    at: number;
    settled: number | null;
    upheld: Flag | null;
  };
  banned_domains: { domain: string; at: number };
  /** Forgotten after 30 days. */
  vote_networks: { voter: number; paper: number; network: string; at: number };
  authorships: {
    id: string;
    paper: number;
    author: string;
    account: number;
    state: string;
    how: string;
    evidence: string;
    at: number;
    decided: number | null;
  };
  pinned_comments: { paper: number; comment: string };
  own_summaries: { paper: number; account: number; at: number };
  /** Organisations; the papers' own are in `paper_organizations`. */
  organisations: {
    id: number;
    name: string;
    display_name: string;
    about: string;
    logo: string | null;
    created_at: number;
  };
  organisation_members: { organisation: number; account: number; role: string; at: number };
  /** `png`: in base64. */
  logos: { digest: string; png: string };
  /** Pictures submitted with papers. `image`: in base64. */
  pictures: {
    id: string;
    paper: number;
    account: number | null;
    alt: string;
    state: string;
    place: number;
    width: number;
    height: number;
    image: string;
    at: number;
  };
  /** Votes and shown comments by paper; derived from the two tables. */
  given: { paper: number; votes: number; comments: number; weight: Generated<number>; seq: number };
  moved_papers: { paper: number; target: number; pending: Flag };
  paper_authors: { slug_key: number; paper_pk: number };
  paper_organizations: { slug: string; paper_pk: number; name: string };
  order_log: Pick<
    PaperRow,
    'seq' | 'id' | 'upvotes' | 'announced' | 'listed' | 'late' | 'hot' | 'created_seq'
  > & {
    paper_pk: number;
    at: number;
  };
  tombstones: { pk: number; seq: number };
  change_times: { seq: number; at: number };
  former_ids: { id: string; seq: number; categories: Json; in_edition: Flag };
  closed_editions: { day: string; closed_at: number };
  search_subscriptions: {
    token: string;
    email: string;
    query: string;
    cadence: string;
    state: string;
    created_at: number;
  };
  /** Who gets the digest (digest/subscribers.ts); times are epoch ms. */
  subscribers: {
    id: number;
    email: string;
    account: number | null;
    state: string;
    token: string;
    time_zone: string;
    days: number;
    minute: number;
    least_votes: number;
    most_papers: number;
    without: Json;
    again: Flag;
    quiet: string;
    origin: string;
    origin_at: number;
    created_at: number;
    confirmed_at: number | null;
    asked_at: number | null;
    next_due: number | null;
  };
  subscriptions: {
    id: string;
    subscriber: number;
    list: string;
    subject: string;
    name: string;
    cadence: string;
    created_at: number;
    through: string;
  };
  /** Papers as they were when an issue was composed, by the hash of `content`. */
  issue_papers: { digest: string; content: Json };
  issues: {
    id: string;
    list: string;
    subject: string;
    period: string;
    name: string;
    papers: number;
    content: Json;
    composed_at: number;
  };
  /** One row per mail of the digest. */
  deliveries: {
    id: string;
    subscriber: number;
    email: string;
    domain: string;
    due_at: number;
    composed_at: number;
    state: string;
    reason: string | null;
    subject: string;
    sections: Json;
    message_id: string;
    tries: number;
    next_at: number;
    lease_until: number;
    holder: string | null;
    handed_at: number | null;
    ended_at: number | null;
    answer: string | null;
  };
  delivered_issues: { issue: string; subscriber: number; delivery: string; place: number };
  suppressions: { hash: string; email: string | null; reason: string; detail: string; at: number };
  /** Bounces that are not final, by the hash of the address (mail/suppressions.ts). */
  soft_bounces: { hash: string; mail: string; at: number };
  /** Events of mail providers that have been taken (digest/bounces.ts). */
  mail_events: { id: string; body: string; at: number };
  /** Where else issues are posted (digest/channels.ts); times are epoch ms. */
  channels: {
    id: string;
    kind: string;
    name: string;
    server: string;
    target: string;
    secret: string;
    list: string;
    subject: string;
    list_name: string;
    cadence: string;
    days: number;
    minute: number | null;
    time_zone: string;
    state: string;
    reason: string | null;
    through: string;
    created_at: number;
  };
  /** One row per post to a channel (digest/channel-posts.ts). */
  channel_posts: {
    id: string;
    issue: string;
    channel: string;
    run: string;
    due_at: number;
    state: string;
    reason: string | null;
    tries: number;
    next_at: number;
    lease_until: number;
    unsure_since: number | null;
    handed_at: number | null;
    ended_at: number | null;
    answer: string | null;
    remote: string | null;
  };
  mail_domains: { domain: string; first_at: number };
  runs: RunRow;
  source_parts: PartRow;
  rejected_records: {
    id: string;
    source: string;
    part: string;
    place: string;
    reason: string;
    raw: Json | null;
    /** Of place, reason and record together; 0: unknown. */
    bytes: number;
    times: number;
    first_at: number;
    last_at: number;
  };
  site_doors: {
    site: string;
    holder: string | null;
    held_until: number;
    next_at: number;
    failures: number;
    shut_until: number;
  };
  counters: { name: string; value: number };
  leases: { name: string; holder: string; until: number };
  /** What the installation remembers about itself (meta.ts). */
  meta: { key: string; value: string };
  /** Mail that waits to be sent (mail/outbox.ts); times are epoch ms. */
  outbox: {
    id: string;
    recipient: string;
    subject: string;
    body: string;
    message_id: string;
    headers: Json;
    queued_at: number;
    tries: number;
    /** Not before. */
    next_at: number;
    /** After this there is no use in sending it; null: there always is. */
    expires_at: number | null;
    /** Why the last attempt failed. */
    reason: string | null;
  };
  /** Typeset formulas (typesetting/kept.ts). Null: it cannot be set. */
  formulas: { key: string; html: Uint8Array | null };
  /** What rules find in papers (papers/readings.ts); `text`: a hash of the text, `version`: of the rules. */
  readings: { paper: number; version: number; text: number; reading: string };
  /** How far data derived from papers has followed the change log, and what made it. */
  derived: { name: string; stamp: string; seq: number; pk: number };
  migrations: { number: number; says: string; applied_at: number };
}

export type Db = Kysely<Schema>;

/**
 * What a change changed. `papers`: papers, each of which carries the change's number or has a tombstone with it.
 * `counts`: the same, of nothing but their votes and comments. `site`: anything else that pages show.
 */
export type Touched = 'papers' | 'counts' | 'site';

/** A write in progress. `seq` is its number in the change log; rows that change carry it. */
export interface Change {
  tx: Db;
  seq: number;
  /** Something was changed: the transaction keeps its number, and pages made of it are made again. */
  touch(what: Touched): void;
}

/** Every table with data that cannot be derived, in an order that satisfies foreign keys (backup). */
export const BACKED_UP = [
  'papers',
  'identifiers',
  'titles',
  'claims',
  'decisions',
  'records',
  'tallies',
  'named_readers',
  'accounts',
  'access_tokens',
  'identities',
  'passkeys',
  'passwords',
  'moderation_log',
  'paper_edits',
  'flags',
  'banned_domains',
  'votes',
  'comments',
  'comment_versions',
  'comment_reactions',
  'comment_quotes',
  'quoted_abstracts',
  'locked_discussions',
  'submissions',
  'invited_submitters',
  'authorships',
  'pinned_comments',
  'own_summaries',
  'organisations',
  'organisation_members',
  'logos',
  'pictures',
  'collections',
  'saved_papers',
  'reading_marks',
  'follows',
  'paper_watchers',
  'notices',
  'notice_choices',
  'notice_mail',
  'given',
  'moved_papers',
  'paper_authors',
  'paper_organizations',
  'order_log',
  'tombstones',
  'former_ids',
  'closed_editions',
  'search_subscriptions',
  'subscribers',
  'subscriptions',
  'issue_papers',
  'issues',
  'deliveries',
  'delivered_issues',
  'suppressions',
  'channels',
  'channel_posts',
  'mail_domains',
  'runs',
  'source_parts',
  'rejected_records',
  'counters',
  'meta',
  'outbox',
] as const satisfies readonly (keyof Schema)[];
