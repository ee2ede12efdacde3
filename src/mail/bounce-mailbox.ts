/**
 * Reads the mailbox that bounces come to, by IMAP. It may be somebody's ordinary mailbox: what is not a bounce of this
 * site is left as it is.
 */
import type { Mailbox } from './bounce-door.ts';
import { isLocalDoor } from './bounce-door.ts';
import { LARGEST_REPORT } from './report.ts';

/** How far reading has come: the last message, and by which numbering (RFC 3501, UIDVALIDITY). */
export interface Place {
  mailbox: string;
  validity: string;
  uid: number;
}

export interface ReadMailbox {
  place: Place | null;
  /** `ours`: it is done with. `later`: it should be read again. */
  take(bytes: Buffer): Promise<'ours' | 'other' | 'later'>;
  save(place: Place): Promise<void>;
  now: number;
}

/** Messages read at a time; and how far back the first time goes (ms). */
const MOST = 500;
const FIRST = 14 * 86_400_000;
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

/** Reads what is new, oldest first. @returns how many of them were ours @throws Error without the password */
export async function readMailbox(box: Mailbox, { place, take, save, now }: ReadMailbox): Promise<number> {
  // Loaded on demand: only workers with a mailbox need it.
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow({
    host: box.host,
    port: box.port,
    secure: box.isSecure,
    // The password never travels in the clear, except within this machine.
    ...(!box.isSecure && !isLocalDoor(box) && { doSTARTTLS: true }),
    auth: { user: box.user, pass: box.password },
    logger: false,
    disableAutoIdle: true,
    ...TIMEOUTS,
  });
  // Reported to whoever is waiting for an answer.
  client.on('error', () => {});
  const mailbox = `${box.user}@${box.host}/${box.folder}`;
  let ours = 0;
  try {
    await client.connect();
    const lock = await client.getMailboxLock(box.folder);
    try {
      const validity = client.mailbox === false ? '' : String(client.mailbox.uidValidity);
      const since = place?.mailbox === mailbox && place.validity === validity ? place.uid : null;
      const found = await client.search(
        since === null ? { since: new Date(now - FIRST) } : { uid: `${since + 1}:*` },
        { uid: true },
      );
      // `*` is the last message, even if it is older.
      const uids = (found || []).filter((uid) => uid > (since ?? 0)).sort((a, b) => a - b);
      for (const uid of uids.slice(0, MOST)) {
        const message = await client.fetchOne(
          String(uid),
          { uid: true, source: { start: 0, maxLength: LARGEST_REPORT } },
          { uid: true },
        );
        const source = message === false ? undefined : message.source;
        const taken = source === undefined ? 'other' : await take(source);
        if (taken === 'later') break;
        if (taken === 'ours') {
          ours++;
          if (box.done === null) await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
          else await client.messageMove(String(uid), box.done, { uid: true });
        }
        await save({ mailbox, validity, uid });
      }
    } finally {
      lock.release();
    }
    await client.logout();
  } catch (error) {
    client.close();
    const { message, responseText } = error as Error & { responseText?: string };
    throw new Error(`${box.host}: ${(responseText || message).replace(/\s+/g, ' ').slice(0, 300)}`);
  }
  return ours;
}
