/**
 * What other servers say, inside our own sentences. It is meant for the operator: the text of an error page, the
 * address of a refused connection and the target of a redirect may come from inside a private network. So outside text
 * is enclosed in U+2068 and U+2069, Unicode's invisible marks for embedding text of unknown origin. Every sentence is
 * complete without it, and public pages leave it out.
 */

const OPEN = '\u2068';
const CLOSE = '\u2069';
/** Most characters kept of what a server says. */
const LONGEST = 300;

/**
 * Marks outside text in one of our sentences, which must read well without it: `` `no answer${foreign(` (${code})`)}`
 * ``. Characters that could end the mark, control characters and line breaks are removed.
 */
export function foreign(text: string): string {
  const clean = text.slice(0, LONGEST).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  return `${OPEN}${clean.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}${CLOSE}`;
}

/** For the operator: the text with the outside text but without the marks. */
export const withForeign = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

/** For anybody: the text without the outside text. */
export function withoutForeign(text: string): string {
  let shown = '';
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf(OPEN, at);
    shown += text.slice(at, open < 0 ? undefined : open);
    if (open < 0) break;
    const close = text.indexOf(CLOSE, open);
    // A text that was cut to a length may end in the middle.
    if (close < 0) break;
    at = close + 1;
  }
  return shown;
}
