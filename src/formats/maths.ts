/** Which parts of a text are formulas. One rule for reading, writing and displaying: a price is not a formula. */

/** Characters found only in TeX; the others occur in prose too. */
const SURELY = /[\\^_{}]/;
const PERHAPS = /[=<>+]/;
/** An amount followed by words: `5 and`, `5 million`, `1.5M to`. */
const PRICE = /^\d[\d.,]*(?:[kmbt]n?)?\+?\s+[a-z]{2,}/i;
/** Longer than any formula in a title or an abstract. */
const LONGEST_FORMULA = 4000;

/**
 * Whether the text between two dollars is a formula rather than two prices.
 *
 * @param after the character after the second dollar
 */
export function isMaths(inside: string, after: string): boolean {
  if (inside.length > LONGEST_FORMULA || inside.trim() === '' || inside.includes('\n\n')) return false;
  if (PRICE.test(inside) && (/\s$/.test(inside) || !SURELY.test(inside))) return false;
  // `$5-$10`, `$5+$10`: a dollar before each number.
  if (/^\d[\d.,]*[kmb]?\s?[-–/+]{1,3}\s?$/i.test(inside) && /\d/.test(after)) return false;
  if (SURELY.test(inside) || PERHAPS.test(inside)) return true;
  // A lone symbol, and a sign between numbers: `$ U $`, `0$-$45`.
  if (/^\s?[A-Za-z]\s?$/.test(inside) || /^[-–/:,]$/.test(inside)) return true;
  if (/^\s|\s$/.test(inside) || /\d/.test(after)) return false;
  return !/^\d[\d.,]*\s/.test(inside) && !/^\d[\d.,]*[-–]$/.test(inside);
}

export interface TexPart {
  math: boolean;
  text: string;
}

/** Splits text into formulas (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, the last two rewritten with dollars) and the rest. */
export function splitMath(text: string): TexPart[] {
  const parts: TexPart[] = [];
  // Once a closing mark was not found, no later opening one closes either.
  const missing = new Set<string>();
  let from = 0;
  const opening = /\\[\s\S]|\$\$?/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    let [open] = match;
    let start = match.index + open.length;
    let end = endOf(text, open, start, missing);
    if (open === '$$' && end < 0) {
      // Two adjacent formulas, or the second of them: `$a$$b$`.
      open = '$';
      start--;
      end = endOf(text, open, start, missing);
    }
    if (end < 0) {
      if (open === '$') opening.lastIndex = start;
      continue;
    }
    if (match.index > from) parts.push({ math: false, text: text.slice(from, match.index) });
    const dollars = open === '\\(' ? '$' : open === '\\[' ? '$$' : open;
    const formula = text.slice(start, end);
    const inside = open.startsWith('\\') ? formula.trim() : formula;
    parts.push({ math: true, text: `${dollars}${inside}${dollars}` });
    from = opening.lastIndex = end + open.length;
  }
  if (from < text.length) parts.push({ math: false, text: text.slice(from) });
  return parts;
}

/** Where the formula opened by `open` ends, or -1 if it does not open one. */
function endOf(text: string, open: string, start: number, missing: Set<string>): number {
  if (open === '$') {
    let end = missing.has(open) ? -1 : closingDollar(text, start, open);
    if (end < 0) missing.add(open);
    else end = behindText(text, start, end);
    return end > start && isMaths(text.slice(start, end), text[end + 1] ?? '') ? end : -1;
  }
  const close = open === '\\(' ? '\\)' : open === '\\[' ? '\\]' : open === '$$' ? open : '';
  if (close === '' || missing.has(close)) return -1;
  const end = open === '$$' ? closingDollar(text, start, open) : text.indexOf(close, start);
  if (end < 0) missing.add(close);
  if (end <= start) return -1;
  const inside = text.slice(start, Math.min(end, start + LONGEST_FORMULA));
  // A single dollar in it ends the formula before: `$a$$b$ and $c$$d$`.
  if (open === '$$' && !WORDS.test(inside) && closingDollar(inside, 0, '$') >= 0) return -1;
  return inside.trim() === '' ? -1 : end;
}

function closingDollar(text: string, start: number, close: string): number {
  for (let at = text.indexOf(close, start); at >= 0; at = text.indexOf(close, at + 1)) {
    if (!isEscaped(text, at)) return at;
  }
  return -1;
}

/** Words in a formula may contain formulas themselves: `$\textbf{5$\to$6}$`. Only a few, and not far. */
function behindText(text: string, start: number, first: number): number {
  let depth = 0;
  let dollars = 0;
  for (let i = start, most = Math.min(text.length, start + FAR); i < most && dollars < MANY; i++) {
    const sign = text[i];
    if (sign === '\\') i++;
    else if (sign === '{') depth++;
    else if (sign === '}') depth--;
    else if (sign === '$') {
      if (depth <= 0) return i;
      if (dollars++ === 0 && !WORDS.test(text.slice(start, first))) return first;
    }
  }
  return first;
}

const WORDS = /\\(?:text[a-z]*|mbox|hbox)\s?\{/;
const FAR = 300;
const MANY = 8;

/** Whether an odd number of backslashes precedes; real TeX has no more than a few. */
function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (count < 20 && text[at - 1 - count] === '\\') count++;
  return count % 2 === 1;
}
