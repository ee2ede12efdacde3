/**
 * Cutting a query into pieces: words and quoted texts with their sign and field, operators, parentheses. One pass over
 * at most a few thousand characters; what the pieces mean together is query-tree.ts's business.
 */
import { FUNCTION_WORDS } from './stems.ts';

export interface TextPiece {
  is: 'text';
  sign: '' | '+' | '-';
  /** In small letters; '' where there is none. */
  field: string;
  text: string;
  quoted: boolean;
  /** By how many places the words of a quoted text may be out of order (`"…"~3`). */
  slop: number;
  /** Where it stands, sign and field included. */
  start: number;
  end: number;
}

export type Piece =
  | TextPiece
  | { is: 'open'; sign: TextPiece['sign']; field: string }
  | { is: 'close' }
  | { is: 'and' | 'or' | 'not' };

export interface Lexed {
  pieces: Piece[];
  /** A word had a tilde behind it, which says nothing here. */
  fuzzy: boolean;
}

const MOST_PIECES = 1_000;
const MOST_SLOP = 20;
const OPERATORS: Record<string, ('and' | 'or' | 'not')[]> = {
  AND: ['and'],
  '&&': ['and'],
  OR: ['or'],
  '|': ['or'],
  '||': ['or'],
  NOT: ['not'],
  ANDNOT: ['and', 'not'],
};
const FIELD = /([a-zA-Z]{1,20}):( ?)/y;
const SLOP = /~(\d{0,3})/y;
const FUZZY = /~\d{0,3}$/;
const isSpace = (text: string, at: number): boolean => /\s/.test(text[at] ?? ' ');

const PLAIN = /^[\p{L}\p{M}\p{N} .,;?!'-]*$/u;
const SIGN_OR_OPERATOR = /(?:^| )(?:-|(?:AND|OR|NOT|ANDNOT)(?: |$))/;

/** Whether a text is words and nothing else, as most queries are: no signs, fields, quotation marks or operators. */
export const isPlainText = (text: string): boolean => PLAIN.test(text) && !SIGN_OR_OPERATOR.test(text);

export interface Fields {
  /** Whether a field takes a range in brackets. */
  hasRanges(field: string): boolean;
  /** Whether a field is meant although a space stands behind its colon, in front of `value`. */
  allowsSpace(field: string, value: string): boolean;
}

/** Whether parentheses group anything: only beside operators, signs and fields. In other texts they are punctuation. */
export const hasStructure = (text: string, operators: boolean): boolean =>
  (operators && /(?:^|[\s)])(?:AND|OR|NOT|ANDNOT|\|\|?|&&)(?=[\s(]|$)/.test(text)) ||
  /(?:^|[\s(])(?:[-+]|[-+]?[a-zA-Z]{1,20}:)\((?=[^\s)])/.test(text);

/** A text all in capitals that has function words other than operators: there OR and AND are such words too. */
export function isShouted(text: string): boolean {
  if (/\p{Ll}/u.test(text)) return false;
  for (const [word] of text.matchAll(/[A-Z]+/g))
    if (!Object.hasOwn(OPERATORS, word) && word.length > 1 && FUNCTION_WORDS.has(word.toLowerCase()))
      return true;
  return false;
}

/** @param grouped whether parentheses group */
export function lex(text: string, fields: Fields, operators: boolean, grouped: boolean): Lexed {
  const pieces: Piece[] = [];
  let fuzzy = false;
  let at = 0;
  while (at < text.length && pieces.length < MOST_PIECES) {
    if (isSpace(text, at)) {
      at++;
      continue;
    }
    if (grouped && text[at] === ')') {
      pieces.push({ is: 'close' });
      at++;
      continue;
    }
    const start = at;
    let sign: TextPiece['sign'] = '';
    const first = text[at]!;
    if ((first === '-' || first === '+') && !isSpace(text, at + 1) && !/[-+]/.test(text[at + 1]!)) {
      sign = first;
      at++;
    }
    let field = '';
    FIELD.lastIndex = at;
    const named = FIELD.exec(text);
    if (named !== null) {
      const behind = FIELD.lastIndex;
      const isMeant =
        named[2] === ''
          ? !isSpace(text, behind)
          : !isSpace(text, behind) &&
            fields.allowsSpace(named[1]!.toLowerCase(), text.slice(behind, behind + 40));
      if (isMeant) {
        field = named[1]!.toLowerCase();
        at = behind;
      }
    }
    if (grouped && text[at] === '(') {
      pieces.push({ is: 'open', sign, field });
      at++;
      continue;
    }
    if (text[at] === '"') {
      const end = text.indexOf('"', at + 1);
      if (end < 0) {
        // A quotation mark that is never closed is none; its field is text.
        if (at > start + 1)
          pieces.push({
            is: 'text',
            sign: '',
            field: '',
            text: text.slice(start, at),
            quoted: false,
            slop: 0,
            start,
            end: at,
          });
        at++;
        continue;
      }
      const said = text.slice(at + 1, end);
      at = end + 1;
      SLOP.lastIndex = at;
      const slop = SLOP.exec(text);
      if (slop !== null) at = SLOP.lastIndex;
      // Nothing in quotation marks is nothing, also for operators.
      if (field === '' && !/[\p{L}\p{N}]/u.test(said)) continue;
      pieces.push({
        is: 'text',
        sign,
        field,
        text: said,
        quoted: true,
        slop: Math.min(MOST_SLOP, Number(slop?.[1] ?? 0)),
        start,
        end: at,
      });
      continue;
    }
    let end = -1;
    if ((text[at] === '[' || text[at] === '{') && fields.hasRanges(field)) {
      const close = [text.indexOf(']', at), text.indexOf('}', at)].filter((place) => place >= 0);
      if (close.length > 0) end = Math.min(...close) + 1;
    }
    if (end < 0) end = endOfWord(text, at, grouped);
    const said = text.slice(at, end);
    at = end;
    const names =
      sign === '' && field === '' && operators && Object.hasOwn(OPERATORS, said) ? OPERATORS[said]! : null;
    if (names !== null) {
      for (const is of names) pieces.push({ is });
      continue;
    }
    const isFuzzy = said.length > 1 && FUZZY.test(said.slice(-4));
    fuzzy ||= isFuzzy;
    pieces.push({
      is: 'text',
      sign,
      field,
      text: isFuzzy ? said.slice(0, said.lastIndexOf('~')) : said,
      quoted: false,
      slop: 0,
      start,
      end,
    });
  }
  return { pieces, fuzzy };
}

/** Where a word ends: at white space, a quotation mark, or a parenthesis that was not opened within it ("f(x))"). */
function endOfWord(text: string, from: number, grouped: boolean): number {
  let open = 0;
  let at = from;
  for (; at < text.length && text[at] !== '"' && !isSpace(text, at); at++) {
    if (!grouped) continue;
    if (text[at] === '(') open++;
    else if (text[at] === ')' && open-- === 0) break;
  }
  return Math.max(at, from + 1);
}
