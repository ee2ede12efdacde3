/**
 * Papers take over the votes and comments that this site's readers have given them: the totals that pages show, and the
 * places in lists that depend on those. A vote itself touches no paper (community/); the worker does this more than
 * once a second, for all papers voted for since.
 */
import { communitySeq } from '../community/change.ts';
import { areOnTheWay, followPapers, movedAmong } from '../community/papers.ts';
import { changesSince, tallies } from '../community/tallies.ts';
import type { AtOnce } from '../store/at-once.ts';
import { inSlices } from '../store/bulk.ts';
import { counter } from '../store/counters.ts';
import type { Change, Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { hotKey } from './editions/entries.ts';
import { logOrder, total } from './intake/unit-save.ts';
import { wordsSeq } from './rows.ts';

/** Papers per change: others who write wait no longer than this takes. */
const STEP = 500;

/** Where `counters` has the last change of the community that papers have taken over. */
const COUNTED = 'counted';

/**
 * Takes over everything given since the last time. With nothing to do, it is two or three short reads. Safe in several
 * processes at once; after a kill, the next call continues.
 *
 * @returns papers whose totals changed
 */
export async function countGiven(store: Store, step = STEP): Promise<number> {
  let moved = 0;
  for (;;) {
    const counted = await countedSeq(store.read);
    const isBehind = (await communitySeq(store.read)) > counted;
    if (!isBehind && !(await areOnTheWay(store.read))) return moved;
    const next = await changesSince(store.read, counted, step);
    const strays = await inSlices(next?.papers ?? [], (slice) => movedAmong(store.read, slice));
    // Votes follow their papers first. Waiting for those who vote is not done in a change: imports would wait as well.
    if (strays.length > 0 || (await areOnTheWay(store.read))) await followPapers(store, strays);
    moved += await store.change((change) => countSome(change, step));
  }
}

async function countSome(change: Change, step: number): Promise<number> {
  const { tx, seq, touch } = change;
  const next = await changesSince(tx, await countedSeq(tx), step);
  // Another process was faster.
  if (next === null) return 0;
  const given = await tallies(tx, next.papers);
  const rows = await inSlices(next.papers, (slice) =>
    tx.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
  );
  const elsewhere = Map.groupBy(
    await inSlices(next.papers, (slice) =>
      tx.selectFrom('tallies').selectAll().where('paper_pk', 'in', slice).execute(),
    ),
    (tally) => tally.paper_pk,
  );
  const changes = rows.flatMap((before) => {
    const { votes = 0, discount = 0, comments = 0 } = given.get(before.pk) ?? {};
    const counted = elsewhere.get(before.pk) ?? [];
    const upvotes = total(counted, 'upvotes') + votes;
    const row = {
      ...before,
      upvotes,
      discount,
      comments: total(counted, 'comments') + comments,
      hot: hotKey(before.listed, upvotes - discount),
      words_seq: wordsSeq(before),
      seq,
    };
    const isSame =
      row.upvotes === before.upvotes && row.comments === before.comments && discount === before.discount;
    return isSame ? [] : { before, row };
  });
  for (const { row } of changes) {
    const { pk, upvotes, discount, comments, hot, words_seq } = row;
    await tx
      .updateTable('papers')
      .set({ upvotes, discount, comments, hot, words_seq, seq })
      .where('pk', '=', pk)
      .execute();
  }
  await logOrder(change, changes, []);
  await tx
    .insertInto('counters')
    .values({ name: COUNTED, value: next.seq })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: next.seq }))
    .execute();
  if (changes.length > 0) touch('counts');
  return changes.length;
}

const countedSeq = (db: Db): Promise<number> => counter(db, COUNTED);

/** What a paper is called, and how many votes it has. */
export interface LiveTotal {
  id: string;
  upvotes: number;
}

/** Ids and votes of papers, with those that have been cast since papers took votes over. */
export async function liveTotals(db: Db, papers: number[]): Promise<Map<number, LiveTotal>> {
  const rows = await inSlices(papers, (slice) =>
    db.selectFrom('papers').select(['pk', 'id', 'upvotes']).where('pk', 'in', slice).execute(),
  );
  const found = new Map(rows.map(({ pk, id, upvotes }) => [pk, { id, upvotes }]));
  const counted = await countedSeq(db);
  const late = await inSlices(papers, (slice) =>
    db.selectFrom('given').select('paper').where('paper', 'in', slice).where('seq', '>', counted).execute(),
  );
  if (late.length === 0) return found;
  const pks = late.map(({ paper }) => paper);
  const given = await tallies(db, pks);
  const elsewhere = Map.groupBy(
    await inSlices(pks, (slice) =>
      db.selectFrom('tallies').selectAll().where('paper_pk', 'in', slice).execute(),
    ),
    (tally) => tally.paper_pk,
  );
  for (const pk of pks) {
    const paper = found.get(pk);
    if (paper) paper.upvotes = total(elsewhere.get(pk) ?? [], 'upvotes') + (given.get(pk)?.votes ?? 0);
  }
  return found;
}

const AMONG = 'IN (SELECT value FROM json_each(?1))';
const LATE = `SELECT paper, votes FROM given WHERE paper ${AMONG}
  AND seq > COALESCE((SELECT value FROM counters WHERE name = '${COUNTED}'), 0)`;

/**
 * The same without waiting. Null: votes are being moved to the paper that theirs has become part of, and have to be
 * counted in both places.
 */
export function liveTotalsAtOnce(db: AtOnce, papers: readonly number[]): Map<number, LiveTotal> | null {
  if (db.rows('SELECT 1 FROM moved_papers WHERE pending = 1 LIMIT 1').length > 0) return null;
  const given = JSON.stringify(papers);
  const late = db.rows<{ paper: number; votes: number }>(LATE, given);
  const rows = db.rows<LiveTotal & { pk: number }>(
    `SELECT pk, id, upvotes FROM papers WHERE pk ${AMONG}`,
    given,
  );
  const found = new Map(rows.map(({ pk, id, upvotes }) => [pk, { id, upvotes }]));
  if (late.length === 0) return found;
  const elsewhere = Map.groupBy(
    db.rows<Schema['tallies']>(
      `SELECT source, key, paper_pk, upvotes, comments, citations FROM tallies WHERE paper_pk ${AMONG}`,
      JSON.stringify(late.map(({ paper }) => paper)),
    ),
    (tally) => tally.paper_pk,
  );
  for (const { paper: pk, votes } of late) {
    const paper = found.get(pk);
    if (paper) paper.upvotes = total(elsewhere.get(pk) ?? [], 'upvotes') + votes;
  }
  return found;
}
