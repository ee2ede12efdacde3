/** The tables, as TypeScript sees them. What they hold and why stands in migrations.ts. */
import type { Kysely } from 'kysely';

/** Text that holds JSON. */
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
}

export interface Schema {
  papers: PaperRow;
  identifiers: { scheme: string; value: string; version: number | null; paper_pk: number };
  titles: { title_key: number; paper_pk: number };
  records: { source: string; key: string; hash: string; paper_pk: number; content: Json | null };
  tallies: { source: string; key: string; paper_pk: number; upvotes: number | null; comments: number | null };
  votes: { paper_pk: number; voter: string; cast_at: number };
  comments: { id: string; paper_pk: number; author: string; body: string; written_at: number };
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
  closed_editions: { day: string; closed_at: number };
  search_subscriptions: {
    token: string;
    email: string;
    query: string;
    cadence: string;
    state: string;
    created_at: number;
  };
  counters: { name: string; value: number };
  leases: { name: string; holder: string; until: number };
  meta: { key: string; value: string };
  migrations: { number: number; says: string; applied_at: number };
}

export type Db = Kysely<Schema>;

/** Every table that holds what cannot be derived, in an order that satisfies foreign keys (backup). */
export const BACKED_UP = [
  'papers',
  'identifiers',
  'titles',
  'records',
  'tallies',
  'votes',
  'comments',
  'paper_authors',
  'paper_organizations',
  'order_log',
  'tombstones',
  'closed_editions',
  'search_subscriptions',
  'counters',
  'meta',
] as const satisfies readonly (keyof Schema)[];
