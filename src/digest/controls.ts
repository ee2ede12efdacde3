/** What the operator can see of the digest and do about it. */
import { PostgresAdapter, sql } from 'kysely';
import type { Config } from '../config.ts';
import { dropMeta, getMeta, META, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { type Scope, waiting, within } from './deliveries.ts';
import { type DeliveryRow, deliveryOf } from './rows.ts';
import { type Delivery, type DeliveryState, STATES } from './types.ts';

/** Why no digest can be sent; null: it can. */
export const noDigest = ({ SMTP_URL, PUBLIC_URL }: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>): string | null =>
  SMTP_URL === null
    ? 'SMTP_URL is not set: there is no mail server'
    : PUBLIC_URL === null
      ? 'PUBLIC_URL is not set: the links in the mails would lead nowhere'
      : null;

/** Whether the operator has paused the digest. Nothing more is handed over then; what is under way is finished. */
export const isPaused = async (db: Db): Promise<boolean> =>
  (await getMeta(db, META.digestPaused)) !== undefined;

/** Pauses the digest for all processes. */
export const pauseDigest = (store: Store, now: number): Promise<void> =>
  setMeta(store.write, META.digestPaused, now);

/** @returns whether it was paused */
export const resumeDigest = (store: Store): Promise<boolean> => dropMeta(store.write, META.digestPaused);

export type Counts = Record<DeliveryState, number>;

/** How many rows are in each state. @param since only those due from then on (epoch ms) */
export async function countStates(db: Db, scope: Scope = {}, since?: number): Promise<Counts> {
  // Of an issue, from its own rows: they may be few among all.
  const from =
    scope.issue !== undefined && scope.id === undefined
      ? sql`delivered_issues CROSS JOIN deliveries
          WHERE delivered_issues.issue = ${scope.issue} AND deliveries.id = delivered_issues.delivery`
      : sql`deliveries WHERE ${within(scope)}`;
  const { rows } = await sql<{ state: DeliveryState; n: number }>`
    SELECT state, COUNT(*) AS n FROM ${from} ${since === undefined ? sql`` : sql`AND due_at >= ${since}`} GROUP BY state
  `.execute(db);
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Counts;
  for (const { state, n } of rows) counts[state] = Number(n);
  return counts;
}

/** Mails of an issue are due no earlier than this before it is composed (ms): see OF_USE in schedule.ts. */
const EARLY = 2 * 86_400_000;

/**
 * How many rows of an issue are in each state. Nearly all of them are sent sooner or later; counting those one by one
 * would take minutes for a million.
 */
export async function countIssue(db: Db, issue: { id: string; composedAt: number }): Promise<Counts> {
  const [all, rest] = await Promise.all([
    db
      .selectFrom('delivered_issues')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('issue', '=', issue.id)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('deliveries')
      .select(['state', (e) => e.fn.countAll<number>().as('n')])
      .where(
        'state',
        'in',
        STATES.filter((state) => state !== 'sent'),
      )
      .where('due_at', '>=', issue.composedAt - EARLY)
      .where(sql<boolean>`${within({ issue: issue.id })}`)
      .groupBy('state')
      .execute(),
  ]);
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Counts;
  counts.sent = Number(all.n);
  for (const { state, n } of rest) {
    counts[state as DeliveryState] = Number(n);
    counts.sent -= Number(n);
  }
  return counts;
}

/** When the next queued row is due (epoch ms); null: none is queued. */
export async function nextAt(db: Db, scope: Scope = {}): Promise<number | null> {
  const dialect = db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';
  const { rows } = await sql<{ at: number | null }>`
    SELECT next_at AS at FROM deliveries ${waiting(dialect)}
    WHERE state = 'queued' AND ${within(scope)} ORDER BY next_at LIMIT 1
  `.execute(db);
  const at = rows[0]?.at ?? null;
  return at === null ? null : Number(at);
}

/** Rows in a state, the newest due first. */
export async function deliveriesIn(
  db: Db,
  state: DeliveryState,
  limit: number,
  scope: Scope = {},
): Promise<Delivery[]> {
  const { rows } = await sql<DeliveryRow>`
    SELECT * FROM deliveries WHERE state = ${state} AND ${within(scope)} ORDER BY due_at DESC, id LIMIT ${limit}
  `.execute(db);
  return rows.map(deliveryOf);
}

/**
 * Queues failed rows again, or uncertain ones. Their Message-ID stays, so that a mailbox recognises a second copy.
 *
 * @returns how many
 */
export async function retry(
  store: Store,
  state: 'failed' | 'uncertain',
  now: number,
  scope: Scope = {},
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE deliveries SET state = 'queued', next_at = ${now}, lease_until = 0, holder = NULL, ended_at = NULL,
      due_at = ${now}, reason = 'Sent again by the operator.'
    WHERE state = ${state} AND ${within(scope)}
  `.execute(store.write);
  return Number(numAffectedRows ?? 0);
}

/** Queued rows that wait after a temporary refusal are due now. @returns how many */
export async function hurry(store: Store, now: number, scope: Scope): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE deliveries SET next_at = ${now}
    WHERE state = 'queued' AND tries > 0 AND next_at > ${now} AND ${within(scope)}
  `.execute(store.write);
  return Number(numAffectedRows ?? 0);
}

/** Cancels what is queued. What is being handed over is not stopped. @returns how many */
export async function cancel(store: Store, now: number, scope: Scope = {}): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE deliveries SET state = 'cancelled', ended_at = ${now}, reason = 'Cancelled by the operator.',
      lease_until = 0, holder = NULL
    WHERE state = 'queued' AND ${within(scope)}
  `.execute(store.write);
  return Number(numAffectedRows ?? 0);
}
