/**
 * How often somebody has done something lately, counted in the database so that all processes of a site agree. Who it
 * was is kept only as a keyed hash, until the window ends; a window is a day at most.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { META } from './meta.ts';
import type { Store } from './open.ts';
import type { Db } from './schema.ts';

/** This many times in a window that begins with the first. */
export interface Quota {
  name: string;
  times: number;
  /** ms, a day at most. */
  span: number;
  /**
   * So many attempts a window are granted by each process on its own, for what is done too often for a write each; the
   * database is told of them with the next. Default: none.
   */
  trusted?: number;
}

export interface Taken {
  /** Seconds until it may be done again; 0: it may be done now. */
  wait: number;
  /** How often it may still be done in this window. */
  left: number;
  /** Seconds until the window ends. */
  resets: number;
}

export type Count = (quota: Quota, who: string) => Promise<Taken>;

/** What all processes have counted of a window, as far as they have said so. */
export interface Shared {
  /** Looks, and counts nothing. */
  look(quota: Quota, who: string): Promise<Counted>;
  /** Adds attempts to the window that is open, or opens one. */
  add(quota: Quota, who: string, more: number): Promise<Counted>;
}

export interface Counted {
  used: number;
  /** Epoch ms. */
  ends: number;
}

interface Window {
  /** Granted by this process, without telling the database. */
  trusted: number;
  /** Nothing is left: what has been refused once needs no further query. */
  isFull: boolean;
  ends: number;
}

/** Most windows that a process remembers; beyond this, the oldest is forgotten. */
const MOST = 10_000;

/** Counts attempts. */
export function attemptsIn(store: Store, now: () => number): Count {
  const windows = new Map<string, Window>();
  const shared = sharedIn(store, now);
  const keep = (id: string, window: Window): void => {
    windows.delete(id);
    windows.set(id, window);
    if (windows.size > MOST) windows.delete(windows.keys().next().value!);
  };
  return async (quota, who) => {
    const { name, times, span, trusted = 0 } = quota;
    const time = now();
    const id = `${name}\n${who}`;
    const known = windows.get(id);
    const window = known && known.ends > time && known.ends <= time + span ? known : null;
    if (window?.isFull) return taken(times, times + 1, window.ends, time);
    if ((window?.trusted ?? 0) < trusted) {
      const granted = (window?.trusted ?? 0) + 1;
      const ends = window?.ends ?? time + span;
      keep(id, { trusted: granted, isFull: false, ends });
      return taken(times, granted, ends, time);
    }
    // Those that were granted here are counted once, with the first that is not.
    const more = window && trusted > 0 && window.trusted === trusted ? trusted + 1 : 1;
    const { used, ends } = await shared.add(quota, who, more);
    keep(id, { trusted: trusted + 1, isFull: used > times, ends });
    return taken(times, used, ends, time);
  };
}

/** Counts in the database. */
export function sharedIn(store: Store, now: () => number): Shared {
  let key: Promise<string> | undefined;
  const nameOf = async ({ name }: Quota, who: string): Promise<string> => {
    key ??= keyIn(store.write).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(`${name}\n${who}`)
      .digest('base64url')
      .slice(0, 27);
  };
  return {
    async look(quota, who) {
      const time = now();
      const row = await store.read
        .selectFrom('rate_limits')
        .select(['used', 'ends_at'])
        .where('name', '=', quota.name)
        .where('who', '=', await nameOf(quota, who))
        .executeTakeFirst();
      const isOpen = row && row.ends_at > time && row.ends_at <= time + quota.span;
      return isOpen ? { used: row.used, ends: row.ends_at } : { used: 0, ends: time + quota.span };
    },
    async add(quota, who, more) {
      const { name, span } = quota;
      const hash = await nameOf(quota, who);
      const time = now();
      const { rows } = await sql<{ used: number; ends_at: number }>`
        INSERT INTO rate_limits (name, who, used, ends_at) VALUES (${name}, ${hash}, ${more}, ${time + span})
        ON CONFLICT (name, who) DO UPDATE SET
          used = CASE WHEN rate_limits.ends_at > ${time} AND rate_limits.ends_at <= ${time + span}
            THEN rate_limits.used + ${more} ELSE ${more} END,
          ends_at = CASE WHEN rate_limits.ends_at > ${time} AND rate_limits.ends_at <= ${time + span}
            THEN rate_limits.ends_at ELSE ${time + span} END
        RETURNING used, ends_at`.execute(store.write);
      return { used: Number(rows[0]!.used), ends: Number(rows[0]!.ends_at) };
    },
  };
}

/**
 * Counts several at once, as many as the window has left. For what is counted by many processes and belongs to nobody:
 * the name is kept as it is.
 *
 * @returns how many may be done, and when the window ends (epoch ms)
 */
export async function countUpTo(
  store: Store,
  { name, times, span }: Quota,
  want: number,
  now: number,
): Promise<{ granted: number; ends: number }> {
  const key = { name, who: '' };
  return store.write.transaction().execute(async (tx) => {
    await tx
      .insertInto('rate_limits')
      .values({ ...key, used: 0, ends_at: now + span })
      .onConflict((conflict) => conflict.columns(['name', 'who']).doNothing())
      .execute();
    let query = tx.selectFrom('rate_limits').selectAll().where('name', '=', name).where('who', '=', '');
    if (store.dialect === 'postgres') query = query.forUpdate();
    const row = await query.executeTakeFirstOrThrow();
    // A window that ends too late is from a clock that was wrong.
    const isOpen = row.ends_at > now && row.ends_at <= now + span;
    const [used, ends] = isOpen ? [row.used, row.ends_at] : [0, now + span];
    const granted = Math.max(0, Math.min(want, times - used));
    if (granted > 0)
      await tx
        .updateTable('rate_limits')
        .set({ used: used + granted, ends_at: ends })
        .where('name', '=', name)
        .where('who', '=', '')
        .execute();
    return { granted, ends };
  });
}

/** @param used in this window, with this attempt */
function taken(times: number, used: number, ends: number, now: number): Taken {
  const resets = Math.max(1, Math.ceil((ends - now) / 1000));
  return { wait: used > times ? resets : 0, left: Math.max(0, times - used), resets };
}

/** Counts in memory, for what has no database. */
export function attemptsInMemory(now: () => number): Count {
  const windows = new Map<string, { used: number; ends: number }>();
  return async ({ name, times, span }, who) => {
    const id = `${name}\n${who}`;
    const known = windows.get(id);
    const window =
      known && known.ends > now() && known.ends <= now() + span ? known : { used: 0, ends: now() + span };
    window.used++;
    windows.set(id, window);
    if (windows.size > MOST) windows.delete(windows.keys().next().value!);
    return taken(times, window.used, window.ends, now());
  };
}

/** Forgets windows that are over. */
export async function pruneAttempts(store: Store, now: number): Promise<void> {
  await store.write.deleteFrom('rate_limits').where('ends_at', '<=', now).execute();
}

/** The key of the hashes, made when it is first needed. */
async function keyIn(db: Db): Promise<string> {
  const { name } = META.attemptsKey;
  await db
    .insertInto('meta')
    .values({ key: name, value: randomBytes(32).toString('base64url') })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return (await db.selectFrom('meta').select('value').where('key', '=', name).executeTakeFirstOrThrow())
    .value;
}
