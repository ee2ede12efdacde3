/**
 * Text that was decoded wrongly on its way here: bytes of Windows-1252 read as Latin-1 leave control characters where
 * quotation marks and dashes were, and UTF-8 read as either leaves `â€™` for an apostrophe. Both are put right where they
 * can mean nothing else. One pass over the text.
 */

/** What Windows-1252 has at 0x80 to 0x9f; five of them are nothing. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTE = new Map([...WINDOWS].map((sign, at) => [sign, 0x80 + at]));

const C1 = /[\x80-\x9f]/;
/** A byte that begins a character of UTF-8, and one that goes on with it, both read as letters. */
const PAIR = /[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;
/** Characters of UTF-8 read as Latin-1, of which at least one byte became a control character. */
const SEQUENCE = /[\xc2-\xdf][\x80-\x9f]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
/**
 * What only misread text has: three bytes for a quotation mark or dash, or an accented letter as `Ã` and a sign. Other
 * pairs occur in good text (`Å²`).
 */
const EVIDENCE =
  /[\xe2][\x80-\x9f€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[\xc2\xc3][\x80-\x9f\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;
/** Text that was misread more often is left as it is then. */
const MOST_TIMES = 3;

/** `text` with what was decoded wrongly put right; the same text where nothing was. */
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

/** All of `text` as bytes, read as UTF-8; null where that is not what they are. */
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
