/**
 * The places of a day: of the papers that enter automatically, only the best few are in its edition (EDITION_CAP); the
 * others wait. Decided for each day that a change touches, within that change, among all that compete for the day; so
 * it does not matter who came first. No paper leaves a closed day: there, only free places are given away.
 */
import { inSlices } from '../../store/bulk.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { comparing, inOrder, ORDERS } from '../orders.ts';
import { rowToMerged } from '../rows.ts';
import type { Day } from '../types.ts';
import type { Curation } from './curation.ts';
import { admitted, type Entry, storedEntry, waiting } from './entries.ts';

type Competitor = Pick<PaperRow, 'pk' | 'id' | 'score' | 'announced'>;
const COMPETITOR = ['pk', 'id', 'score', 'announced'] as const;

const byScore = comparing<'score' | 'announced' | 'id'>(ORDERS.places);

/** A paper of this change, with the entry it would have if there were a place for it. */
export interface Candidate {
  pk: number;
  id: string;
  /** The day of its announcement, or nothing. */
  announced: string;
  before: PaperRow | null;
  entry: Entry;
}

export interface Places {
  /** What becomes of the candidates' entries, in their order. */
  entries: Entry[];
  /** Other papers that gain or lose their place. */
  others: { before: PaperRow; entry: Entry }[];
}

/** What a change means for a day. */
interface Touched {
  /** Candidates that compete for the day now. */
  competing: (Competitor & { candidate: Candidate })[];
  /** How many papers of this change were waiting for it before. */
  waited: number;
}

/**
 * Decides which papers get a place, among the candidates and the papers that are in the editions of their days or wait
 * for them.
 *
 * @param buried papers that this change removes
 */
export async function shareOut(
  tx: Db,
  candidates: Candidate[],
  buried: PaperRow[],
  { closed, curation }: { closed: Set<Day>; curation: Curation },
): Promise<Places> {
  const { cap } = curation.rules;
  if (cap === 0) return { entries: candidates.map(({ entry }) => entry), others: [] };
  const own = new Set([...candidates, ...buried].map(({ pk }) => pk));
  const without = new Set<Candidate>();
  const turned: number[] = [];
  for (const [day, { competing, waited }] of touchedDays(candidates, buried)) {
    const others = (list: Competitor[]): Competitor[] => list.filter(({ pk }) => !own.has(pk));
    const inside = others(await inEdition(tx, day));
    if (closed.has(day)) {
      const late = competing.filter(({ candidate }) => !candidate.entry.isHeld).sort(byScore);
      const free = cap - inside.length - (competing.length - late.length);
      for (const { candidate } of late.slice(Math.max(0, free))) without.add(candidate);
      continue;
    }
    // No more waiting papers than there are places, once those of this change are set aside.
    const outside = others(await waitingFor(tx, day, cap + waited));
    const best = new Set<Competitor>([...competing, ...inside, ...outside].sort(byScore).slice(0, cap));
    for (const one of competing) if (!best.has(one)) without.add(one.candidate);
    for (const one of inside) if (!best.has(one)) turned.push(one.pk);
    for (const one of outside) if (best.has(one)) turned.push(one.pk);
  }
  const rows = await inSlices(turned, (slice) =>
    tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
  );
  return {
    entries: candidates.map((one) => (without.has(one) ? waiting(one.entry, curation) : one.entry)),
    others: rows.map((before) => {
      const entry = storedEntry(before);
      const isIn = entry.listed !== null;
      return {
        before,
        entry: isIn ? waiting(entry, curation) : admitted(entry, rowToMerged(before), curation),
      };
    }),
  };
}

/** The day a paper competes on; null: it does not. */
const competesOn = ({ score, listed, day }: Pick<Entry, 'score' | 'listed' | 'day'>): Day | null =>
  score === null ? null : (listed ?? day);

function touchedDays(candidates: Candidate[], buried: PaperRow[]): Map<Day, Touched> {
  const days = new Map<Day, Touched>();
  const on = (day: Day | null): Touched | null => {
    if (day === null) return null;
    const touched = days.get(day) ?? { competing: [], waited: 0 };
    days.set(day, touched);
    return touched;
  };
  for (const before of [...candidates.flatMap((one) => one.before ?? []), ...buried]) {
    const touched = on(competesOn(before));
    if (touched && before.listed === null) touched.waited++;
  }
  for (const candidate of candidates) {
    const { pk, id, announced, entry } = candidate;
    on(competesOn(entry))?.competing.push({ pk, id, announced, score: entry.score, candidate });
  }
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
  inOrder(tx.selectFrom('papers').select(COMPETITOR), ORDERS.places)
    .where('listed', 'is', null)
    .where('score', 'is not', null)
    .where('day', '=', day)
    .limit(most)
    .execute();
