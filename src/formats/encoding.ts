/**
 * Repairs text that was wrongly decoded before it reached us: bytes of Windows-1252 read as Latin-1 leave control
 * characters in place of quotation marks and dashes, and UTF-8 read as either leaves `â€™` for an apostrophe. Both are
 * repaired only where they can mean nothing else. One pass over the text.
 */

/** What Windows-1252 has at 0x80 to 0x9f; five of them are undefined. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTE = new Map([...WINDOWS].map((sign, at) => [sign, 0x80 + at]));

const C1 = /[\x80-\x9f]/;
/** A byte that begins a UTF-8 character, and one that continues it, both read as letters. */
const PAIR = /[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;
/** UTF-8 characters read as Latin-1, of which at least one byte became a control character. */
const SEQUENCE = /[\xc2-\xdf][\x80-\x9f]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
/**
 * Sequences that only misread text has: three bytes for a quotation mark or dash, or an accented letter as `Ã` and
 * another character. Other pairs occur in correct text (`Å²`).
 */
const EVIDENCE =
  /[\xe2][\x80-\x9f€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[\xc2\xc3][\x80-\x9f\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;
/** Text misread more often than this is left as it is. */
const MOST_TIMES = 3;

/** `text` with wrongly decoded parts repaired; the same string if there were none. */
export function wellEncoded(text: string): string {
  let whole = text;
  for (let times = 0; times < MOST_TIMES && PAIR.test(whole); times++) {
    const again = EVIDENCE.test(whole) ? redecoded(whole) : null;
    if (again === null) break;
    whole = again;
  }
  if (!C1.test(whole)) return whole;
  return whole
    .replace(SEQUENCE, (signs) => (C1.test(signs) ? (redecoded(signs) ?? signs) : signs))
    .replace(/[\x80-\x9f]/g, (sign) => WINDOWS[sign.charCodeAt(0) - 0x80]!);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** All of `text` as bytes, read as UTF-8; null if it is not valid UTF-8. */
function redecoded(text: string): string | null {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    const code = sign.charCodeAt(0);
    const byte = code <= 0xff ? code : BYTE.get(sign);
    if (byte === undefined) return null;
    bytes[at] = byte;
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
