/** The rows of a harvest (harvest.ts), in the order in which they changed. */
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db, PaperRow, Schema } from '../../store/schema.ts';
import { isInEdition } from '../intake/former.ts';

/** A position in the order: after a paper, or after an id that no paper has any more. */
export interface HarvestPlace {
  seq: number;
  /** Papers of a change come first, by key; then the ids it removed. */
  after: { pk: number } | { id: string };
}

/** What is reported of a paper without its texts. */
export interface HarvestHeader {
  id: string;
  /** When it was last changed, epoch ms; up to 75 seconds in the future (store/change-times.ts). */
  at: number;
  categories: string[];
  inEdition: boolean;
}

/** Changes in a range; `end` is exclusive, null: open-ended. */
export interface Range {
  first: number;
  end: number | null;
}

/** Times as change numbers. Both grow together, so a range of one is a range of the other. */
export async function seqsOf(
  db: Db,
  { from, until }: { from?: number | undefined; until?: number | undefined },
): Promise<Range> {
  const bound = async (side: '>=' | '>', at: number): Promise<number | null> => {
    const row = await db
      .selectFrom('change_times')
      .select('seq')
      .where('at', side, at)
      .orderBy('at')
      .limit(1)
      .executeTakeFirst();
    return row?.seq ?? null;
  };
  return {
    first: from === undefined ? 0 : ((await bound('>=', from)) ?? Number.MAX_SAFE_INTEGER),
    end: until === undefined ? null : await bound('>', until),
  };
}

/** A query for everything in a range. */
export const inside = <Query extends SelectQueryBuilder<Schema, 'papers' | 'former_ids', object>>(
  query: Query,
  { first, end }: Range,
): Query => {
  const since = query.where('seq', '>=', first) as Query;
  return end === null ? since : (since.where('seq', '<', end) as Query);
};

/** The time of a row's change. */
export const timeOf = (table: 'papers' | 'former_ids') =>
  sql<number>`(SELECT at FROM change_times WHERE change_times.seq <= ${sql.ref(`${table}.seq`)}
    ORDER BY change_times.seq DESC LIMIT 1)`.as('at');

export interface HarvestRow {
  place: HarvestPlace;
  /** Null: the id of no paper. */
  pk: number | null;
  header: HarvestHeader;
}

/** The next `step` papers and former ids of the range, in order. `db` must show them as of one moment. */
export async function walk(
  db: Db,
  range: Range,
  place: HarvestPlace | undefined,
  step: number,
): Promise<HarvestRow[]> {
  const { seq, after } = place ?? { seq: -1, after: { id: '' } };
  const left = { ...range, first: Math.max(range.first, seq) };
  // Within a change, papers come first: after an id there are none left.
  const pk = 'pk' in after ? after.pk : Number.MAX_SAFE_INTEGER;
  const id = 'id' in after ? after.id : '';
  const papers = await paperHeaders(db, left, { seq, pk }, step);
  const former = await inside(db.selectFrom('former_ids'), left)
    .selectAll()
    .select(timeOf('former_ids'))
    .where((e) => e(e.refTuple('seq', 'id'), '>', e.tuple(seq, id)))
    // A paper may have it again.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('papers').select('pk').whereRef('papers.id', '=', 'former_ids.id'))),
    )
    .orderBy('seq')
    .orderBy('id')
    .limit(step)
    .execute();
  const all: HarvestRow[] = papers.map((row) => ({
    place: { seq: row.seq, after: { pk: row.pk } },
    pk: row.pk,
    header: headerOf(row),
  }));
  for (const row of former)
    all.push({ place: { seq: row.seq, after: { id: row.id } }, pk: null, header: formerHeader(row) });
  // Both are ordered, and the papers of a change already come first: a stable sort keeps that.
  return all.sort((a, b) => a.place.seq - b.place.seq).slice(0, step);
}

/** The next papers after a position. */
export const paperHeaders = (db: Db, range: Range, { seq, pk }: { seq: number; pk: number }, step: number) =>
  inside(db.selectFrom('papers'), range)
    .select(['id', 'pk', 'seq', 'categories', 'listed', 'late'])
    .select(timeOf('papers'))
    .where((e) => e(e.refTuple('seq', 'pk'), '>', e.tuple(seq, pk)))
    .orderBy('seq')
    .orderBy('pk')
    .limit(step)
    .execute();

type Timed<Row> = Row & { at: number };

/** What is reported for a row. */
export const headerOf = (
  row: Timed<Pick<PaperRow, 'id' | 'categories' | 'listed' | 'late'>>,
): HarvestHeader => ({
  id: row.id,
  at: row.at,
  categories: JSON.parse(row.categories),
  inEdition: isInEdition(row),
});

/** What is reported for an id that no paper has. */
export const formerHeader = (row: Timed<Schema['former_ids']>): HarvestHeader => ({
  id: row.id,
  at: row.at,
  categories: JSON.parse(row.categories),
  inEdition: row.in_edition === 1,
});
