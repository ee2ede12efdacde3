/**
 * Addresses that get no mail. The outbox and the digest both ask before each email. An entry is kept under a hash of the
 * address, so that it outlives the deletion of everything else about its owner.
 */
import { createHash } from 'node:crypto';
import { inSlices } from '../store/bulk.ts';
import type { Db } from '../store/schema.ts';

/**
 * Why an address gets no mail, the weakest first; a stronger reason replaces a weaker one. `unsubscribed`: reported by a
 * mail provider. `bounce`: nobody can be reached there. `complaint`: its owner marked mail as spam. `operator`: by hand.
 */
export const SUPPRESSION_REASONS = ['unsubscribed', 'bounce', 'complaint', 'operator'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface Suppression {
  hash: string;
  /** Null: its owner has had their data deleted. */
  email: string | null;
  reason: SuppressionReason;
  /** What the other mail server said, or the operator. */
  detail: string;
  /** Epoch ms. */
  at: number;
}

/** Bounces that are not final suppress an address once there are this many in this time (ms) and no delivery between. */
export const SOFT_BOUNCES = 5;
export const SOFT_SPAN = 30 * 86_400_000;
/** An email that has not come back for so long (ms) was delivered: mail servers give up after five days or less. */
export const SETTLED = 7 * 86_400_000;

/** The longest detail that is kept, in characters. */
const LONGEST = 500;

/** @param email in canonical form (net/email.ts) */
export const hashOfEmail = (email: string): string => createHash('sha256').update(email).digest('hex');

/** Those of some addresses (in canonical form) that get no mail, with the reason. */
export async function suppressedAmong(
  db: Db,
  emails: readonly string[],
): Promise<Map<string, SuppressionReason>> {
  const byHash = new Map(emails.map((email) => [hashOfEmail(email), email]));
  const rows = await inSlices([...byHash.keys()], (slice) =>
    db.selectFrom('suppressions').select(['hash', 'reason']).where('hash', 'in', slice).execute(),
  );
  return new Map(rows.map(({ hash, reason }) => [byHash.get(hash)!, reason as SuppressionReason]));
}

/**
 * Whether an email may be sent in spite of a reason. What somebody asked for a moment ago, a sign-in link or the
 * confirmation of a subscription, is sent to people who want no other mail, since it may be their only way back. It is
 * not sent to an address where nobody can be reached, or that the operator has ruled out.
 */
export const maySend = (reason: SuppressionReason | undefined, isAskedFor: boolean): boolean =>
  reason === undefined || (isAskedFor && (reason === 'complaint' || reason === 'unsubscribed'));

/**
 * Makes sure that an address gets no more mail.
 *
 * @param email in canonical form
 * @param detail what the mail server or the operator said
 * @returns whether it got mail until now
 */
export async function suppress(
  db: Db,
  email: string,
  reason: SuppressionReason,
  detail: string,
  at: number,
): Promise<boolean> {
  const hash = hashOfEmail(email);
  const said = tidy(detail);
  const added = await db
    .insertInto('suppressions')
    .values({ hash, email, reason, detail: said, at })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .executeTakeFirstOrThrow();
  if (added.numInsertedOrUpdatedRows) return true;
  const weaker = SUPPRESSION_REASONS.slice(0, SUPPRESSION_REASONS.indexOf(reason));
  if (weaker.length > 0)
    await db
      .updateTable('suppressions')
      .set({ reason, detail: said, at })
      .where('hash', '=', hash)
      .where('reason', 'in', weaker)
      .execute();
  return false;
}

/**
 * Lets an address have mail again, and forgets what has bounced before.
 *
 * @param by `owner`: whoever holds a link that only ever went to the address; what the operator decided stays
 * @returns whether there was something to lift
 */
export async function liftSuppression(db: Db, email: string, by: 'owner' | 'operator'): Promise<boolean> {
  const hash = hashOfEmail(email);
  let lifting = db.deleteFrom('suppressions').where('hash', '=', hash);
  if (by === 'owner') lifting = lifting.where('reason', '!=', 'operator');
  const { numDeletedRows } = await lifting.executeTakeFirstOrThrow();
  if (numDeletedRows > 0n) await db.deleteFrom('soft_bounces').where('hash', '=', hash).execute();
  return numDeletedRows > 0n;
}

/** The entry of an address; null: it gets mail. */
export async function suppressionOf(db: Db, email: string): Promise<Suppression | null> {
  const row = await db
    .selectFrom('suppressions')
    .selectAll()
    .where('hash', '=', hashOfEmail(email))
    .executeTakeFirst();
  return (row as Suppression | undefined) ?? null;
}

/** Suppressed addresses, the newest first. @param after the last one shown */
export async function listSuppressions(
  db: Db,
  { limit, after }: { limit: number; after?: Pick<Suppression, 'at' | 'hash'> },
): Promise<Suppression[]> {
  let query = db.selectFrom('suppressions').selectAll().orderBy('at', 'desc').orderBy('hash').limit(limit);
  if (after)
    query = query.where((e) =>
      e.or([e('at', '<', after.at), e.and([e('at', '=', after.at), e('hash', '>', after.hash)])]),
    );
  return (await query.execute()) as Suppression[];
}

/** How many addresses get no mail, by reason. */
export async function countSuppressions(db: Db): Promise<Map<SuppressionReason, number>> {
  const rows = await db
    .selectFrom('suppressions')
    .select((e) => ['reason', e.fn.countAll<number>().as('count')])
    .groupBy('reason')
    .execute();
  return new Map(rows.map(({ reason, count }) => [reason as SuppressionReason, Number(count)]));
}

/**
 * Counts a bounce that is not final, once per email.
 *
 * @param mail which email it is about, whatever identifies it
 * @returns whether the address has had enough of them and is suppressed now
 */
export async function countSoftBounce(
  db: Db,
  email: string,
  mail: string,
  detail: string,
  at: number,
): Promise<boolean> {
  const hash = hashOfEmail(email);
  await db
    .insertInto('soft_bounces')
    .values({ hash, mail, at })
    .onConflict((conflict) => conflict.columns(['hash', 'mail']).doNothing())
    .execute();
  const { count } = await db
    .selectFrom('soft_bounces')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('hash', '=', hash)
    .where('at', '>', at - SOFT_SPAN)
    .executeTakeFirstOrThrow();
  if (Number(count) < SOFT_BOUNCES) return false;
  await suppress(db, email, 'bounce', `${count} emails in 30 days could not be delivered: ${detail}`, at);
  await db.deleteFrom('soft_bounces').where('hash', '=', hash).execute();
  return true;
}

/** When the address last had a bounce that was not final, epoch ms; null: none that still counts. */
export async function lastSoftBounce(db: Db, email: string): Promise<number | null> {
  const row = await db
    .selectFrom('soft_bounces')
    .select('at')
    .where('hash', '=', hashOfEmail(email))
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** An email has reached the address: earlier bounces that were not final no longer count. */
export async function forgetSoftBounces(db: Db, email: string): Promise<void> {
  await db.deleteFrom('soft_bounces').where('hash', '=', hashOfEmail(email)).execute();
}

/** Deletes what no longer counts. */
export async function pruneBounces(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('soft_bounces')
    .where('at', '<=', now - SOFT_SPAN)
    .execute();
  await db
    .deleteFrom('mail_events')
    .where('at', '<=', now - EVENTS_KEPT)
    .execute();
}

/** How long it is remembered that an event has been taken (ms): longer than an event may be old (mail/events/). */
export const EVENTS_KEPT = 3 * 86_400_000;

const tidy = (text: string): string =>
  text
    .slice(0, LONGEST)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
