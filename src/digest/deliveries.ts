/**
 * The ledger of the digest: one row per mail. A process takes rows for a while (a *lease*), says so before it hands one
 * over, and records how that ended. Whatever is killed and however many processes there are: a row that was only taken
 * goes back, and one that was being handed over is *uncertain*, since nobody knows what its process did last.
 */
import { type RawBuilder, sql } from 'kysely';
import { isGone, me } from '../store/holder.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import type { DeliveryRow } from './rows.ts';
import { hashOfEmail } from './suppressed.ts';
import type { DeliveryState } from './types.ts';

/** How long a row is left to the process that took it (ms): longer than handing it over may take. */
export const LEASE = 10 * 60_000;

/** A row this process has taken. `lease_until` also tells this taking from any other. */
export type Taken = Pick<
  DeliveryRow,
  | 'id'
  | 'subscriber'
  | 'email'
  | 'domain'
  | 'due_at'
  | 'composed_at'
  | 'subject'
  | 'sections'
  | 'message_id'
  | 'tries'
  | 'lease_until'
>;

/** Which rows are meant; both absent: all. */
export interface Scope {
  /** Those that have this issue in them. */
  issue?: string | undefined;
  /** This one alone. */
  id?: string | undefined;
}

/** How handing over ended. */
export interface Ended {
  id: string;
  lease_until: number;
  state: Extract<DeliveryState, 'queued' | 'sent' | 'failed' | 'uncertain' | 'quiet'>;
  reason: string | null;
  /** What the mail server said; null: nothing. */
  answer: string | null;
  /** For `queued`: not before (epoch ms). */
  nextAt: number;
}

/** The condition that rows of `deliveries` are in a scope. */
export function within({ issue, id }: Scope): RawBuilder<unknown> {
  if (id !== undefined) return sql`deliveries.id = ${id}`;
  if (issue === undefined) return sql`1 = 1`;
  // Looked up for each row: otherwise every batch would build a list of all that have the issue.
  return sql`EXISTS (SELECT 1 FROM delivered_issues
    WHERE delivered_issues.delivery = deliveries.id AND delivered_issues.issue = ${issue})`;
}

/**
 * The index of what waits, by when it is due. SQLite would take the one of states, and sort all that waits for each batch
 * of it; named, it is used or the statement fails. PostgreSQL knows from its statistics.
 */
export const waiting = (dialect: Store['dialect']): RawBuilder<unknown> =>
  dialect === 'sqlite' ? sql`INDEXED BY deliveries_waiting` : sql``;

/** Takes rows that are due, the longest due first. Each is taken by one process. */
export async function takeDue(store: Store, limit: number, now: number, scope: Scope = {}): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    WITH due AS MATERIALIZED (
      SELECT id FROM deliveries ${waiting(store.dialect)}
      WHERE state = 'queued' AND next_at <= ${now} AND lease_until <= ${now} AND ${within(scope)}
      ORDER BY next_at, id LIMIT ${limit} ${store.dialect === 'postgres' ? sql`FOR UPDATE SKIP LOCKED` : sql``}
    )
    UPDATE deliveries SET lease_until = ${now + LEASE}, holder = ${me()}
    WHERE id IN (SELECT id FROM due)
    RETURNING id, subscriber, email, domain, due_at, composed_at, subject, sections, message_id, tries, lease_until
  `.execute(store.write);
  return rows.sort((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1));
}

/** Gives rows back that were taken and not handed over. @param nextAt epoch ms; default: they are due as before */
export async function giveBack(store: Store, taken: readonly Taken[], nextAt?: number): Promise<void> {
  if (taken.length === 0) return;
  await store.write
    .updateTable('deliveries')
    .set({ lease_until: 0, holder: null, ...(nextAt !== undefined && { next_at: nextAt }) })
    .where('state', '=', 'queued')
    .where('holder', '=', me())
    .where(
      'id',
      'in',
      taken.map(({ id }) => id),
    )
    .execute();
}

/**
 * Puts down that rows are being handed over, if that is still right at this moment: they are ours, their address may get
 * mail, and its owner has not unsubscribed from everything in them. The others are final or gone.
 *
 * @returns the ids of those that may be handed over
 */
export async function beginHanding(tx: Db, taken: readonly Taken[], now: number): Promise<Set<string>> {
  const rows = taken.map(
    ({ id, email, lease_until }) => sql`(${id}, ${hashOfEmail(email)}, ${int(lease_until)})`,
  );
  const { rows: begun } = await sql<{ id: string }>`
    WITH mine (id, hash, lease) AS (VALUES ${sql.join(rows)})
    UPDATE deliveries SET state = 'handing', handed_at = ${now}, tries = tries + 1
    FROM mine
    WHERE deliveries.id = mine.id AND deliveries.lease_until = mine.lease AND deliveries.state = 'queued'
      AND NOT EXISTS (SELECT 1 FROM suppressions WHERE suppressions.hash = mine.hash)
      AND (deliveries.subscriber = 0 OR ${isWanted})
    RETURNING deliveries.id
  `.execute(tx);
  const ids = new Set(begun.map(({ id }) => id));
  const rest = taken.filter(({ id }) => !ids.has(id));
  if (rest.length > 0) await endUnwanted(tx, rest, now);
  return ids;
}

/** Whether the subscriber of a row is still there and still gets one of the lists in it. */
const isWanted = sql<boolean>`EXISTS (
  SELECT 1 FROM subscribers
  JOIN subscriptions ON subscriptions.subscriber = subscribers.id
  JOIN delivered_issues ON delivered_issues.delivery = deliveries.id
  JOIN issues ON issues.id = delivered_issues.issue
    AND issues.list = subscriptions.list AND issues.subject = subscriptions.subject
  WHERE subscribers.id = deliveries.subscriber AND subscribers.email = deliveries.email
    AND subscribers.state = 'confirmed')`;

async function endUnwanted(tx: Db, taken: readonly Taken[], now: number): Promise<void> {
  for (const { id, email, lease_until } of taken) {
    const suppressed = await tx
      .selectFrom('suppressions')
      .select('reason')
      .where('hash', '=', hashOfEmail(email))
      .executeTakeFirst();
    await tx
      .updateTable('deliveries')
      .set({
        ...{ state: 'suppressed', ended_at: now, lease_until: 0, holder: null },
        reason: suppressed?.reason ?? 'The subscriber has unsubscribed.',
      })
      .where('id', '=', id)
      .where('state', '=', 'queued')
      .where('lease_until', '=', lease_until)
      .execute();
  }
}

/** Records how handing over ended. */
export async function endHanding(tx: Db, ended: readonly Ended[], now: number): Promise<void> {
  if (ended.length === 0) return;
  const rows = ended.map(
    ({ id, lease_until, state, reason, answer, nextAt }) =>
      sql`(${id}, ${int(lease_until)}, ${state}, ${text(reason)}, ${text(answer)}, ${int(nextAt)},
        ${int(state === 'queued' ? null : now)})`,
  );
  // One that took longer than its lease was declared uncertain, and is not.
  await sql`
    WITH ended (id, lease, state, reason, answer, next_at, ended_at) AS (VALUES ${sql.join(rows)})
    UPDATE deliveries SET state = ended.state, reason = ended.reason, answer = ended.answer,
      next_at = ended.next_at, ended_at = ended.ended_at, lease_until = 0, holder = NULL
    FROM ended
    WHERE deliveries.id = ended.id AND deliveries.lease_until = ended.lease
      AND deliveries.state IN ('handing', 'uncertain')
  `.execute(tx);
}

// PostgreSQL takes the values of a list for text, unless they say what they are.
const int = (value: number | null) => sql`CAST(${value} AS BIGINT)`;
const text = (value: string | null) => sql`CAST(${value} AS TEXT)`;

export const CRASHED = 'The process that was handing it over ended before it had recorded the answer.';

/** How often an email of unknown outcome is retried: it is not worth trying for ever. */
export const BEGINNINGS = 5;

/**
 * Takes back rows whose process has ended or took too long. Those that were being handed over are sent again too: the
 * answer of the mail server is not known, and a mail that comes twice, with the same Message-ID, is better than one that
 * never comes.
 *
 * @returns how many are uncertain, because they have been begun too often
 */
export async function recover(store: Store, now: number): Promise<number> {
  const taken = await sql<{ holder: string | null; late: number }>`
    SELECT holder, MAX(CASE WHEN lease_until <= ${now} THEN 1 ELSE 0 END) AS late FROM deliveries
    WHERE lease_until > 0 AND state IN ('queued', 'handing') GROUP BY holder
  `.execute(store.read);
  const gone = taken.rows.flatMap(({ holder }) => (holder !== null && isGone(holder) ? [holder] : []));
  if (gone.length === 0 && taken.rows.every(({ late }) => Number(late) === 0)) return 0;
  return store.write.transaction().execute(async (tx) => {
    // A condition on the row itself, not a separate query: in PostgreSQL, another process may have recovered and taken
    // it again in the meantime.
    const isLost = sql<boolean>`lease_until > 0 AND (lease_until <= ${now} ${
      gone.length > 0 ? sql`OR holder IN (${sql.join(gone)})` : sql``
    })`;
    const uncertain = await tx
      .updateTable('deliveries')
      // The lease stays: if its process is only slow, it may still say how it ended.
      .set({ state: 'uncertain', reason: CRASHED, ended_at: now })
      .where('state', '=', 'handing')
      .where('tries', '>=', BEGINNINGS)
      .where(isLost)
      .executeTakeFirst();
    await tx
      .updateTable('deliveries')
      .set({ state: 'queued', reason: CRASHED, next_at: now, lease_until: 0, holder: null })
      .where('state', '=', 'handing')
      .where(isLost)
      .execute();
    await tx
      .updateTable('deliveries')
      .set({ lease_until: 0, holder: null })
      .where('state', '=', 'queued')
      .where(isLost)
      .execute();
    return Number(uncertain.numUpdatedRows);
  });
}

/**
 * Writes down handing over and its ends for many rows at once: a disk takes longer for each transaction than a mail
 * server for a mail.
 */
export class Writes {
  readonly #store: Store;
  readonly #now: () => number;
  #begins: { taken: Taken; done(may: boolean): void; failed(error: unknown): void }[] = [];
  #ends: { ended: Ended; done(): void; failed(error: unknown): void }[] = [];
  #running = false;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Resolves once it is on disk that the row is being handed over; false: it may not be. */
  begin(taken: Taken): Promise<boolean> {
    return new Promise((done, failed) => {
      this.#begins.push({ taken, done, failed });
      this.#soon();
    });
  }

  /** Resolves once the end is on disk. */
  end(ended: Ended): Promise<void> {
    return new Promise((done, failed) => {
      this.#ends.push({ ended, done, failed });
      this.#soon();
    });
  }

  #soon(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#write());
  }

  async #write(): Promise<void> {
    while (this.#begins.length > 0 || this.#ends.length > 0) {
      const [begins, ends] = [this.#begins, this.#ends];
      this.#begins = [];
      this.#ends = [];
      try {
        const now = this.#now();
        const may = await this.#store.write.transaction().execute(async (tx) => {
          await endHanding(
            tx,
            ends.map(({ ended }) => ended),
            now,
          );
          if (begins.length === 0) return new Set<string>();
          return beginHanding(
            tx,
            begins.map(({ taken }) => taken),
            now,
          );
        });
        for (const { done } of ends) done();
        for (const { taken, done } of begins) done(may.has(taken.id));
      } catch (error) {
        for (const { failed } of [...ends, ...begins]) failed(error);
      }
    }
    this.#running = false;
  }
}
