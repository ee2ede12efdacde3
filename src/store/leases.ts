/**
 * Leases: of several workers, only one works. A lease is held for a while and renewed; a holder that dies loses it when
 * it expires, or at once if its process is known to be gone.
 */
import { isGone, me } from './holder.ts';
import type { Store } from './open.ts';

/** How long a lease lasts without renewal, ms. */
export const LEASE = 20_000;

/** The lease for fetching. */
export const SYNC_LEASE = 'sync';

/** Acquires or renews a lease. True: it is ours until LEASE from now. */
export function holdLease(store: Store, name: string, now = Date.now(), holder = me()): Promise<boolean> {
  return store.write.transaction().execute(async (tx) => {
    const until = now + LEASE;
    await tx
      .insertInto('leases')
      .values({ name, holder, until })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    let query = tx.selectFrom('leases').selectAll().where('name', '=', name);
    if (store.dialect === 'postgres') query = query.forUpdate();
    const lease = await query.executeTakeFirstOrThrow();
    if (lease.holder !== holder && !leaseIsFree(lease.holder, lease.until, now)) return false;
    await tx.updateTable('leases').set({ holder, until }).where('name', '=', name).execute();
    return true;
  });
}

/** Releases a lease; does nothing if it is not ours. */
export async function releaseLease(store: Store, name: string, holder = me()): Promise<void> {
  await store.write.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}

/** Who holds a lease; null: nobody. Only reads. */
export async function holderOf(store: Store, name: string, now = Date.now()): Promise<string | null> {
  const lease = await store.read.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst();
  return lease !== undefined && !leaseIsFree(lease.holder, lease.until, now) ? lease.holder : null;
}

/** Whether anybody holds a lease. Only reads. */
export const isHeld = async (store: Store, name: string, now = Date.now()): Promise<boolean> =>
  (await holderOf(store, name, now)) !== null;

/**
 * Whether the lease of `holder` until `until` may be taken over: it has expired, or its process is known to be gone.
 */
export const leaseIsFree = (holder: string | null, until: number, now: number): boolean =>
  holder === null || until <= now || isGone(holder);
