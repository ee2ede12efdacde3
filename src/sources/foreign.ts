/**
 * What other servers say, within sentences of ours. It is meant for whoever runs the site: what an error page holds,
 * which connection was refused and where a redirect leads may come from inside a private network. So foreign words stand
 * between U+2068 and U+2069, which Unicode has for embedding text of unknown origin and nobody sees. Every sentence is
 * complete without them, and what anybody may read leaves them out.
 */

const OPEN = '\u2068';
const CLOSE = '\u2069';
/** More is not kept of what a server says. */
const LONGEST = 300;

/**
 * Marks foreign words in a sentence of ours, which must read well without them: `` `no answer${foreign(` (${code})`)}` ``.
 * What could end the mark, control characters and line breaks are taken out.
 */
export function foreign(text: string): string {
  const clean = text.slice(0, LONGEST).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  return `${OPEN}${clean.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}${CLOSE}`;
}

/** For the operator: the text with the foreign words and without the marks. */
export const withForeign = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

/** For anybody: the text without the foreign words. */
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
