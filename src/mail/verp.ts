/**
 * Variable envelope return paths: each email of the digest has a sender of its own in its envelope, so that whatever
 * comes back says which email it is about, however mangled. A keyed hash keeps anybody from making such addresses up.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import { addMeta, META } from '../store/meta.ts';
import type { Db } from '../store/schema.ts';
import { type BounceDoor, bounceDoor } from './bounce-door.ts';
import { mailHost } from './server.ts';
import { hashOfEmail } from './suppressions.ts';

export interface Verp {
  /** The envelope's sender for an email of the ledger. */
  addressOf(delivery: string): string;
  /** The envelope sender for an email that is in no ledger, such as a sign-in link. */
  addressFor(email: string): string;
  /** The email that an address is about, or the mark of its recipient; null: this site did not make it. */
  read(address: string): string | null;
}

/** The mark that identifies a recipient in a bounce address without naming them. @param email in canonical form */
export const markOfRecipient = (email: string): string => `${RECIPIENT}${hashOfEmail(email).slice(0, 24)}`;
/** No id in the ledger begins with this. */
export const RECIPIENT = 'to-';

/** Hexadecimal digits of the keyed hash. */
const DIGITS = 10;
const LONGEST = 254;
/** Servers on the way may change the case of letters. */
const LOCAL = /\+([a-z0-9-]{1,40})\.([0-9a-f]{10})$/;

/**
 * The addresses that bounces come back to; null: BOUNCE_URL is not set, and they go to the sender of the email.
 *
 * @throws MailError if BOUNCE_URL is of no use
 */
export async function verpOf(
  db: Db,
  config: Pick<Config, 'BOUNCE_URL' | 'PUBLIC_URL'>,
): Promise<Verp | null> {
  const door = bounceDoor(config.BOUNCE_URL);
  return door === null ? null : verp(await verpKey(db), baseOf(door, config));
}

/** The secret of this site that the addresses are made with; made when it is first needed. */
export const verpKey = (db: Db): Promise<string> =>
  addMeta(db, META.bounceKey, randomBytes(32).toString('base64url'));

/** @param base the address that the others are made of, `bounce@papers.example.org` */
export function verp(key: string, base: string): Verp {
  const at = base.lastIndexOf('@');
  const [local, host] = [base.slice(0, at), base.slice(at + 1)];
  const markOf = (delivery: string): string =>
    createHmac('sha256', key).update(`verp ${delivery}`).digest('hex').slice(0, DIGITS);
  return {
    addressOf: (delivery) => `${local}+${delivery}.${markOf(delivery)}@${host}`,
    addressFor(email) {
      return this.addressOf(markOfRecipient(email));
    },
    read(address) {
      if (address.length > LONGEST) return null;
      // The host is whatever name the mail server of this site goes by; the hash says that it is ours.
      const end = address.lastIndexOf('@');
      const [, delivery, mark] = LOCAL.exec(address.slice(0, Math.max(0, end)).toLowerCase()) ?? [];
      if (delivery === undefined) return null;
      return timingSafeEqual(Buffer.from(mark!), Buffer.from(markOf(delivery))) ? delivery : null;
    },
  };
}

function baseOf(door: BounceDoor, config: Pick<Config, 'PUBLIC_URL'>): string {
  return door.address ?? `bounce@${mailHost(config)}`;
}
