/**
 * The whole collection by day, for those who want all of it. A paper is in the file of its own date: its publication,
 * otherwise the day it belongs to. So every paper is in exactly one file, and stays there however votes move, editions
 * close and rules change; its edition is given as well. Papers without any date are together under `''`.
 */
import { setImmediate } from 'node:timers/promises';
import type { SelectQueryBuilder } from 'kysely';
import type { Store } from '../../store/open.ts';
import type { Db, PaperRow, Schema } from '../../store/schema.ts';
import type { CalendarDay } from '../library.ts';
import { DATE, inOrder, ORDERS } from '../orders.ts';
import { rowToPaper } from '../rows.ts';
import { talliesOf } from '../standing.ts';
import type { Day } from '../types.ts';
import type { ExportedPaper } from './everything.ts';

/** What a file of the archive was built from: it changes whenever anything in the file may have. */
export interface Mark {
  papers: number;
  /** The last change of any of them. */
  seq: number;
}

export interface Archive {
  /** Years that have papers (`2026`), newest first. */
  years(): Promise<string[]>;
  /** Days of a year that have papers, in order. */
  days(year: string): Promise<CalendarDay[]>;
  /** `''`: those without a date. Null: there are none. */
  mark(day: Day | ''): Promise<Mark | null>;
  /** In the order of their ids. A change made meanwhile is seen or not, paper by paper. */
  papers(day: Day | ''): AsyncGenerator<ExportedPaper>;
  /** Ids of the papers from one day to another, both inclusive, with the day of their last revision. */
  addresses(first: Day | '', last: Day | ''): AsyncGenerator<{ id: string; changed: Day | null }>;
}

/** What papers without any date are filed under. */
export const UNDATED = 'undated';
/** Papers per step; other work gets its turn between steps. */
const STEP = 250;
/** The same for ids alone. */
const ADDRESSES = 2000;

/** The archive of a running site. */
export function archiveOf({ read }: Store): Archive {
  return {
    years: () => yearsOf(read),
    async days(year) {
      const days: CalendarDay[] = [];
      // Month by month, because a year may have hundreds of thousands and pages wait meanwhile.
      for (let month = 1; month <= 12; month++) {
        const prefix = `${year}-${String(month).padStart(2, '0')}`;
        days.push(...(await daysOf(read, `${prefix}-01`, `${prefix}-31`)));
        await setImmediate();
      }
      return days;
    },
    async mark(day) {
      const row = await read
        .selectFrom('papers')
        .select((e) => [e.fn.countAll<number>().as('papers'), e.fn.max('seq').as('seq')])
        .where(DATE, '=', day)
        .executeTakeFirstOrThrow();
      return row.seq === null ? null : { papers: Number(row.papers), seq: Number(row.seq) };
    },
    papers: (day) => papersOfDay(read, day),
    addresses: (first, last) => addressesOf(read, first, last),
  };
}

/** Year by year along the index, one step each: nothing in between is read. */
async function yearsOf(db: Db): Promise<string[]> {
  const years: string[] = [];
  let before = '~';
  for (;;) {
    const row = await db
      .selectFrom('papers')
      .select(DATE.as('date'))
      .where(DATE, '<', before)
      .where(DATE, '>', '')
      .orderBy(DATE, 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row) return years;
    before = row.date.slice(0, 4);
    years.push(before);
  }
}

/** Days that have papers, in order, both ends inclusive; `''` is not among them. */
export async function daysOf(db: Db, first: Day, last: Day): Promise<CalendarDay[]> {
  const rows = await db
    .selectFrom('papers')
    .select((e) => [DATE.as('day'), e.fn.countAll<number>().as('papers')])
    .where(DATE, '>=', first)
    .where(DATE, '<=', last)
    .groupBy(DATE)
    .orderBy(DATE)
    .execute();
  return rows.map(({ day, papers }) => ({ day, papers: Number(papers) }));
}

/** The papers of a day in the order of their ids; as of one moment if `db` is a snapshot. */
export async function* papersOfDay(db: Db, day: Day | ''): AsyncGenerator<ExportedPaper> {
  const papers = db.selectFrom('papers').selectAll() as SelectQueryBuilder<Schema, 'papers', PaperRow>;
  let after = '';
  for (;;) {
    const rows = await papers
      .where(DATE, '=', day)
      .where('id', '>', after)
      .orderBy('id')
      .limit(STEP)
      .execute();
    const tallies = await talliesOf(
      db,
      rows.map(({ pk }) => pk),
    );
    for (const row of rows) yield { paper: rowToPaper(row), tallies: tallies.get(row.pk) ?? [] };
    if (rows.length < STEP) return;
    after = rows.at(-1)!.id;
    await setImmediate();
  }
}

async function* addressesOf(
  db: Db,
  first: Day | '',
  last: Day | '',
): AsyncGenerator<{ id: string; changed: Day | null }> {
  const ids = db.selectFrom('papers').select(['id', 'updated', 'announced', DATE.as('date')]);
  let after = { date: last, id: '' };
  for (;;) {
    // Two walks along the index; asked for both at once, SQLite would read all of it.
    const same = await ids
      .where(DATE, '=', after.date)
      .where('id', '>', after.id)
      .orderBy('id')
      .limit(ADDRESSES)
      .execute();
    const older =
      same.length === ADDRESSES
        ? []
        : await inOrder(ids, ORDERS.newest)
            .where(DATE, '<', after.date)
            .where(DATE, '>=', first)
            .limit(ADDRESSES - same.length)
            .execute();
    const rows = [...same, ...older];
    for (const { id, updated, announced, date } of rows) {
      const changed = [updated ?? '', announced, date].sort().at(-1)!;
      yield { id, changed: changed || null };
    }
    if (rows.length < ADDRESSES) return;
    after = rows.at(-1)!;
    await setImmediate();
  }
}
