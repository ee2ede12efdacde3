/** Sentences of an abstract, and how alike two of them are. */

export interface Span {
  start: number;
  end: number;
}

/** After these, a full stop ends no sentence. */
const ABBREVIATIONS = new Set(
  'e.g i.e al fig figs eq eqs sec vs cf resp approx no st dr mr ms prof ca'.split(' '),
);
const ENDS = '.!?。！？';
const CLOSERS = ')]}"\'”’»';

/** Where the sentences of a text stand, without the space between them; linear in the text. */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  const push = (end: number): void => {
    let from = start;
    let to = end;
    while (from < to && isSpace(text[from])) from++;
    while (to > from && isSpace(text[to - 1])) to--;
    if (to > from) spans.push({ start: from, end: to });
    start = end;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\n' && text[i + 1] === '\n') push(i);
    if (!ENDS.includes(c)) continue;
    let end = i + 1;
    while (end < text.length && (ENDS.includes(text[end]!) || CLOSERS.includes(text[end]!))) end++;
    const isWide = c > '\u3000';
    if (end < text.length && !isWide && !isSpace(text[end])) continue;
    if (c === '.' && isAbbreviation(text, i)) {
      i = end - 1;
      continue;
    }
    push(end);
    i = end - 1;
  }
  push(text.length);
  return spans;
}

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\n' || c === '\t' || c === '\r';

function isAbbreviation(text: string, stop: number): boolean {
  let start = stop;
  while (start > 0 && stop - start < 7 && /[a-zA-Z.]/.test(text[start - 1]!)) start--;
  return ABBREVIATIONS.has(text.slice(start, stop).toLowerCase());
}

/** With white space in one form, so that where a source breaks its lines is no change. */
export const folded = (text: string): string => text.normalize('NFC').split(/\s+/).join(' ').trim();

/** Words of a sentence that are compared: nobody writes more in one. */
const MOST_WORDS = 200;

export function wordsOf(sentence: string): string[] {
  const words: string[] = [];
  for (const [word] of sentence.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    words.push(word);
    if (words.length === MOST_WORDS) break;
  }
  return words;
}

/** From 0 to 1: the share of their words that both have in the same order (twice the longest common subsequence). */
export function likeness(one: readonly string[], other: readonly string[]): number {
  const total = one.length + other.length;
  if (total === 0) return 0;
  let before = new Uint16Array(other.length + 1);
  let row = new Uint16Array(other.length + 1);
  for (const word of one) {
    for (let j = 0; j < other.length; j++)
      row[j + 1] = word === other[j] ? before[j]! + 1 : Math.max(row[j]!, before[j + 1]!);
    [before, row] = [row, before];
  }
  return (2 * before[other.length]!) / total;
}
