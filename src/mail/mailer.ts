/** Sends single emails through the mail server of SMTP_URL. What is sent and how often is decided elsewhere (outbox.ts). */
import { messageBytes } from './message.ts';
import { MailError, senderOf } from './server.ts';
import { openTransport, type Transport, type TransportSettings } from './transport.ts';

export { MailError, mailHost, senderOf, serverOf } from './server.ts';

/** An email in plain text. */
export interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
  /** Without angle brackets. Always the same for the same email, so that a duplicate is recognised as one. */
  messageId: string;
  /** Besides those of every email. */
  headers?: Record<string, string>;
}

export interface Mailer {
  /** Resolves when the server has accepted the email. @throws MailError */
  send(mail: Mail): Promise<void>;
  /** Connects, says EHLO and logs in. @throws MailError */
  verify(): Promise<void>;
}

/** How long connecting, each response, and all of it may take (ms). */
const TIMEOUTS = { connect: 10_000, answer: 20_000, whole: 60_000 };
/** The longest subject. */
const SUBJECT = 200;

/**
 * The configured mailer; null: SMTP_URL is not set. A connection is opened for each email. With OFFLINE=1, only a
 * server on this machine is contacted.
 *
 * @param envelopeSender whom a mail server tells that an email cannot be delivered; default and null: the sender
 */
export function mailerOf(
  config: TransportSettings,
  envelopeSender?: (to: string) => Promise<string | null>,
): Mailer | null {
  if (config.SMTP_URL === null) return null;
  const email = senderOf(config);
  const through = async <T>(work: (transport: Transport) => Promise<T>): Promise<T> => {
    const transport = openTransport(config, { timeouts: TIMEOUTS });
    try {
      return await work(transport);
    } finally {
      transport.close();
    }
  };
  return {
    async send({ to, subject, text, messageId, headers }) {
      const bytes = messageBytes({
        from: { name: config.SITE_NAME, email },
        to: { name: '', email: to },
        subject: subject.slice(0, SUBJECT),
        messageId,
        date: Date.now(),
        text,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...headers },
      });
      const from = (await envelopeSender?.(to)) ?? email;
      const handed = await through((transport) =>
        transport.hand({ envelope: { from, to }, messageId, bytes }),
      );
      if (handed.state === 'accepted') return;
      throw new MailError(handed.answer.slice(0, 300), handed.state === 'refused' && handed.nobody);
    },
    verify: () => through((transport) => transport.verify()),
  };
}
