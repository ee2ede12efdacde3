/**
 * Searches that people subscribed to before there was a digest: found in their table by a migration, and in backups of
 * that time. Nobody had been asked to confirm one, so each address becomes a subscriber who still will be.
 */
import { randomBytes } from 'node:crypto';
import type { Db } from './schema.ts';

/** Moves them to the subscribers, as far as their addresses are not known there. */
export async function moveFormerSubscriptions(tx: Db): Promise<void> {
  const rows = await tx
    .selectFrom('search_subscriptions')
    .selectAll()
    .orderBy('created_at')
    .orderBy('token')
    .execute();
  for (const { email, token, query, cadence, created_at } of rows) {
    const { id } = await tx
      .insertInto('subscribers')
      .values({
        id: randomBytes(6).readUIntBE(0, 6),
        email,
        account: null,
        state: 'unconfirmed',
        token,
        time_zone: 'UTC',
        days: 127,
        minute: 7 * 60,
        least_votes: 0,
        most_papers: 10,
        without: '[]',
        again: 0,
        quiet: 'silent',
        origin: 'search form',
        origin_at: created_at,
        created_at,
        confirmed_at: null,
        asked_at: null,
        next_due: null,
      })
      .onConflict((conflict) =>
        conflict.column('email').doUpdateSet((e) => ({ email: e.ref('excluded.email') })),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('subscriptions')
      .values({
        id: randomBytes(12).toString('hex'),
        subscriber: id,
        list: 'search',
        subject: query,
        name: [...new URLSearchParams(query).values()].join(', ').slice(0, 300),
        cadence,
        created_at,
        // Whoever confirms begins with the issues after that.
        through: '',
      })
      .onConflict((conflict) => conflict.columns(['subscriber', 'list', 'subject']).doNothing())
      .execute();
  }
  if (rows.length > 0) await tx.deleteFrom('search_subscriptions').execute();
}
