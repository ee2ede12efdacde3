/** What a reader has read, and what is not for them. */
import { inSlices } from '../../store/bulk.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { families, familyOf, homesOf, presentPaper } from '../papers.ts';
import { ownChange } from './own-change.ts';

export const MARKS = ['read', 'dismissed'] as const;
/** `dismissed`: not relevant to them. */
export type Mark = (typeof MARKS)[number];

export interface Marks {
  read: boolean;
  dismissed: boolean;
}

/** Sets a mark on a paper, or takes it off. @throws NoSuchPaper */
export const markPaper = (
  store: Store,
  account: number,
  { paper, mark, isOn }: { paper: number; mark: Mark; isOn: boolean },
  now: number,
): Promise<void> =>
  ownChange(store, account, async (tx) => {
    const present = await presentPaper(tx, paper);
    const column = mark === 'read' ? 'read_at' : 'dismissed_at';
    if (isOn) {
      const none = { account, paper: present, read_at: null, dismissed_at: null };
      await tx
        .insertInto('reading_marks')
        .values({ ...none, [column]: now })
        .onConflict((conflict) => conflict.columns(['account', 'paper']).doUpdateSet({ [column]: now }))
        .execute();
      return;
    }
    const family = await familyOf(tx, present);
    await tx
      .updateTable('reading_marks')
      .set({ [column]: null })
      .where('account', '=', account)
      .where('paper', 'in', family)
      .execute();
    await tx
      .deleteFrom('reading_marks')
      .where('account', '=', account)
      .where('paper', 'in', family)
      .where('read_at', 'is', null)
      .where('dismissed_at', 'is', null)
      .execute();
  });

/** What a reader has to do with a paper. */
export interface OwnPaper extends Marks {
  saved: boolean;
  /** It is in several lists, or has a note: more would be lost with it than its place in one list. */
  isMore: boolean;
}

const NOTHING: OwnPaper = { saved: false, isMore: false, read: false, dismissed: false };

/** What a reader has to do with papers. */
export async function ownAmong(db: Db, account: number, papers: number[]): Promise<Map<number, OwnPaper>> {
  const merging = await families(db);
  const homes = new Map(papers.map((paper) => [paper, paper]));
  for (const home of papers) for (const paper of merging.get(home) ?? []) homes.set(paper, home);
  const keys = [...homes.keys()];
  const [saved, marked] = await Promise.all([
    inSlices(keys, (slice) =>
      db
        .selectFrom('saved_papers')
        .select(['paper', 'note'])
        .where('account', '=', account)
        .where('paper', 'in', slice)
        .execute(),
    ),
    inSlices(keys, (slice) =>
      db
        .selectFrom('reading_marks')
        .selectAll()
        .where('account', '=', account)
        .where('paper', 'in', slice)
        .execute(),
    ),
  ]);
  const found = new Map(papers.map((paper) => [paper, { ...NOTHING }]));
  for (const { paper, note } of saved) {
    const own = found.get(homes.get(paper)!)!;
    own.isMore ||= own.saved || note !== '';
    own.saved = true;
  }
  for (const { paper, read_at, dismissed_at } of marked) {
    const own = found.get(homes.get(paper)!)!;
    own.read ||= read_at !== null;
    own.dismissed ||= dismissed_at !== null;
  }
  return found;
}

/** All papers that a reader has marked as not relevant. */
export async function dismissedBy(db: Db, account: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom('reading_marks')
    .select('paper')
    .where('account', '=', account)
    .where('dismissed_at', 'is not', null)
    .execute();
  const papers = rows.map(({ paper }) => paper);
  return new Set([...papers, ...(await homesOf(db, papers)).values()]);
}
