/** The log of what moderators did, and why. It is public, and entries are only ever added: the database refuses anything else. */

import { sql } from 'kysely';
import { counter } from '../store/counters.ts';
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
  /** What undoing it needs. */
  detail: unknown;
  /** The entry that it undoes. */
  undoes: number | null;
  /** The entry that undoes it. */
  undoneBy: number | null;
}

/** Who acts, and why. `actor` null: on the command line. */
export interface Act {
  actor: number | null;
  reason: string;
  at: number;
  /** The entry of the log that this undoes. */
  undoes?: number;
  /** Called with the number of its entry. */
  logged?: (entry: number) => void;
}

/** Something a moderator cannot do; the message says why. */
export class ModerationRefused extends Error {
  override name = 'ModerationRefused';
  readonly status: 400 | 403 | 404 | 409;
  constructor(status: ModerationRefused['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Characters of a reason. */
export const LONGEST_REASON = 1000;

/** A reason without email addresses: everybody can read the log. Linear. */
export function publicReason(reason: string): string {
  return reason
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .split(' ')
    .map((word) => {
      const at = word.indexOf('@');
      return at > 0 && word.indexOf('.', at) > 0 ? '[address]' : word;
    })
    .join(' ')
    .trim()
    .slice(0, LONGEST_REASON);
}

/**
 * Whether somebody may moderate, checked within the change itself: they may have lost their role a moment ago.
 *
 * @throws ModerationRefused without a reason, or if they are not a moderator or admin in good standing
 */
export async function checkMayModerate(tx: Db, { actor, reason }: Act): Promise<void> {
  if (actor === null) return;
  if (publicReason(reason) === '')
    throw new ModerationRefused(400, 'Please give a reason. It is published in the log.');
  const row = await tx
    .selectFrom('accounts')
    .select(['role', 'state'])
    .where('id', '=', actor)
    .executeTakeFirst();
  if (row?.state !== 'active' || row.role === 'member')
    throw new ModerationRefused(403, 'Only moderators can do this.');
}

/**
 * Nobody decides in their own cause. Only where there is no other moderator may an admin do so, and then the log says it.
 *
 * @param whose accounts that the decision is about
 * @returns the act as it is logged
 * @throws ModerationRefused
 */
export async function checkIsNotOwn(tx: Db, act: Act, whose: readonly (number | null)[]): Promise<Act> {
  if (act.actor === null || !whose.includes(act.actor)) return act;
  const other = await tx
    .selectFrom('accounts')
    .select('id')
    .where('role', 'in', ['moderator', 'admin'])
    .where('state', '=', 'active')
    .where('id', '!=', act.actor)
    .limit(1)
    .executeTakeFirst();
  if (other)
    throw new ModerationRefused(403, 'This is about yourself, so another moderator has to decide it.');
  return { ...act, reason: `${IN_OWN_CAUSE} ${act.reason}` };
}

/** How the log marks a decision about oneself. */
export const IN_OWN_CAUSE = '(About themselves, as the only moderator.)';

/** Adds an entry, as a part of the change that does it. @throws ModerationRefused if what it undoes cannot be undone */
export async function logAct(
  tx: Db,
  act: string,
  subject: string,
  { actor, reason, at, undoes, logged }: Act,
  detail: object | null = null,
): Promise<void> {
  // Those who act lock different tables; this row makes them take numbers one after the other.
  await sql`INSERT INTO counters (name, value) VALUES ('moderation_log', 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1`.execute(tx);
  const { last } = await tx
    .selectFrom('moderation_log')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  const id = Number(last ?? 0) + 1;
  if (undoes !== undefined) await checkCanUndo(tx, undoes);
  await tx
    .insertInto('moderation_log')
    .values({
      id,
      at,
      actor,
      act,
      subject,
      reason: publicReason(reason),
      detail: detail && JSON.stringify(detail),
      undoes: undoes ?? null,
    })
    .execute();
  logged?.(id);
}

/** What an act is about: of two acts of one kind on the same thing, the later one counts. */
const kindOf = (act: string): string => act.split(' ')[0]!;

/** Nothing is undone twice, or after something else has been done about the same thing. */
async function checkCanUndo(tx: Db, id: number): Promise<void> {
  const entry = await tx
    .selectFrom('moderation_log')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const later = await tx
    .selectFrom('moderation_log')
    .select(['act', 'undoes'])
    .where('subject', '=', entry.subject)
    .where('id', '>', id)
    .execute();
  if (later.some(({ undoes }) => undoes === id))
    throw new ModerationRefused(409, 'This has already been undone.');
  if (later.some(({ act }) => kindOf(act) === kindOf(entry.act)))
    throw new ModerationRefused(409, 'A later entry changed the same thing: undo that one first.');
}

/** The newest entries, or those before one of them. */
export async function actsLogged(db: Db, limit: number, before?: number): Promise<LogEntry[]> {
  let entries = db.selectFrom('moderation_log').selectAll().orderBy('id', 'desc').limit(limit);
  if (before !== undefined) entries = entries.where('id', '<', before);
  return entriesFrom(db, await entries.execute());
}

/** An entry; null: there is none. */
export async function actLogged(db: Db, id: number): Promise<LogEntry | null> {
  const rows = await db.selectFrom('moderation_log').selectAll().where('id', '=', id).execute();
  return (await entriesFrom(db, rows))[0] ?? null;
}

async function entriesFrom(
  db: Db,
  rows: {
    id: number;
    at: number;
    actor: number | null;
    act: string;
    subject: string;
    reason: string;
    detail: string | null;
    undoes: number | null;
  }[],
): Promise<LogEntry[]> {
  if (rows.length === 0) return [];
  const undoing = await db
    .selectFrom('moderation_log')
    .select(['id', 'undoes'])
    .where(
      'undoes',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const undoneBy = new Map(undoing.map(({ id, undoes }) => [undoes, id]));
  return rows.map((row) => ({
    ...row,
    detail: row.detail === null ? null : JSON.parse(row.detail),
    undoneBy: undoneBy.get(row.id) ?? null,
  }));
}

/** The number of entries, by which pages see whether there are new ones. */
export const logLength = (db: Db): Promise<number> => counter(db, 'moderation_log');
