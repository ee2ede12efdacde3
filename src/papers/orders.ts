/**
 * Every order in which papers are listed, each declared once: for the database, for lists in memory, and for counting
 * what comes before a paper. The arithmetic behind the columns is in ranking.ts. Every order ends with the id, so it is
 * total: the same papers come in the same order on every machine.
 */
import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { PaperRow, Schema } from '../store/schema.ts';

/** When a paper came out, otherwise the day it belongs to: exactly the expression of the index papers_published. */
export const DATE = sql<string>`COALESCE(published, listed, day, '')`;
export const dateOf = ({ published, listed, day }: Pick<PaperRow, 'published' | 'listed' | 'day'>): string =>
  published ?? listed ?? day ?? '';

/** What papers are ordered by: columns of `papers`, and the date above. */
type Column = 'id' | 'upvotes' | 'announced' | 'listed' | 'late' | 'hot' | 'score' | 'date';

interface Key<C extends Column> {
  column: C;
  direction: 'asc' | 'desc';
}

export type Order<C extends Column = Column> = readonly Key<C>[];

const up = <C extends Column>(column: C): Key<C> => ({ column, direction: 'asc' });
const down = <C extends Column>(column: C): Key<C> => ({ column, direction: 'desc' });

/** Most votes first; then the newest announcement; then by id. */
const VOTES = [down('upvotes'), down('announced'), up('id')] as const;

/** The columns of each order are in exactly the order of an index, so that a page is a walk along it. */
export const ORDERS = {
  /** A dated edition. A paper with an unknown announcement comes after those with one. */
  votes: VOTES,
  /** Editions as programs list them: late papers after all others, of one day … */
  days: [down('listed'), up('late'), ...VOTES],
  /** … or of the whole range. */
  lateLast: [up('late'), ...VOTES],
  /** Papers that came too late for their edition, below it. */
  late: [down('listed'), up('id')],
  /** `/papers/trending`. */
  trending: [down('hot'), down('upvotes'), up('id')],
  /** All papers, and those of an author or an organization. */
  newest: [down('date'), up('id')],
  /** Who gets one of the places of a day (cap.ts): most rules first. */
  places: [down('score'), down('announced'), up('id')],
} as const satisfies Record<string, Order>;

/** A query for papers, in an order. */
export const inOrder = <Query extends SelectQueryBuilder<Schema, 'papers', unknown>>(
  query: Query,
  order: Order,
): Query =>
  order.reduce(
    (papers, { column, direction }) => papers.orderBy(column === 'date' ? DATE : column, direction) as Query,
    query,
  );

type Value = string | number | null;
/** What a paper must have to be compared. */
type Comparable<C extends Column> = { readonly [column in C]: Value };

/** The comparison of an order, for lists in memory. A value that is not known counts as the lowest. */
export function comparing<C extends Column>(order: Order<C>): (a: Comparable<C>, b: Comparable<C>) => number {
  const keys = order.map(({ column, direction }) => ({ column, sign: direction === 'asc' ? 1 : -1 }));
  return (a, b) => {
    for (const { column, sign } of keys) {
      const one: Value = a[column] ?? '';
      const other: Value = b[column] ?? '';
      // Texts compare by code unit, as `COLLATE "C"` and SQLite's BINARY do: the same on every machine.
      if (one !== other) return one < other ? -sign : sign;
    }
    return 0;
  };
}

/** Whether a row comes before a paper in an order. */
export function before<C extends Exclude<Column, 'date'>>(
  order: Order<C>,
  paper: Comparable<C>,
): Expression<SqlBool> {
  const ways = order.map(({ column, direction }, at) => {
    const same = order.slice(0, at).map((key) => sql<SqlBool>`${sql.ref(key.column)} = ${paper[key.column]}`);
    const sign = sql.raw(direction === 'asc' ? '<' : '>');
    const first = sql<SqlBool>`${sql.ref(column)} ${sign} ${paper[column]}`;
    return sql<SqlBool>`(${sql.join([...same, first], sql` AND `)})`;
  });
  return sql<SqlBool>`(${sql.join(ways, sql` OR `)})`;
}

/** The order of a dated edition, in memory. */
export const byVotes = comparing<'upvotes' | 'announced' | 'id'>(ORDERS.votes);
/** The order of trending, in memory. */
export const byTrend = comparing<'hot' | 'upvotes' | 'id'>(ORDERS.trending);
