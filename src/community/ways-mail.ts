/** The email to the owner of an account when a way to sign in is added or removed: by them, one hopes. */
import type { Db } from '../store/schema.ts';
import { accountById } from './accounts.ts';

/** A way to sign in, and what happened to it. */
export interface WayChange {
  account: number;
  /** In a sentence: `A passkey`, `A password`, `The sign-in with github.com`. */
  way: string;
  change: 'added' | 'changed' | 'removed';
}

/** Tells the owner, within the transaction that makes the change. */
export type TellOwner = (tx: Db, change: WayChange, now: number) => Promise<void>;

/**
 * How long to keep trying the email (ms). With a deadline it goes out like a sign-in link, even to people who want no
 * digest.
 */
export const TELLING = 7 * 86_400_000;

const DONE = { added: 'was added to', changed: 'was changed for', removed: 'was removed from' } as const;

interface Telling {
  /** The site, and its public address. */
  site: string;
  base: string;
  queue(tx: Db, mail: { to: string; subject: string; text: string }, now: number): Promise<void>;
}

/** Tells owners by email, if their address has been verified. */
export const tellOwnerBy =
  ({ site, base, queue }: Telling): TellOwner =>
  async (tx, { account, way, change }, now) => {
    const owner = await accountById(tx, account);
    if (!owner?.emailVerified || owner.email === null) return;
    const what = `${way} ${DONE[change]} your account at ${site}`;
    const text = [
      `${what} (${owner.name}).`,
      'If that was you, there is nothing to do.',
      `If it was not, somebody else may be able to sign in to your account. Open ${base}/settings, undo the change, and sign out everywhere. If you can no longer sign in, ask for a link to this address: ${base}/sign-in`,
    ].join('\n\n');
    await queue(tx, { to: owner.email, subject: what, text: `${text}\n` }, now);
  };
