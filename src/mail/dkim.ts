/** The key that this site signs its emails with (DKIM, RFC 6376). */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Config } from '../config.ts';
import { tidyAnswer } from './answers.ts';
import { MailError } from './server.ts';

export interface DkimKey {
  domain: string;
  selector: string;
  privateKey: KeyObject;
  /** What the DNS should say: base64 of the public key. */
  publicKey: string;
  bits: number;
}

/** Bits that receivers require. */
const FEWEST_BITS = 1024;

/** The configured key; null: emails are not signed here. @throws MailError that says what is wrong with the settings */
export function dkimOf({
  DKIM_DOMAIN,
  DKIM_SELECTOR,
  DKIM_KEY_FILE,
}: Pick<Config, 'DKIM_DOMAIN' | 'DKIM_SELECTOR' | 'DKIM_KEY_FILE'>): DkimKey | null {
  if (DKIM_DOMAIN === null && DKIM_SELECTOR === null && DKIM_KEY_FILE === null) return null;
  if (DKIM_DOMAIN === null || DKIM_SELECTOR === null || DKIM_KEY_FILE === null)
    throw new MailError('signing emails needs DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE, all three');
  let privateKey: KeyObject;
  let mode: number;
  try {
    mode = statSync(DKIM_KEY_FILE).mode;
    privateKey = createPrivateKey(readFileSync(DKIM_KEY_FILE));
  } catch (error) {
    throw new MailError(`DKIM_KEY_FILE cannot be read: ${tidyAnswer((error as Error).message)}`);
  }
  // Whoever has the key can write in the name of the site.
  if (process.platform !== 'win32' && (mode & 0o007) !== 0)
    throw new MailError(
      `DKIM_KEY_FILE can be read by every user of this machine: chmod 600 ${DKIM_KEY_FILE}`,
    );
  if (privateKey.asymmetricKeyType !== 'rsa') throw new MailError('DKIM_KEY_FILE is not an RSA key');
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < FEWEST_BITS)
    throw new MailError(`the key in DKIM_KEY_FILE has ${bits} bits; receivers require 1,024, better 2,048`);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return { domain: DKIM_DOMAIN, selector: DKIM_SELECTOR, privateKey, publicKey, bits };
}
