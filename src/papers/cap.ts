/**
 * The places of a day: of the papers that enter automatically, only the best few are in its edition (EDITION_CAP); the
 * others wait. Decided for each day that a change touches, within that change, among all that compete for the day; so
 * it does not matter who came first. No paper leaves a closed day: there, only free places are given away.
 */
import { inSlices } from '../store/bulk.ts';
import type { Change } from '../store/open.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import type { Curation } from './curation.ts';
import { hotKey } from './merge.ts';
import { type Rewritten, rowToFolded } from './rows.ts';
import type { Day } from './types.ts';

type Competitor = Pick<PaperRow, 'pk' | 'id' | 'score' | 'announced'>;
const COMPETITOR = ['pk', 'id', 'score', 'announced'] as const;

/** What a change means for a day. */
interface Touched {
  /** Its rows that compete for the day now. */
  rows: PaperRow[];
  /** How many of its papers were waiting before. */
  waited: number;
}

/** Most rules first; then the newest announcement; then by id. */
export function byScore(a: Competitor, b: Competitor): number {
  return (
    (b.score ?? 0) - (a.score ?? 0) ||
    (a.announced === b.announced ? 0 : a.announced < b.announced ? 1 : -1) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** The day a paper competes on; null: it does not. */
const competesOn = (row: PaperRow): Day | null => (row.score === null ? null : (row.listed ?? row.day));

/**
 * Decides which papers get a place, among the rows about to be written (which are modified) and the other papers.
 *
 * @param unit rows of this change, each as if there were a place for it
 * @param buried papers that this change removes
 * @returns papers outside the unit that gain or lose their place
 */
export async function settleRoom(
  { tx, seq }: Change,
  unit: Rewritten[],
  buried: PaperRow[],
  curation: Curation,
  closed: Set<Day>,
): Promise<Rewritten[]> {
  const { cap } = curation.rules;
  if (cap === 0) return [];
  const days = touchedDays(unit, buried);
  const own = new Set([...unit.map(({ row }) => row.pk), ...buried.map(({ pk }) => pk)]);
  const stayed = new Set(unit.flatMap(({ before, row }) => (before?.listed === row.listed ? row.pk : [])));
  const turned: number[] = [];
  for (const [day, { rows, waited }] of days) {
    const beside = (list: Competitor[]): Competitor[] => list.filter(({ pk }) => !own.has(pk));
    const inside = beside(await inEdition(tx, day));
    if (closed.has(day)) {
      const there = rows.filter(({ pk }) => stayed.has(pk)).length + inside.length;
      const late = rows.filter(({ pk }) => !stayed.has(pk)).sort(byScore);
      for (const row of late.slice(Math.max(0, cap - there))) wait(row, cap);
      continue;
    }
    // No more waiting papers than there are places, once those of this change are set aside.
    const waiting = beside(await waitingFor(tx, day, cap + waited));
    const best = new Set([...rows, ...inside, ...waiting].sort(byScore).slice(0, cap));
    for (const row of rows) if (!best.has(row)) wait(row, cap);
    for (const one of inside) if (!best.has(one)) turned.push(one.pk);
    for (const one of waiting) if (best.has(one)) turned.push(one.pk);
  }
  const found = await inSlices(turned, (slice) =>
    tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
  );
  return found.map((before) => {
    const row = { ...before, seq };
    if (row.listed === null) enter(row, curation);
    else wait(row, cap);
    return { before, row };
  });
}

function touchedDays(unit: Rewritten[], buried: PaperRow[]): Map<Day, Touched> {
  const days = new Map<Day, Touched>();
  const on = (row: PaperRow): Touched | null => {
    const day = competesOn(row);
    if (day === null) return null;
    const touched = days.get(day) ?? { rows: [], waited: 0 };
    days.set(day, touched);
    return touched;
  };
  for (const before of [...unit.flatMap((one) => one.before ?? []), ...buried]) {
    const touched = on(before);
    if (touched && before.listed === null) touched.waited++;
  }
  for (const { row } of unit) on(row)?.rows.push(row);
  return days;
}

/** The papers in the edition of a day by rule: no more than it has places. */
const inEdition = (tx: Db, day: Day): Promise<Competitor[]> =>
  tx
    .selectFrom('papers')
    .select(COMPETITOR)
    .where('listed', '=', day)
    .where('score', 'is not', null)
    .execute();

const waitingFor = (tx: Db, day: Day, most: number): Promise<Competitor[]> =>
  tx
    .selectFrom('papers')
    .select(COMPETITOR)
    .where('listed', 'is', null)
    .where('score', 'is not', null)
    .where('day', '=', day)
    .orderBy('score', 'desc')
    .orderBy('announced', 'desc')
    .orderBy('id')
    .limit(most)
    .execute();

/** Takes a paper out of the edition of its day, to wait for a place. */
function wait(row: PaperRow, cap: number): void {
  if (row.listed !== null) row.day = row.listed;
  row.listed = null;
  row.late = 0;
  row.rule = JSON.stringify({ enters: false, by: 'cap', value: String(cap) });
  row.hot = hotKey(null, row.upvotes);
}

/** Gives a waiting paper its place, by the rule that would have let it in before. */
function enter(row: PaperRow, curation: Curation): void {
  const { rule } = curation.decide(rowToFolded(row));
  row.listed = row.day;
  row.day = null;
  row.rule = !rule.enters || rule.by === 'all' ? null : JSON.stringify(rule);
  row.hot = hotKey(row.listed, row.upvotes);
}
