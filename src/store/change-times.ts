/**
 * When changes were made, so that others can ask for what changed since a moment (OAI-PMH). A change is told to have been
 * made at the end of the minute in which it is surely on disk, a little in the future: whoever was answered before it
 * could be seen was then answered before its time, and by asking for what changed since that answer cannot miss it.
 * Changes of one minute share a row, so that the table grows by half a million rows a year at most.
 */
import type { Change } from './open.ts';
import type { Db } from './schema.ts';

/** The steps of time in which changes are told, ms. */
const STEP = 60_000;
/** So long (ms) a commit may take, and clocks of several machines may differ. */
const MARGIN = 15_000;

const timeOf = (now: number): number => Math.ceil((now + MARGIN) / STEP) * STEP;

/**
 * Notes the time of change `seq`, as its last step. Times never go back, whatever the clock does.
 *
 * @param now epoch ms
 * @returns the time noted: if the commit is not over by then, the change is to be made again
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

/** Gives everything that change `seq` touched a new number, and so a later time: its commit took too long. */
export async function changeAgain({ tx, seq: later, touch }: Change, seq: number): Promise<void> {
  await tx.updateTable('papers').set({ seq: later }).where('seq', '=', seq).execute();
  await tx.updateTable('former_ids').set({ seq: later }).where('seq', '=', seq).execute();
  touch();
}

/** Everything in the database changes now: what is in it was put there from elsewhere. */
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
