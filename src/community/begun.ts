/** What was started and can be finished once, within minutes: signing in with another service, a passkey's challenge. */
import type { Store } from '../store/open.ts';
import { hashOf } from './secrets.ts';

export type Begun = 'service' | 'join' | 'passkey' | 'new passkey';

/** How long it can be finished, ms. */
export const LASTS = 10 * 60_000;

/** Records that something was started. @param secret anybody who has it can finish it */
export async function begin(
  store: Store,
  { kind, secret, data }: { kind: Begun; secret: string; data: object },
  now: number,
): Promise<void> {
  await store.write.deleteFrom('begun_sign_ins').where('expires_at', '<=', now).execute();
  await store.write
    .insertInto('begun_sign_ins')
    .values({ hash: hashOf(secret), kind, data: JSON.stringify(data), expires_at: now + LASTS })
    .execute();
}

/** What was begun with a secret, which is used up by this; null: nothing, or it is too late. */
export async function finish<T extends object>(
  store: Store,
  kind: Begun,
  secret: string,
  now: number,
): Promise<T | null> {
  const row = await store.write
    .deleteFrom('begun_sign_ins')
    .where('hash', '=', hashOf(secret))
    .where('kind', '=', kind)
    .returningAll()
    .executeTakeFirst();
  return row && row.expires_at > now ? (JSON.parse(row.data) as T) : null;
}
