/** The mail server of SMTP_URL, and who email comes from. */
import { hostname } from 'node:os';
import type { Config } from '../config.ts';
import { isLoopback } from '../net/addresses.ts';

/** An email was not sent; the message says why, without the password. */
export class MailError extends Error {
  override name = 'MailError';
  /** Whether the server said that nobody can be reached at this address. */
  readonly isNobody: boolean;
  constructor(message: string, isNobody = false) {
    super(message);
    this.isNobody = isNobody;
  }
}

export type MailSettings = Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'OFFLINE' | 'SITE_NAME' | 'PUBLIC_URL'>;

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
