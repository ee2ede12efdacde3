/** Addresses that get no mail. */
import { createHash } from 'node:crypto';
import { inSlices } from '../store/bulk.ts';
import type { Db } from '../store/schema.ts';

export const hashOfEmail = (email: string): string => createHash('sha256').update(email).digest('hex');

/** Those of some addresses that get no mail, with the reason. */
export async function suppressedAmong(db: Db, emails: string[]): Promise<Map<string, string>> {
  const byHash = new Map(emails.map((email) => [hashOfEmail(email), email]));
  const rows = await inSlices([...byHash.keys()], (slice) =>
    db.selectFrom('suppressions').select(['hash', 'reason']).where('hash', 'in', slice).execute(),
  );
  return new Map(rows.map(({ hash, reason }) => [byHash.get(hash)!, reason]));
}

/** Makes sure that an address gets no more mail. @param detail what the mail server said */
export async function suppress(
  db: Db,
  email: string,
  reason: string,
  detail: string,
  at: number,
): Promise<void> {
  await db
    .insertInto('suppressions')
    .values({ hash: hashOfEmail(email), email, reason, detail, at })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}
