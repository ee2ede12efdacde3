/**
 * When changes were made, so that others can ask for what changed since a moment (OAI-PMH). A change is dated at the
 * end of the minute by which it is certainly on disk, a little in the future. Whoever got a response before the change
 * was visible got it before that time, and so cannot miss it by asking for what changed since. Changes within one
 * minute share a row, so that the table grows by at most half a million rows a year.
 */
import type { Change, Db } from './schema.ts';

/** The granularity of change times, ms. */
const STEP = 60_000;
/** How long (ms) a commit may take, and how far the clocks of several machines may differ. */
const MARGIN = 15_000;

const timeOf = (now: number): number => Math.ceil((now + MARGIN) / STEP) * STEP;

/**
 * Records the time of change `seq`, as its last step. Times never go back, whatever the clock does.
 *
 * @param now epoch ms
 * @returns the time recorded: if the commit is not finished by then, the change must be repeated
 */
export async function noteTime(tx: Db, seq: number, now: number): Promise<number> {
  const at = timeOf(now);
  const last = await tx
    .selectFrom('change_times')
    .select('at')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last && last.at >= at) return last.at;
  await tx.insertInto('change_times').values({ seq, at }).execute();
  return at;
}

/** Gives everything touched by change `seq` a new number, and so a later time: its commit took too long. */
export async function changeAgain({ tx, seq: later, touch }: Change, seq: number): Promise<void> {
  await tx.updateTable('papers').set({ seq: later }).where('seq', '=', seq).execute();
  await tx.updateTable('former_ids').set({ seq: later }).where('seq', '=', seq).execute();
  touch('papers');
}

/** Marks everything in the database as changed now: its contents came from elsewhere. */
export async function retime(tx: Db, now: number): Promise<void> {
  const last = await tx
    .selectFrom('change_times')
    .select((e) => e.fn.max('at').as('at'))
    .executeTakeFirst();
  await tx.deleteFrom('change_times').execute();
  await tx
    .insertInto('change_times')
    .values({ seq: 0, at: Math.max(timeOf(now), last?.at ?? 0) })
    .execute();
}
