/** Words, numbers and signs of a text, in one pass over it. */

import { wordOf } from './words.ts';

/** The kind of a token; `math` says that it is in a formula. */
export interface Token {
  start: number;
  end: number;
  text: string;
  lower: string;
  /** The lists that a word is in (words.ts). */
  marks: number;
  kind: 'word' | 'number' | 'command' | 'symbol' | 'url';
  math: boolean;
  /** For a number: where its digits end; letters glued to it follow (“8K”, “2-fold”). */
  digits: number;
  /** Whether white space, or the beginning of the text, precedes it. */
  spaced: boolean;
}

const PROSE = /^\s?\\(?:text|emph)/;

const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const KIND = new Uint8Array(0x3000);
for (let code = 0; code < KIND.length; code++) {
  const char = String.fromCharCode(code);
  if (/\s/.test(char)) KIND[code] = SPACE;
  else if (/\p{L}/u.test(char)) KIND[code] = LETTER;
  else if (code >= 48 && code <= 57) KIND[code] = DIGIT;
}

const kindAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code < KIND.length ? (KIND[code] as number) : code >= 0x3000 ? LETTER : 0;
};
const isLetter = (text: string, at: number): boolean => at < text.length && kindAt(text, at) === LETTER;
const isDigit = (text: string, at: number): boolean => at < text.length && kindAt(text, at) === DIGIT;
const isAlnum = (text: string, at: number): boolean => {
  if (at >= text.length) return false;
  const kind = kindAt(text, at);
  return kind === LETTER || kind === DIGIT;
};

/** Punctuation that does not belong to an address when it ends it. */
const FINAL = '.,;:!?]}\'"”’>*';

/** Where an address that begins at `from` ends, without final punctuation. */
function endOfAddress(text: string, from: number): number {
  let end = from;
  let open = 0;
  while (end < text.length) {
    const char = text[end] as string;
    if (kindAt(text, end) === SPACE || '<>"“”{}|^`$'.includes(char)) break;
    if (char === '\\') {
      // `\_` and `\~` are how TeX writes parts of an address.
      if (!'_~%#&'.includes(text[end + 1] ?? ' ')) break;
      end++;
    } else if (char === '(') open++;
    else if (char === ')' && --open < 0) break;
    end++;
  }
  while (end > from && FINAL.includes(text[end - 1] as string)) end--;
  return end;
}

/** “datasets-MVTec”: a dash that lost its spaces, between a plural and a name. */
function isPluralBeforeName(text: string, from: number, at: number): boolean {
  if (at - from < 5 || text[at - 1] !== 's') return false;
  const first = text.charCodeAt(at + 1);
  const second = text.charCodeAt(at + 2);
  return first >= 65 && first <= 90 && second >= 65 && second <= 90;
}

function endOfWord(text: string, from: number): number {
  let end = from + 1;
  for (;;) {
    while (isAlnum(text, end)) end++;
    const char = text[end];
    if (char === undefined) return end;
    if (!isAlnum(text, end + 1)) {
      // “C++”, but not the end of a sentence.
      return char === '+' && text[end + 1] === '+' ? end + 2 : end;
    }
    if (char === '-' && isPluralBeforeName(text, from, end)) return end;
    if (char === '-' || char === '‑' || char === "'" || char === '’' || char === '_' || char === '@') end++;
    else if (char === '/' || char === '&') end++;
    else if (char === '.' && isDigit(text, end + 1) && (isDigit(text, end - 1) || text[end - 1] === 'v'))
      end++;
    else return end;
  }
}

/** Where the digits of a number end: “1,000”, “1{,}000”, “0.95”, “12”. */
function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text, end)) end++;
  for (;;) {
    const gap = text[end] === ',' ? 1 : text.startsWith('{,}', end) ? 3 : text.startsWith('\\,', end) ? 2 : 0;
    if (gap === 0 || end - from > 12) break;
    const group = end + gap;
    if (!isDigit(text, group) || !isDigit(text, group + 1) || !isDigit(text, group + 2)) break;
    if (isDigit(text, group + 3)) break;
    end = group + 3;
  }
  if (text[end] === '.' && isDigit(text, end + 1)) {
    end++;
    while (isDigit(text, end)) end++;
  }
  return end;
}

/** Letters and hyphenated words glued to a number. */
function endOfSuffix(text: string, from: number): number {
  let end = from;
  while (isLetter(text, end)) end++;
  while ((text[end] === '-' || text[end] === '‑' || text[end] === '/') && isLetter(text, end + 1)) {
    end++;
    while (isAlnum(text, end)) end++;
  }
  // “3DGS-2”, “2D3D”: a name rather than a number.
  if (end > from && isDigit(text, end)) while (isAlnum(text, end)) end++;
  return end;
}

const startsAddress = (text: string, at: number): boolean =>
  text.startsWith('http://', at) ||
  text.startsWith('https://', at) ||
  text.startsWith('www.', at) ||
  text.startsWith('github.com/', at) ||
  text.startsWith('huggingface.co/', at) ||
  text.startsWith('gitlab.com/', at);

/** Splits a text into tokens. Formulas are between `$`, if those pair up; then what they hold is marked. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let dollars = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (text[at - 1] !== '\\') dollars++;
  }
  const paired = dollars % 2 === 0;
  let open = false;
  let math = false;
  let spaced = true;
  let at = 0;
  while (at < text.length) {
    const kind = kindAt(text, at);
    if (kind === SPACE) {
      spaced = true;
      at++;
      continue;
    }
    let end = at + 1;
    let digits = 0;
    let sort: Token['kind'] = 'symbol';
    const char = text[at] as string;
    if (kind === LETTER) {
      if ((char === 'h' || char === 'w' || char === 'g') && startsAddress(text, at)) {
        end = endOfAddress(text, at);
        sort = 'url';
      } else {
        end = endOfWord(text, at);
        sort = 'word';
      }
    } else if (kind === DIGIT || (char === '.' && spaced && isDigit(text, at + 1))) {
      digits = endOfDigits(text, at);
      end = endOfSuffix(text, digits);
      sort = 'number';
    } else if (char === '\\') {
      while (isLetter(text, end)) end++;
      if (end === at + 1 && end < text.length) end++;
      sort = 'command';
    } else if (char === '-') {
      while (text[end] === '-') end++;
    } else if (char === '$' && paired) {
      // “$\\textbf{900 examples}$” is prose in bold type.
      open = !open;
      math = open && !PROSE.test(text.slice(at + 1, at + 9));
    }
    if (end <= at) end = at + 1;
    const raw = text.slice(at, end);
    const word = sort === 'word' ? wordOf(raw) : null;
    tokens.push({
      start: at,
      end,
      text: raw,
      lower: word === null ? raw : word.lower,
      marks: word === null ? 0 : word.marks,
      kind: sort,
      math: math && char !== '$',
      digits,
      spaced,
    });
    spaced = false;
    at = end;
  }
  return tokens;
}
