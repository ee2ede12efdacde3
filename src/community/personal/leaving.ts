/** Deletes a reader's own things with their account. */
import type { Db } from '../../store/schema.ts';

/** Tables in which every row is one reader's own. */
export const OWN_TABLES = [
  'saved_papers',
  'collections',
  'reading_marks',
  'follows',
  'paper_watchers',
  'notices',
  'notice_choices',
  'notice_mail',
] as const;

/**
 * Deletes everything that was an account's own, and removes its name from what others have. Comes last in the
 * transaction
 * that deletes the account: by then no other can add anything (own-change.ts).
 */
export async function leavePersonal(tx: Db, account: number): Promise<void> {
  for (const table of OWN_TABLES) await tx.deleteFrom(table).where('account', '=', account).execute();
  await tx
    .deleteFrom('follows')
    .where('kind', '=', 'person')
    .where('subject', '=', String(account))
    .execute();
  await tx.updateTable('notices').set({ actor: null }).where('actor', '=', account).execute();
}
