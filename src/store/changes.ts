/**
 * What has changed since a change number, in the detail that cached pages need: which papers, which days they were and
 * are on, and between which keys of trending they moved. The change log is the rows themselves: each carries the number
 * of the change that wrote it last.
 */
import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** The numbers of the last changes, by what changed. */
export interface Counters {
  /** The last change to papers. */
  seq: number;
  /** The last change to anything about papers except counts of votes and comments. */
  papers: number;
  /** The last change to anything else: rules, closed editions, decisions. */
  site: number;
  /** The last vote or comment on this site. */
  community: number;
}

/** A paper that was changed, where it was before, and where it is now. */
export interface Moved {
  pk: number;
  /** The days it was on before and is on now. */
  days: string[];
  /** Its lowest and highest key in trending since then. Infinite: it was not there before, or is gone. */
  low: number;
  high: number;
}

export interface Changes extends Counters {
  /** Null: too many to list. */
  moved: Moved[] | null;
  /** Papers whose votes or comments on this site have changed. Null: too many to list. */
  given: number[] | null;
}

export const NO_COUNTERS: Counters = { seq: 0, papers: 0, site: 0, community: 0 };

/** With more rows than this, papers are not listed. */
const MOST_CHANGES = 2000;

/** The queries, for either database: `$1` is the change number to start after. */
export const QUERIES = {
  counters: "SELECT name, value FROM counters WHERE name IN ('seq', 'papers', 'site', 'community')",
  rows: `SELECT pk, listed, hot, created_seq FROM papers WHERE seq > $1 ORDER BY seq LIMIT ${MOST_CHANGES + 1}`,
  before: `SELECT paper_pk AS pk, listed, hot FROM order_log WHERE seq > $1 LIMIT ${MOST_CHANGES + 1}`,
  gone: `SELECT pk FROM tombstones WHERE seq > $1 LIMIT ${MOST_CHANGES + 1}`,
  given: `SELECT paper AS pk FROM given WHERE seq > $1 LIMIT ${MOST_CHANGES + 1}`,
} as const;

type Query = keyof typeof QUERIES;
export interface ChangeRow {
  name?: string;
  value?: number;
  pk?: number;
  listed?: string | null;
  hot?: number;
  created_seq?: number;
}

/** Runs one of the queries. */
export type Ask = (query: Query, after: number) => ChangeRow[];

export function countersOf(rows: ChangeRow[]): Counters {
  const found = { ...NO_COUNTERS };
  for (const { name, value } of rows) if (name! in found) found[name as keyof Counters] = Number(value);
  return found;
}

/** Combines the answers of the queries. */
export function changesOf(after: Counters, counters: Counters, ask: Ask): Changes {
  return {
    ...counters,
    moved: counters.seq > after.seq ? movedOf(after.seq, ask) : [],
    given: counters.community > after.community ? givenOf(after.community, ask) : [],
  };
}

function movedOf(after: number, ask: Ask): Moved[] | null {
  const rows = ask('rows', after);
  const before = ask('before', after);
  const gone = ask('gone', after);
  if (Math.max(rows.length, before.length, gone.length) > MOST_CHANGES) return null;
  const moved = new Map<number, Moved>();
  const note = (pk: number, listed: string | null, hot: number): void => {
    const known = moved.get(pk);
    if (!known) {
      moved.set(pk, { pk, days: listed === null ? [] : [listed], low: hot, high: hot });
      return;
    }
    if (listed !== null && !known.days.includes(listed)) known.days.push(listed);
    known.low = Math.min(known.low, hot);
    known.high = Math.max(known.high, hot);
  };
  for (const row of rows) {
    note(row.pk!, row.listed ?? null, row.hot!);
    // A new paper comes in from below all others.
    if (row.created_seq! > after) note(row.pk!, null, Number.NEGATIVE_INFINITY);
  }
  for (const row of before) note(row.pk!, row.listed ?? null, row.hot!);
  for (const { pk } of gone) note(pk!, null, Number.NEGATIVE_INFINITY);
  return [...moved.values()];
}

function givenOf(after: number, ask: Ask): number[] | null {
  const rows = ask('given', after);
  return rows.length > MOST_CHANGES ? null : rows.map(({ pk }) => pk!);
}

/** The same for a database with an asynchronous driver. */
export async function changesIn(db: Db, after: Counters): Promise<Changes> {
  const run = async (query: Query, from: number): Promise<ChangeRow[]> => {
    const text = QUERIES[query].replace('$1', String(Math.trunc(from)));
    return (await sql.raw<ChangeRow>(text).execute(db)).rows;
  };
  const counters = countersOf(await run('counters', 0));
  const answers = new Map<Query, ChangeRow[]>();
  const wanted: [Query, number][] = [];
  if (counters.seq > after.seq)
    for (const query of ['rows', 'before', 'gone'] as const) wanted.push([query, after.seq]);
  if (counters.community > after.community) wanted.push(['given', after.community]);
  for (const [query, from] of wanted) answers.set(query, await run(query, from));
  return changesOf(after, counters, (query) => answers.get(query) ?? []);
}
