/** Whether mail works, for the operator: what is missing, and an email to try it out. */
import { parseEmail } from '../net/email.ts';
import type { Store } from '../store/open.ts';
import { dkimOf } from './dkim.ts';
import { mailerOf } from './mailer.ts';
import { MailError, mailHost, senderOf, serverOf } from './server.ts';
import { countSuppressions, type SuppressionReason } from './suppressions.ts';

export interface MailDesk {
  /** What is not as it should be, and what to do about it; empty: mail is sent. */
  missing: string[];
  /** Where email goes and who it is from, if it is sent. */
  says: string | null;
  /** How many addresses get no mail, by reason. */
  suppressed(): Promise<Map<SuppressionReason, number>>;
  /**
   * Sends a test email at once. @param to an address, or the number of an account
   * @returns the outcome, in a sentence
   */
  test(to: string | number): Promise<string>;
}

type Settings = Parameters<typeof mailerOf>[0] & Parameters<typeof dkimOf>[0];

/** @param now epoch ms */
export function mailDesk(store: Store, config: Settings, now: () => number): MailDesk {
  const missing = missingOf(config);
  return {
    missing,
    says: config.SMTP_URL !== null && missing.length === 0 ? saysOf(config) : null,
    suppressed: () => countSuppressions(store.read),
    async test(to) {
      const account =
        typeof to === 'number'
          ? await store.read.selectFrom('accounts').select('email').where('id', '=', to).executeTakeFirst()
          : undefined;
      const address = typeof to === 'number' ? (account?.email ?? null) : parseEmail(to);
      if (address === null)
        return typeof to === 'number'
          ? 'Your account has no email address: please give one.'
          : 'This is not an email address.';
      const mailer = mailerOf(config);
      if (mailer === null) return 'No email can be sent: SMTP_URL is not set.';
      try {
        await mailer.send({
          to: address,
          subject: `Test of ${config.SITE_NAME}`,
          text: `If you are reading this, ${config.SITE_NAME} can send mail.\n`,
          messageId: `test.${now()}@${mailHost(config).replace(/[^\w.-]/g, '') || 'localhost'}`,
        });
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        return `The test email to ${address} was not accepted: ${error.message}`;
      }
      return `The mail server accepted the test email to ${address}. If it does not arrive, look in the spam folder, and run broadsheet doctor mail.`;
    },
  };
}

const saysOf = (config: Settings): string => `Email goes to ${serverOf(config)}, from ${senderOf(config)}.`;

/** What keeps a site from sending mail, each with what to do. */
export function missingOf(config: Settings): string[] {
  if (config.SMTP_URL === null)
    return [
      'No email is sent: there is no mail server. Set SMTP_URL, such as smtp://user:password@mail.example.org:587.',
    ];
  const missing: string[] = [];
  for (const check of [() => serverOf(config), () => dkimOf(config)])
    try {
      check();
    } catch (error) {
      missing.push(`${(error as Error).message}.`);
    }
  if (config.PUBLIC_URL === null)
    missing.push(
      'Sign-in links and the digest are not sent: links would have no address to lead to. Set PUBLIC_URL to the address of this site.',
    );
  return missing;
}
