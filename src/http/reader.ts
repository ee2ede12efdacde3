/** The signed-in reader, as pages know them. */
import type { Account } from '../community/accounts.ts';
import type { Present } from '../community/at-once.ts';
import type { Session } from '../community/sessions.ts';
import type { CutPage } from './cut-page.ts';
import type { Filling } from './slots.ts';

export interface Reader {
  id: number;
  /** In addresses. */
  name: string;
  displayName: string;
  /** The session they asked with. */
  session: string;
  /** When they signed in (epoch ms). */
  signedInAt: number;
  role: 'member' | 'moderator' | 'admin';
  /** A silenced reader has no powers, whatever the role. */
  state: 'active' | 'silenced' | 'banned' | 'deleted';
}

export const readerFrom = ({ account, session }: { account: Account; session: Session }): Reader => ({
  id: account.id,
  name: account.name,
  displayName: account.displayName,
  role: account.role,
  state: account.state,
  session: session.id,
  signedInAt: session.createdAt,
});

/**
 * The content of a reader's slots, by name; slots that are missing stay as they are. One call for the whole page.
 *
 * @param path of the page
 */
export type FillSlots = (
  reader: Reader,
  names: readonly string[],
  path: string,
) => Promise<ReadonlyMap<string, Filling>>;

/** The same without waiting, where the database is in this process (SQLite). Null: it takes longer this time. */
export interface AtOnce {
  /** Who is signed in at this moment with the secret of a cookie; null also: nobody. */
  signedIn(secret: string): Present | null;
  /** What the slots of a cached page hold for them, in their order. @param path of the page */
  fill(of: Present, page: CutPage, path: string): readonly Filling[] | null;
}
