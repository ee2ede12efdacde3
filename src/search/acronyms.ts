/**
 * Acronyms as papers introduce them: "multi-token prediction (MTP)". After A. S. Schwartz and M. A. Hearst, "A
 * simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003: the letters of the
 * short form must be found from right to left in the few words before the parenthesis, and its first letter
 * must begin a word.
 */
import { fold } from './fold.ts';
import { JOINED, Tokens } from './tokens.ts';

export interface Definition {
  /** As folded, in small letters: `mtp`. A plural "LLMs" is its singular. */
  acronym: string;
  /** As folded, words separated by a space, or by a hyphen where the text has one: `multi-token prediction`. */
  expansion: string;
}

const SHORT = /^[A-Za-z][A-Za-z0-9-]{1,9}$/;
/** Longest stretch of text before a parenthesis that is looked at. */
const BEFORE = 160;
const MOST_WORDS = 8;

const isAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122);

/** All definitions of a text, each once. */
export function definitionsIn(text: string): Definition[] {
  let found: Map<string, Definition> | undefined;
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const close = text.indexOf(')', open);
    if (close < 0) break;
    if (close - open > 12 || close - open < 3) continue;
    const short = text.slice(open + 1, close).replace(/(?<=[A-Z0-9])s$/, '');
    // Two capitals, or one and a figure: "(MTP)", "(BERTScore)", not "(see)" or "(Fig)".
    if (!SHORT.test(short) || !/[A-Z].*[A-Z0-9]/.test(short)) continue;
    const long = longForm(short, text.slice(Math.max(0, open - BEFORE), open));
    if (long === null) continue;
    const expansion = tidy(long);
    const acronym = fold(short).replaceAll('-', '');
    if (expansion === null) continue;
    found ??= new Map();
    found.set(`${acronym} ${expansion}`, { acronym, expansion });
  }
  return found ? [...found.values()] : [];
}

/** The shortest end of `before` that has the letters of `short` in order. */
function longForm(short: string, before: string): string | null {
  const text = before.trimEnd();
  let at = text.length - 1;
  for (let s = short.length - 1; s >= 0; s--) {
    const letter = short[s]!.toLowerCase();
    if (!isAlphanumeric(letter.charCodeAt(0))) continue;
    while (
      at >= 0 &&
      (text[at]!.toLowerCase() !== letter || (s === 0 && at > 0 && isAlphanumeric(text.charCodeAt(at - 1))))
    )
      at--;
    if (at < 0) return null;
    at--;
  }
  const long = text.slice(at + 1);
  const words = long.split(/[\s-]+/).length;
  if (words > Math.min(short.length + 5, short.length * 2, MOST_WORDS) || words < 2) return null;
  // A sentence or another parenthesis between is no name of one thing.
  return /[.;:()[\]]/.test(long) || long.length <= short.length ? null : long;
}

const tokens = new Tokens();

function tidy(long: string): string | null {
  tokens.scan(fold(long));
  if (tokens.count < 2) return null;
  let said = '';
  for (let i = 0; i < tokens.count; i++)
    said += (i === 0 ? '' : (tokens.flags[i]! & JOINED) !== 0 ? '-' : ' ') + tokens.text(i);
  return said.length <= 100 ? said : null;
}
