/**
 * Text from the bytes of an XML response as they arrive. The encoding is determined, in this order, by a byte order
 * mark (or the zeros of UTF-16), the response's Content-Type, or the XML declaration; without any of them it is UTF-8
 * (RFC 7303, section 3; XML 1.0, appendix F).
 */

import { StringDecoder } from 'node:string_decoder';
import { XmlError } from '../formats/xml-error.ts';
import { foreign } from '../net/foreign.ts';

/** No declaration is longer than this. */
const HEAD = 1024;

const DECLARED = /^<\?xml\s(?:[^>]{0,200}?\s)?encoding\s*=\s*["']([^"'<>]{1,100})["']/;

interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/**
 * The text of bytes given piece by piece, including characters split between pieces. Bytes that are invalid in the
 * encoding become U+FFFD: failing would cost all records of the response, today and at every retry, for one letter in
 * one name, and guessing another encoding would silently change letters.
 */
export class XmlDecoder {
  readonly #charset: string | undefined;
  /** What arrived before the encoding was known. */
  #head: Buffer | null = Buffer.alloc(0);
  #decoder: Decoder | null = null;

  /** @param charset the Content-Type's, if it names one */
  constructor(charset?: string) {
    this.#charset = charset;
  }

  /** Throws `XmlError` if the encoding is unknown. */
  write(bytes: Uint8Array): string {
    if (this.#decoder) return this.#decoder.write(bytes);
    const head = Buffer.concat([this.#head ?? Buffer.alloc(0), bytes]);
    this.#head = head;
    return isTold(head) ? this.#begin(head) : '';
  }

  /** What remains at the end of the response. */
  end(): string {
    const begun = this.#decoder ? '' : this.#begin(this.#head ?? Buffer.alloc(0));
    return begun + (this.#decoder?.end() ?? '');
  }

  #begin(head: Buffer): string {
    this.#decoder = decoderOf(encodingOf(head, this.#charset));
    this.#head = null;
    return this.#decoder.write(head);
  }
}

/** Whether these first bytes say everything they can. */
function isTold(head: Buffer): boolean {
  if (head.length < 4) return false;
  if (head.length >= HEAD || wide(head) !== null) return true;
  const at = head[0] === 0xef ? 3 : 0;
  return head.length > at + 5 && (head.toString('latin1', at, at + 5) !== '<?xml' || head.includes('?>'));
}

/** UTF-16 by its mark, or by the zeros next to the first `<`. */
function wide(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  return null;
}

function encodingOf(head: Buffer, charset: string | undefined): string {
  const sixteen = wide(head);
  if (sixteen !== null) return sixteen;
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  const told = charset ?? DECLARED.exec(head.toString('latin1', 0, HEAD))?.[1] ?? 'utf-8';
  // These bytes are one per letter: calling them UTF-16 is a mistake.
  return /^(?:utf-?16|ucs-?2|iso-10646-ucs-2|unicode)/i.test(told.trim()) ? 'utf-8' : told.trim();
}

/** A site that says ISO-8859-1 means windows-1252, as everywhere on the web. */
function decoderOf(encoding: string): Decoder {
  // Node's decoder keeps ASCII at one byte per letter, which halves the memory.
  if (/^utf-?8$/i.test(encoding)) return new StringDecoder('utf8');
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding);
  } catch {
    throw new XmlError(`the response is in an unknown encoding${foreign(`: '${encoding.slice(0, 40)}'`)}`);
  }
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** The charset that a Content-Type names, if any. */
export const charsetOf = (contentType: string | null): string | undefined =>
  /;\s*charset\s*=\s*"?([^\s";]{1,100})/i.exec(contentType ?? '')?.[1];
