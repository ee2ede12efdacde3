/**
 * Whether a paper is in the edition of its day. Which day that is was decided when its records were merged (merge.ts);
 * here the rules of the site (curation.ts) and the editions that are closed decide whether the edition takes it. Where
 * places are short, cap.ts has the last word.
 */
import type { PaperRow } from '../../store/schema.ts';
import type { MergedPaper } from '../merge.ts';
import { trendingKey } from '../ranking.ts';
import type { Day, Rule } from '../types.ts';
import type { Curation } from './curation.ts';

export interface Entry {
  /** The day it belongs to; null: unknown. */
  day: Day | null;
  /** The edition it is in; null: none. */
  listed: Day | null;
  /** 1: it came after the edition was closed, and is shown below it. */
  late: number;
  /** What decided that, as JSON; null: its source listed it, or every paper enters. */
  rule: string | null;
  /** How many rules let it in, if it competes for a place; null: it does not. */
  score: number | null;
  /** It is in a closed edition, which no paper leaves. */
  isHeld: boolean;
}

/**
 * As if there were a place for every paper.
 *
 * @param rows its own row before, and those of papers that have become part of it
 * @param closed days whose editions are closed: no paper leaves them, and new ones are late
 * @param isMoved somebody moved it to its day by hand
 */
export function entryOf(
  folded: MergedPaper,
  rows: (PaperRow | null)[],
  closed: Set<Day>,
  curation: Curation,
  isMoved = false,
): Entry {
  const { day } = folded;
  const held = placeHeld(rows, closed);
  // The editor moves papers out of closed editions too.
  if (held && (!isMoved || held.listed === day)) {
    const { listed, late, score } = held;
    // Its own day may have changed since, and then no longer explains why it is here.
    const rule = day === listed ? held.rule : JSON.stringify(ruleOf(held));
    return { day, listed, late, rule, score, isHeld: true };
  }
  if (day === null) return { day, listed: null, late: 0, rule: null, score: null, isHeld: false };
  const { rule, score } = curation.decide(folded);
  const competes = rule.enters && rule.by !== 'listed' && curation.rules.cap > 0;
  return {
    day,
    listed: rule.enters ? day : null,
    late: rule.enters && closed.has(day) ? 1 : 0,
    rule: written(rule),
    score: competes ? score : null,
    isHeld: false,
  };
}

/**
 * The row by which a paper is in a closed edition, if it is: its own, or that of one which became part of it. Ranked
 * ones come before late ones, the paper's own before others', the earlier day before the later.
 */
function placeHeld(rows: (PaperRow | null)[], closed: Set<Day>): PaperRow | null {
  const held = rows.flatMap((row) => (row?.listed && closed.has(row.listed) ? row : []));
  const [own] = rows;
  held.sort(
    (a, b) =>
      a.late - b.late ||
      Number(b === own) - Number(a === own) ||
      (a.listed === b.listed ? a.pk - b.pk : a.listed! < b.listed! ? -1 : 1),
  );
  return held[0] ?? null;
}

/** The same paper without a place in the edition of its day: it waits for one. */
export const waiting = (entry: Entry, { rules }: Curation): Entry => ({
  ...entry,
  listed: null,
  late: 0,
  rule: JSON.stringify({ enters: false, by: 'cap', value: String(rules.cap) }),
});

/** The same paper with a place, by the rule that would have let it in before. */
export const admitted = (entry: Entry, folded: MergedPaper, curation: Curation): Entry => ({
  ...entry,
  listed: entry.day,
  rule: written(curation.decide(folded).rule),
});

/** What most papers enter by is not written down. */
const written = (rule: Rule): string | null =>
  rule.enters && (rule.by === 'listed' || rule.by === 'all') ? null : JSON.stringify(rule);

/** The entry of a paper as it is stored. */
export const storedEntry = (row: PaperRow): Entry => ({
  day: ownDay(row),
  listed: row.listed,
  late: row.late,
  rule: row.rule,
  score: row.score,
  isHeld: false,
});

/** An entry as it is stored. @param votes what those of the paper weigh */
export const entryColumns = (
  { day, listed, late, rule, score }: Entry,
  votes: number,
): Pick<PaperRow, 'listed' | 'late' | 'day' | 'rule' | 'score' | 'hot'> => ({
  listed,
  late,
  // Nearly always the same day; an empty text stands for an unknown one.
  day: listed === day ? null : (day ?? ''),
  rule,
  score,
  hot: hotKey(listed, votes),
});

/** The key of the trending order, which depends on the edition and on what the votes weigh. */
export const hotKey = (listed: Day | null, votes: number): number =>
  trendingKey({ upvotes: votes, day: listed });

/** The day a paper belongs to, edition or not. */
export const ownDay = (row: Pick<PaperRow, 'day' | 'listed'>): Day | null =>
  row.day === null ? row.listed : row.day || null;

/** The rule by which a paper is in an edition or in none; null: its day is unknown. */
export function ruleOf(row: Pick<PaperRow, 'day' | 'listed' | 'listed_by' | 'rule'>): Rule | null {
  if (row.rule !== null) return JSON.parse(row.rule) as Rule;
  if (ownDay(row) === null) return null;
  return { enters: true, by: row.listed_by === 'listed' ? 'listed' : 'all' };
}
