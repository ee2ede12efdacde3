/** What mail providers report about emails, whatever each of them calls it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseEmail } from '../../net/email.ts';

export interface MailEvent {
  /** The same each time the provider reports the same thing. */
  id: string;
  /** `soft`: not delivered, but not for good. `unsubscribed`: through the provider. */
  kind: 'bounce' | 'soft' | 'complaint' | 'unsubscribed' | 'delivered';
  /** In canonical form (net/email.ts). */
  email: string;
  /** What was said about it. */
  says: string;
  /** The envelope's sender and the Message-ID of the email, if reported. */
  sender: string | null;
  messageId: string | null;
  /** The email in the ledger, if the provider returns what the site told it (X-PM-Metadata-delivery). */
  delivery: string | null;
}

/** A request as it came. */
export interface EventRequest {
  headers: Headers;
  query: URLSearchParams;
  /** The bytes that were signed. */
  body: Buffer;
}

/**
 * A request that has been found genuine. `once`: what no other request may share with it; null: nothing. Whoever repeats
 * it with another body forges.
 */
export interface Genuine {
  once: string | null;
  events: MailEvent[];
}

/** A request is not what its provider sends. */
export class EventRefused extends Error {
  override name = 'EventRefused';
}

/** Checks where a request comes from, and reads it. @throws EventRefused */
export type ReadEvents = (request: EventRequest, now: number) => Promise<Genuine>;

/**
 * How old a signed request may be, and how far ahead its clock (ms). Providers try again for a day; within that time a
 * repeated request is recognised by its events (digest/bounces.ts).
 */
export const OLDEST = 24 * 3_600_000;
export const AHEAD = 5 * 60_000;

/** @throws EventRefused if a time (epoch ms) is outside the window */
export function refuseOld(at: number, now: number): void {
  if (!(at > now - OLDEST && at < now + AHEAD))
    throw new EventRefused('it was signed too long ago, or in the future');
}

/** Compares in constant time. */
export const isSame = (given: string, wanted: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());

/** @throws EventRefused */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EventRefused('it is not JSON');
  }
}

/** A field of a value that may be anything. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}

export const textAt = (value: unknown, ...path: (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
};

export const listAt = (value: unknown, ...path: (string | number)[]): unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.slice(0, MOST_EVENTS) : [];
};

/** Events in one request; SendGrid sends up to a thousand. */
export const MOST_EVENTS = 2000;

/** An event, if it is about an address that can be one. */
export function eventOf(
  id: string,
  kind: MailEvent['kind'],
  address: string,
  says: string,
  about: { sender?: string; messageId?: string; delivery?: string } = {},
): MailEvent[] {
  const email = address.length > 300 ? null : parseEmail(address.replace(/^[^<]*<|>[^>]*$/g, ''));
  if (email === null) return [];
  const messageId = (about.messageId ?? '').slice(0, 300).replace(/[<>\s]/g, '');
  return [
    {
      ...{ id, kind, email, says: says.slice(0, 500), sender: about.sender || null },
      ...{ messageId: messageId || null, delivery: about.delivery?.slice(0, 100) || null },
    },
  ];
}
