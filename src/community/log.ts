/** The log of what moderators did, and why. Entries are only ever added. */
import type { Db } from '../store/schema.ts';

export interface LogEntry {
  id: number;
  /** Epoch ms. */
  at: number;
  /** Null: on the command line. */
  actor: number | null;
  act: string;
  subject: string;
  reason: string;
}

/** Who acts, and why. `actor` null: on the command line. */
export interface Act {
  actor: number | null;
  reason: string;
  at: number;
}

/** Adds an entry, as a part of the change that does it. */
export async function logAct(
  tx: Db,
  act: string,
  subject: string,
  { actor, reason, at }: Act,
): Promise<void> {
  const { last } = await tx
    .selectFrom('moderation_log')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('moderation_log')
    .values({ id: Number(last ?? 0) + 1, at, actor, act, subject, reason: reason.slice(0, 1000) })
    .execute();
}

/** The newest entries, or those before one of them. */
export async function actsLogged(db: Db, limit: number, before?: number): Promise<LogEntry[]> {
  let entries = db.selectFrom('moderation_log').selectAll().orderBy('id', 'desc').limit(limit);
  if (before !== undefined) entries = entries.where('id', '<', before);
  return entries.execute();
}
