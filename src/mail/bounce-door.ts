/** Where bounces come in: what BOUNCE_URL says. */
import { isLoopback } from '../net/addresses.ts';
import { parseEmail } from '../net/email.ts';
import { MailError } from './server.ts';

export interface Mailbox {
  kind: 'imap';
  host: string;
  port: number;
  isSecure: boolean;
  user: string;
  password: string;
  folder: string;
  /** Where bounces are moved once they have been read; null: they stay, marked as seen. */
  done: string | null;
  address: string | null;
}

export interface Receiver {
  kind: 'smtp' | 'lmtp';
  host: string;
  port: number;
  address: string | null;
}

/** `address`: what the addresses of bounces are made of; null: `bounce@` the host of the site. */
export type BounceDoor = Mailbox | Receiver;

/** Reads BOUNCE_URL; null: it is not set. @throws MailError that says what is wrong with it, without the password */
export function bounceDoor(text: string | null): BounceDoor | null {
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url?.protocol.slice(0, -1);
  if (url === null || url.hostname === '' || !['imap', 'imaps', 'smtp', 'lmtp'].includes(scheme!))
    throw new MailError(
      'BOUNCE_URL is not an address such as imaps://user:password@host/INBOX or lmtp://127.0.0.1:2400',
    );
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const given = url.searchParams.get('address');
  const address = given === null ? null : parseEmail(given);
  if (given !== null && address === null) throw new MailError('BOUNCE_URL: address= is not an email address');
  if (scheme === 'smtp' || scheme === 'lmtp') {
    if (url.port === '') throw new MailError('BOUNCE_URL names no port to listen on');
    return { kind: scheme, host, port: Number(url.port), address };
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === '' || password === '') throw new MailError('BOUNCE_URL names no user, or no password');
  const isSecure = scheme === 'imaps';
  return {
    kind: 'imap',
    host,
    port: Number(url.port || (isSecure ? 993 : 143)),
    isSecure,
    user,
    password,
    folder: decoded(url.pathname.slice(1)) || 'INBOX',
    done: url.searchParams.get('move'),
    // A mailbox whose user is an address gets what is sent to user+anything@, nearly everywhere.
    address: address ?? parseEmail(user),
  };
}

/** Whether only programs on this machine can reach it. */
export const isLocalDoor = ({ host }: BounceDoor): boolean =>
  isLoopback(`http://${host.includes(':') ? `[${host}]` : host}`);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MailError('BOUNCE_URL has a % that is not followed by two hexadecimal digits');
  }
}
