/** Sends the mail that waits in the outbox, whoever put it there. Nothing else in the site delivers mail. */
import type { Mailer } from '../mail/mailer.ts';
import { deliver, type UnsentMail } from '../mail/outbox.ts';
import type { Store } from '../store/open.ts';

/**
 * Sends what is due.
 *
 * @param failed called once per mail that could not be sent, after its first try
 */
export async function sendMail(
  store: Store,
  mailer: Mailer,
  failed: (says: string) => void,
  now: () => number = Date.now,
): Promise<void> {
  await deliver(store, mailer, now, ({ tries, reason, mail, isDropped }: UnsentMail) => {
    if (isDropped) failed(`the email “${mail.subject}” was not sent: ${reason}`);
    else if (tries === 1)
      failed(`the email “${mail.subject}” could not be sent and will be retried: ${reason}`);
  });
}
