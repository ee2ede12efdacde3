/**
 * Ordered lists that hold still while someone pages through them. A page's links carry the change number at which its
 * order was fixed; further pages undo later moves (order_log) and so continue the very same list: no paper is repeated
 * or dropped.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import { counters } from '../../store/counters.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { PAGE_SIZE } from '../library.ts';
import { byTrend, byVotes, inOrder, ORDERS } from '../orders.ts';
import { NO_DAY } from '../ranking.ts';
import type { Day } from '../types.ts';

/** Which list: a range of editions by votes, or everything by trend. */
export type List =
  | { kind: 'editions'; first: Day; last: Day; category?: string | undefined }
  | { kind: 'trending' };

/** Whether a paper is in a category, by its code. */
export const inCategory = (code: string): Expression<SqlBool> =>
  // A list of codes as JSON: each stands between quotation marks.
  sql<SqlBool>`categories LIKE ${`%${JSON.stringify(code).replace(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`;

/** Trending is a front page, not an archive. */
export const TRENDING_LIMIT = 500;

export interface Slice {
  pks: number[];
  total: number;
  page: number;
  pages: number;
  asOf: string;
  renewed: boolean;
}

type Placement = Pick<
  PaperRow,
  'pk' | 'id' | 'upvotes' | 'announced' | 'listed' | 'late' | 'hot' | 'created_seq'
>;
const PLACE = ['pk', 'id', 'upvotes', 'announced', 'listed', 'late', 'hot', 'created_seq'] as const;

/** A change number in its address form, and back; null for anything else. */
export const writeToken = (seq: number): string => seq.toString(36);
export function readToken(token: string): number | null {
  if (!/^[0-9a-z]{1,10}$/.test(token)) return null;
  return Number.parseInt(token, 36);
}

/** One page of a list. Call inside one view of the database. `page` from 1; may be beyond the end. */
export async function slice(db: Db, list: List, page: number, token?: string): Promise<Slice> {
  const { seq: now, order_log_floor: floor } = await counters(db, 'seq', 'order_log_floor');
  const wanted = token === undefined ? now : readToken(token);
  const honoured = wanted !== null && wanted <= now && (wanted === now || wanted >= floor);
  const asOf = honoured ? wanted : now;
  const offset = (page - 1) * PAGE_SIZE;
  const { pks, total } = asOf === now ? await present(db, list, offset) : await past(db, list, offset, asOf);
  const shown = list.kind === 'trending' ? Math.min(total, TRENDING_LIMIT) : total;
  const end = Math.max(0, shown - offset);
  return {
    pks: pks.slice(0, end),
    total: shown,
    page,
    pages: Math.max(1, Math.ceil(shown / PAGE_SIZE)),
    asOf: writeToken(asOf),
    renewed: token !== undefined && !honoured,
  };
}

async function present(db: Db, list: List, offset: number): Promise<{ pks: number[]; total: number }> {
  const rows = await ranked(db, list).select('pk').limit(PAGE_SIZE).offset(offset).execute();
  return { pks: rows.map((row) => row.pk), total: await size(db, list, TRENDING_LIMIT) };
}

async function past(
  db: Db,
  list: List,
  offset: number,
  asOf: number,
): Promise<{ pks: number[]; total: number }> {
  // The oldest entry after `asOf` says where the paper was at that moment.
  const log = await db.selectFrom('order_log').selectAll().where('seq', '>', asOf).orderBy('seq').execute();
  const before = new Map<number, Placement>();
  for (const { paper_pk, ...row } of log) {
    if (!before.has(paper_pk) && row.created_seq <= asOf) before.set(paper_pk, { ...row, pk: paper_pk });
  }
  const there = [...before.values()].filter((row) => belongs(row, list));
  const moved = await ofCategory(db, there, list);
  // Enough of the current order that, without the moved ones, the page is still filled.
  const need = offset + PAGE_SIZE + before.size;
  const rows = await ranked(db, list).select(PLACE).where('created_seq', '<=', asOf).limit(need).execute();
  const still = rows.filter((row) => !before.has(row.pk));
  const merged = [...still, ...moved].sort(list.kind === 'trending' ? byTrend : byVotes);
  const count = await size(db, list, TRENDING_LIMIT + before.size, asOf);
  const now = await Promise.all(
    chunks([...before.keys()]).map((pks) => members(db, list).select('pk').where('pk', 'in', pks).execute()),
  );
  const nowInside = now.flat().length;
  return {
    pks: merged.slice(offset, offset + PAGE_SIZE).map((row) => row.pk),
    total: count - nowInside + moved.length,
  };
}

/** Those in the list's category: moving a paper does not change its categories. */
async function ofCategory(db: Db, rows: Placement[], list: List): Promise<Placement[]> {
  if (list.kind === 'trending' || list.category === undefined) return rows;
  const own = inCategory(list.category);
  const found = await Promise.all(
    chunks(rows.map(({ pk }) => pk)).map((pks) =>
      db.selectFrom('papers').select('pk').where('pk', 'in', pks).where(own).execute(),
    ),
  );
  const known = new Set(found.flat().map(({ pk }) => pk));
  return rows.filter(({ pk }) => known.has(pk));
}

/** How many papers a list has, as of a change; for trending no more than `enough`, because the rest is not shown. */
async function size(db: Db, list: List, enough: number, asOf?: number): Promise<number> {
  let some = members(db, list).select('pk');
  if (asOf !== undefined) some = some.where('created_seq', '<=', asOf);
  if (list.kind === 'trending') some = some.limit(enough);
  const { count } = await db
    .selectFrom(some.as('some'))
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function members(db: Db, list: List) {
  const papers = db.selectFrom('papers');
  if (list.kind === 'trending') return papers.where('hot', '>', NO_DAY);
  const { first, last, category } = list;
  const all = papers.where('listed', '>=', first).where('listed', '<=', last).where('late', '=', 0);
  return category === undefined ? all : all.where(inCategory(category));
}

const ranked = (db: Db, list: List) =>
  inOrder(members(db, list), list.kind === 'trending' ? ORDERS.trending : ORDERS.votes);

const belongs = (row: Placement, list: List): boolean =>
  list.kind === 'trending'
    ? row.hot > NO_DAY
    : row.listed !== null && row.listed >= list.first && row.listed <= list.last && row.late === 0;

function chunks<T>(list: T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
