/**
 * From merged papers to their rows, in one direction: what was merged, whether the edition of its day takes it, whether
 * there is a place for it, the row. Nothing is changed once it is made.
 */
import type { Change, PaperRow } from '../../store/schema.ts';
import type { MergedPaper } from '../merge.ts';
import { paperRow, type Rewritten, type Tallied, withEntry } from '../rows.ts';
import type { Day } from '../types.ts';
import { type Candidate, shareOut } from './cap.ts';
import type { Curation } from './curation.ts';
import { entryOf } from './entries.ts';

/** A paper merged from its records, and what only the database knows about it. */
export interface Merged extends Tallied {
  pk: number;
  folded: MergedPaper;
  /** Its row so far; null: it is new. */
  before: PaperRow | null;
  /** Papers that have become part of it. */
  merged?: PaperRow[];
  weak: number;
  /** Somebody moved it to its day by hand. */
  isMoved?: boolean;
}

/** By what editions take papers. */
export interface Editions {
  /** Days whose editions are closed. */
  closed: Set<Day>;
  curation: Curation;
}

/**
 * The rows of these papers, in their order, and those of other papers that gain or lose their place in an edition because
 * of them.
 *
 * @param buried papers that this change removes
 */
export async function rowsFor(
  { tx, seq }: Change,
  papers: Merged[],
  buried: PaperRow[],
  editions: Editions,
): Promise<{ rows: PaperRow[]; others: Rewritten[] }> {
  const { closed, curation } = editions;
  const candidates = papers.map(({ pk, folded, before, merged = [], isMoved }): Candidate => {
    const entry = entryOf(folded, [before, ...merged], closed, curation, isMoved);
    return { pk, id: folded.id, announced: folded.announced ?? '', before, entry };
  });
  const { entries, others } = await shareOut(tx, candidates, buried, editions);
  return {
    rows: papers.map((paper, i) => paperRow(paper.folded, entries[i]!, { ...paper, seq })),
    others: others.map(({ before, entry }) => ({ before, row: withEntry(before, entry, seq) })),
  };
}
