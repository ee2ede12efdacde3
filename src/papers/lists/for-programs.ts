/**
 * Lists as programs page through them, any number at a time: the papers of editions, and all papers by date. (Readers'
 * pages use ordering.ts, which also holds an order still while votes move.)
 */
import type { Db, PaperRow } from '../../store/schema.ts';
import type { DailyQuery, ListPosition } from '../library.ts';
import { DATE, dateOf, inOrder, ORDERS } from '../orders.ts';
import { NO_DAY } from '../ranking.ts';
import type { Day, Submitter } from '../types.ts';

/** The order in which each is listed. */
const DAILY = { days: ORDERS.days, votes: ORDERS.lateLast, trending: ORDERS.trending };

/** No list is that long, and neither database accepts a larger number. */
const FURTHEST = 1e9;

/**
 * Keys of the papers of editions that a query selects, from `offset` on, and whether there are more. Late papers come
 * after all others of the day (order `days`) or of the whole range (order `votes`).
 */
export async function dailyKeys(
  db: Db,
  { first, last, submitter, order }: DailyQuery,
  offset: number,
  limit: number,
): Promise<{ pks: number[]; more: boolean }> {
  const none = { pks: [], more: false };
  if (offset > FURTHEST) return none;
  let from = offset;
  let papers = db.selectFrom('papers').select('pk');
  // For a single day, the index also has its order. All of trending is a walk along another index, which the database
  // is made to use by not being shown a range of this one.
  if (first !== undefined && first === last) papers = papers.where('listed', '=', first);
  else if (first !== undefined) papers = papers.where('listed', '<=', last).where('listed', '>=', first);
  else if (order === 'trending') papers = papers.where((e) => e.fn.coalesce('listed', e.val('')), '<=', last);
  else if (submitter === undefined && offset > 0) {
    const far = await dayAt(db, last, offset);
    if (far === null) return none;
    papers = papers.where('listed', '<=', far.day);
    from = offset - far.before;
  } else papers = papers.where('listed', '<=', last);
  if (submitter !== undefined) {
    const said = await submissionsOf(db, submitter);
    if (said.length === 0) return none;
    papers = papers.where('submitted_by', 'in', said);
  }
  if (order === 'trending') papers = papers.where('hot', '>', NO_DAY);
  const rows = await inOrder(papers, DAILY[order])
    .limit(limit + 1)
    .offset(from)
    .execute();
  return { pks: rows.slice(0, limit).map((row) => row.pk), more: rows.length > limit };
}

/** The day of paper number `offset` (from 0), counted back from the newest, and the papers of later days. */
async function dayAt(db: Db, last: Day, offset: number): Promise<{ day: Day; before: number } | null> {
  // Only days are ordered in the index; papers of all of them would have to be sorted.
  const papers = db.selectFrom('papers').where('listed', '<=', last);
  const found = await papers
    .select('listed')
    .orderBy('listed', 'desc')
    .limit(1)
    .offset(offset)
    .executeTakeFirst();
  if (!found?.listed) return null;
  const { count } = await papers
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('listed', '>', found.listed)
    .executeTakeFirstOrThrow();
  return { day: found.listed, before: Number(count) };
}

/** At most this many spellings of one account's name are considered. */
const SPELLINGS = 200;

/** What papers of one submitter have in `submitted_by`: the account is one, but people change their names. */
async function submissionsOf(db: Db, submitter: string): Promise<string[]> {
  const wanted = submitter.toLowerCase();
  const rows = await db
    .selectFrom('papers')
    .select('submitted_by')
    .distinct()
    .where('submitted_by', 'is not', null)
    .execute();
  const said = rows.flatMap(({ submitted_by: text }) => text ?? []);
  return said
    .filter((text) => {
      const { name, user } = JSON.parse(text) as Submitter;
      return (user ?? name).toLowerCase() === wanted;
    })
    .slice(0, SPELLINGS);
}

/** Rows of all papers, newest first, those of one date by id; `after`: what follows that position. */
export async function newestRows(
  db: Db,
  limit: number,
  after?: ListPosition,
): Promise<{ rows: PaperRow[]; next: ListPosition | null }> {
  const papers = inOrder(db.selectFrom('papers').selectAll(), ORDERS.newest).limit(limit + 1);
  if (after === undefined) return cut(await papers.execute(), limit);
  // Two walks along the index; asked for both at once, SQLite would read all of it.
  const same = await papers.where(DATE, '=', after.date).where('id', '>', after.id).execute();
  if (same.length > limit) return cut(same, limit);
  const older = await papers.where(DATE, '<', after.date).execute();
  return cut([...same, ...older], limit);
}

function cut(rows: PaperRow[], limit: number): { rows: PaperRow[]; next: ListPosition | null } {
  const last = rows[limit - 1];
  const next = rows.length > limit && last ? { date: dateOf(last), id: last.id } : null;
  return { rows: rows.slice(0, limit), next };
}
