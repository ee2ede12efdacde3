/** Sends email through the mail server of SMTP_URL. What is sent and how often is decided elsewhere (outbox.ts). */
import { hostname } from 'node:os';
import { createTransport } from 'nodemailer';
import type { Config } from '../config.ts';
import { isLoopback } from '../net/addresses.ts';

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

/** An email was not sent; the message says why, without the password. */
export class MailError extends Error {
  override name = 'MailError';
}

type MailSettings = Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'OFFLINE' | 'SITE_NAME' | 'PUBLIC_URL'>;

/** How long connecting, the greeting and each response may take (ms). */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/**
 * The configured mailer; null: SMTP_URL is not set. A connection is opened for each email. With OFFLINE=1, only a
 * server on this machine is contacted.
 */
export function mailerOf(config: MailSettings): Mailer | null {
  const { SMTP_URL } = config;
  if (SMTP_URL === null) return null;
  const from = { name: config.SITE_NAME, address: senderOf(config) };
  const door = () => {
    serverOf(config);
    return createTransport({ url: SMTP_URL, ...TIMEOUTS, disableFileAccess: true, disableUrlAccess: true });
  };
  return {
    async send({ to, subject, text, messageId, headers }) {
      await asMailError(config, () =>
        door().sendMail({
          from,
          // As an object, the address is not parsed as a list.
          to: { name: '', address: to },
          subject: subject.replace(/\s+/g, ' ').slice(0, 200),
          text,
          messageId: `<${messageId}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...headers },
        }),
      );
    },
    async verify() {
      await asMailError(config, () => door().verify());
    },
  };
}

/** Where email goes, `mail.example.org:587`. @throws MailError if SMTP_URL is invalid or OFFLINE forbids it */
export function serverOf({ SMTP_URL, OFFLINE }: Pick<Config, 'SMTP_URL' | 'OFFLINE'>): string {
  const url = SMTP_URL !== null && URL.canParse(SMTP_URL) ? new URL(SMTP_URL) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw new MailError('SMTP_URL is not an address such as smtp://user:password@host:587');
  const server = `${url.hostname}:${url.port || (url.protocol === 'smtps:' ? 465 : 587)}`;
  if (OFFLINE && !isLoopback(`http://${url.hostname}`))
    throw new MailError(`OFFLINE=1: the mail server ${server} is not contacted`);
  return server;
}

/** The host that email is from: that of PUBLIC_URL, or this machine. An IP address is in brackets (RFC 5321). */
export function mailHost({ PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>): string {
  const host = PUBLIC_URL === null ? hostname() : new URL(PUBLIC_URL).hostname;
  if (/^[\d.]+$/.test(host)) return `[${host}]`;
  return host.startsWith('[') ? `[IPv6:${host.slice(1)}` : host;
}

/** The address that email comes from. */
export const senderOf = (config: Pick<Config, 'MAIL_FROM' | 'PUBLIC_URL'>): string =>
  config.MAIL_FROM ?? `broadsheet@${mailHost(config)}`;

async function asMailError(config: MailSettings, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MailError) throw error;
    const { message } = error as Error;
    throw new MailError(`${serverOf(config)}: ${message.replace(/\s+/g, ' ').slice(0, 300)}`);
  }
}
