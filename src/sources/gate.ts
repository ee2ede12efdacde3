/**
 * The gate every request passes: one at a time per site, with the pause the site asks for, across all processes of an
 * installation. Its state is one database row per site, so two nodes do not double the rate, and a pause or a closed
 * gate survives a restart. Without a database (tools, tests) the same rules hold within the process.
 */
import { sql } from 'kysely';
import { me } from '../store/holder.ts';
import { LEASE, leaseIsFree } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import type { Schema } from '../store/schema.ts';
import { sleep } from './wait.ts';

/** The state of a site. Times are epoch ms. */
export type SiteState = Omit<Schema['site_doors'], 'site'>;

/** Permission for one request. */
export interface Pass {
  /** The gate had been closed, and this request tests whether it opens again: one attempt, no patience. */
  isTrial: boolean;
  /**
   * Frees the site for the next request. `ok: null` says nothing about the site's health; `waitMs`: the pause it
   * requested. The pass is no longer renewed after this.
   */
  leave(came: { ok: boolean | null; waitMs?: number }): Promise<void>;
}

export interface Gate {
  /**
   * Waits for its turn.
   * @param intervalMs from the end of one request to the start of the next
   * @param maxWaitMs the longest a site may make us wait before this gives up
   * @throws Shut if the gate is currently closed, or the wait would be too long
   */
  enter(
    site: string,
    options: { intervalMs: number; maxWaitMs: number; signal?: AbortSignal | undefined },
  ): Promise<Pass>;
}

/** No requests are made there now. */
export class Shut extends Error {
  override name = 'Shut';
  /** Epoch ms. */
  readonly until: number;

  constructor(message: string, until: number) {
    super(message);
    this.until = until;
  }
}

/** Circuit breaker: this many failures in a row close the gate, for this long at first, doubled up to the last. */
const FAILURES = 6;
const FIRST_SHUT = 60_000;
const LONGEST_SHUT = 3_600_000;

/** Where the state is kept. `update` is atomic among everybody who shares it; `now` is epoch ms by its clock. */
interface Doors {
  update<T>(site: string, change: (state: SiteState, now: number) => T): Promise<T>;
}

const OPEN: SiteState = { holder: null, held_until: 0, next_at: 0, failures: 0, shut_until: 0 };

/** For the whole installation. */
export const sharedGate = (store: Store): Gate => gateOver(inDatabase(store));

/** For this process alone. */
export const ownGate = (): Gate => gateOver(inMemory());

function gateOver(doors: Doors): Gate {
  /** Within a process, requests queue, so that only one of them asks the database. */
  const lanes = new Map<string, Promise<unknown>>();
  return {
    async enter(site, { intervalMs, maxWaitMs, signal }) {
      const before = lanes.get(site) ?? Promise.resolve();
      let free = (): void => {};
      const turn = new Promise<void>((resolve) => {
        free = resolve;
      });
      lanes.set(
        site,
        before.then(() => turn),
      );
      await before;
      try {
        const isTrial = await acquire(doors, site, maxWaitMs, signal);
        const renewal = setInterval(() => {
          void doors
            .update(site, (state, now) => {
              if (state.holder === me()) state.held_until = now + LEASE;
            })
            .catch(() => {});
        }, LEASE / 3);
        renewal.unref();
        return {
          isTrial,
          async leave(came) {
            clearInterval(renewal);
            await doors.update(site, (state, now) => left(state, now, { ...came, intervalMs })).finally(free);
          },
        };
      } catch (error) {
        free();
        throw error;
      }
    },
  };
}

/** A poll is a write transaction; a waiter that knows when the pause ends polls again only then. */
const POLL = 250;

async function acquire(
  doors: Doors,
  site: string,
  maxWaitMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (;;) {
    signal?.throwIfAborted();
    const found = await doors.update(site, (state, now) => {
      if (state.shut_until > now) return { shutFor: state.shut_until - now, failures: state.failures };
      const isFree = leaseIsFree(state.holder, state.held_until, now);
      const pause = state.next_at - now;
      if (pause > maxWaitMs) return { tooLong: pause };
      if (pause > 0 || !isFree) return { wait: Math.max(isFree ? 0 : POLL, pause) };
      state.holder = me();
      state.held_until = now + LEASE;
      return { isTrial: state.failures >= FAILURES };
    });
    if ('isTrial' in found) return found.isTrial === true;
    if ('wait' in found) await sleep(found.wait ?? POLL, signal);
    else throw refusal(site, found);
  }
}

function refusal(
  site: string,
  { shutFor, tooLong, failures }: { shutFor?: number; tooLong?: number; failures?: number },
): Shut {
  const ms = shutFor ?? tooLong ?? 0;
  const seconds = `${Math.ceil(ms / 1000)} s`;
  return new Shut(
    shutFor === undefined
      ? `${site} asks us to wait ${seconds}`
      : `${site} failed ${failures} times in a row and will be left alone for another ${seconds}`,
    Date.now() + ms,
  );
}

function left(
  state: SiteState,
  now: number,
  { ok, waitMs, intervalMs }: { ok: boolean | null; waitMs?: number; intervalMs: number },
): void {
  // After a long sleep it may be somebody else's turn.
  if (state.holder === me()) Object.assign(state, { holder: null, held_until: 0 });
  state.next_at = Math.max(state.next_at, now + Math.max(intervalMs, waitMs ?? 0));
  if (ok === null) return;
  state.failures = ok ? 0 : state.failures + 1;
  const times = state.failures - FAILURES;
  state.shut_until = times < 0 ? 0 : now + Math.min(LONGEST_SHUT, FIRST_SHUT * 2 ** Math.min(20, times));
}

function inMemory(): Doors {
  const states = new Map<string, SiteState>();
  return {
    async update(site, change) {
      const state = states.get(site) ?? { ...OPEN };
      states.set(site, state);
      return change(state, Date.now());
    },
  };
}

/** If the database is a server, times are its own: the clocks of two nodes need not agree. */
function inDatabase(store: Store): Doors {
  const isServer = store.dialect === 'postgres';
  const now = async (db = store.write): Promise<number> => {
    if (!isServer) return Date.now();
    const { rows } = await sql<{
      now: number;
    }>`SELECT EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS now`.execute(db);
    return Number(rows[0]!.now);
  };
  return {
    update: (site, change) =>
      store.write.transaction().execute(async (tx) => {
        await tx
          .insertInto('site_doors')
          .values({ site, ...OPEN })
          .onConflict((conflict) => conflict.column('site').doNothing())
          .execute();
        let query = tx.selectFrom('site_doors').selectAll().where('site', '=', site);
        if (isServer) query = query.forUpdate();
        const { site: _, ...state } = await query.executeTakeFirstOrThrow();
        const before = JSON.stringify(state);
        const result = change(state, Math.round(await now(tx)));
        if (JSON.stringify(state) !== before)
          await tx.updateTable('site_doors').set(state).where('site', '=', site).execute();
        return result;
      }),
  };
}
