/** How else a word may be written: in two, with a hyphen or without, `sim2real` for "sim to real", `ö` for `oe`. */
import { FORM } from './analysis.ts';
import type { QueryWord } from './query-types.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import { PLAIN } from './tokens.ts';

const SHORTEST_PART = 3;
/** Longer words are no words written as one. */
const LONGEST_SPLIT = 32;
/** Longer words do not end with a part of one or two letters, as `wi-fi` does. */
const LONGEST_ENDED = 6;
/** Words that a word which no paper has may be made of, at most. */
const MOST_PARTS = 4;
/** A part of one or two letters (`x-ray`) must be written so by one in so many papers that have the word. */
const OFTEN = 20;
/** In no more papers, hardly any word is in many of them, and most are in no title. */
const FEW = 10_000;
/** What each further word of a splitting costs, as the logarithm of a share of papers. */
const PART_COST = 4;
/** What a word that no title has in this form, but in another, is less likely by. */
const OTHER_FORM = 0.1;

const termOf = (word: string): string => (/^[a-z]+$/.test(word) ? stemOf(word) : word);

export interface Split {
  parts: string[];
  /** The pair's term; null: of more than two words, or of two that no paper joins with a hyphen. */
  pair: string | null;
  /** Papers that write it with a hyphen. */
  seen: number;
}

/**
 * The words that papers most often write `word` as: "multitoken" as "multi-token", "5ht" as "5-HT". Of a word that no
 * paper has, the likeliest words it is made of.
 */
export function splitOf(snapshot: Snapshot, { word, flags }: QueryWord, inText: number): Split | null {
  if (word.length < 3 || word.length > LONGEST_SPLIT) return null;
  const isPlain = (flags & PLAIN) !== 0;
  if (!isPlain && !/\d/.test(word)) return null;
  const isLarge = snapshot.documents > FEW;
  let best: Split | null = null;
  for (let i = 1; i < word.length; i++) {
    const parts = [word.slice(0, i), word.slice(i)];
    const isShort = i < SHORTEST_PART || i > word.length - SHORTEST_PART;
    // With figures: only where a figure begins or ends.
    if (!isPlain && /\d/.test(word[i - 1]!) === /\d/.test(word[i]!)) continue;
    if (i > word.length - SHORTEST_PART && word.length > LONGEST_ENDED) continue;
    // In a large index, parts that no title has are taken for no words: that is cheaper to see than that no paper joins
    // them.
    if (isPlain && isLarge && !(isInTitles(snapshot, parts[0]!) && isInTitles(snapshot, parts[1]!))) continue;
    const pair = parts.map(termOf).join('-');
    const seen = snapshot.frequency(pair);
    if (seen === 0 || (isPlain && isShort && !isUsual(snapshot, word, seen, inText))) continue;
    if (best === null || seen > best.seen) best = { parts, pair, seen };
  }
  if (best !== null || inText > 0 || !isPlain) return best;
  const parts = wordsIn(snapshot, word);
  return parts && { parts, pair: null, seen: 0 };
}

/** Whether a word stands in a title as it is, of a paper that is not deleted. */
const isInTitles = (snapshot: Snapshot, word: string): boolean =>
  snapshot.parts.some(({ segment }) => segment.titleForms.has(word)) && snapshot.frequency(FORM + word) > 0;

/** Whether a splitting with a part of one or two letters (`x-ray`, `k-nn`) is more than an accident. */
const isUsual = ({ documents }: Snapshot, word: string, seen: number, inText: number): boolean =>
  inText > 0 ? seen * OFTEN >= inText : word.length <= 4 || seen > 2 || documents <= FEW;

/** The likeliest words of titles that a word is made of, none of them short; null: it is not made of such. */
function wordsIn(snapshot: Snapshot, word: string): string[] | null {
  // The best way to write the first letters, by how many words: where the last of these begins, and its worth.
  const worth = new Float64Array((word.length + 1) * (MOST_PARTS + 1)).fill(Number.NEGATIVE_INFINITY);
  const begins = new Uint8Array(worth.length);
  const at = (end: number, count: number): number => end * (MOST_PARTS + 1) + count;
  worth[0] = 0;
  for (let end = SHORTEST_PART; end <= word.length; end++)
    for (let begin = 0; begin <= end - SHORTEST_PART; begin++) {
      if (end - begin === word.length) continue;
      const part = word.slice(begin, end);
      const papers = snapshot.frequency(FORM + part) || snapshot.frequency(termOf(part)) * OTHER_FORM;
      if (papers === 0) continue;
      const own = Math.log(papers / snapshot.documents) - PART_COST;
      for (let count = 1; count <= MOST_PARTS; count++) {
        const sum = worth[at(begin, count - 1)]! + own;
        if (sum > worth[at(end, count)]!) {
          worth[at(end, count)] = sum;
          begins[at(end, count)] = begin;
        }
      }
    }
  let best = 0;
  for (let count = 2; count <= MOST_PARTS; count++)
    if (best === 0 || worth[at(word.length, count)]! > worth[at(word.length, best)]!) best = count;
  if (worth[at(word.length, best)] === Number.NEGATIVE_INFINITY) return null;
  const parts: string[] = [];
  for (let end = word.length; best > 0; best--) {
    const begin = begins[at(end, best)]!;
    parts.unshift(word.slice(begin, end));
    end = begin;
  }
  return parts;
}

const X2Y = /^([a-z]{2,})([24])([a-z]{2,})$/;
const BETWEEN: Record<string, string> = { 2: 'to', 4: 'for' };

/** The words that a figure between two stands for: `sim2real` is "sim to real", `ai4science` "AI for science". */
export function spokenFigure(word: string): string[] | null {
  const found = X2Y.exec(word);
  return found && [found[1]!, BETWEEN[found[2]!]!, found[3]!];
}

/** The same from the other side: the terms that "a to b" may be written as. */
export function withFigure(a: string, between: string, b: string): string | null {
  const figure = Object.keys(BETWEEN).find((each) => BETWEEN[each] === between);
  return figure !== undefined && X2Y.test(a + figure + b) ? a + figure + b : null;
}

/**
 * Spellings of a name from a language with more vowels than English writes: `schroedinger` and `schrödinger`, which is
 * `schrodinger` as folded. A rarer word with fewer vowels is another word.
 */
export function vowelSpellings(
  snapshot: Snapshot,
  { word, term, long }: QueryWord,
  inText: number,
): string[] {
  const found: string[] = [];
  if (long !== undefined && termOf(long) !== term && snapshot.frequency(termOf(long)) > 0) found.push(long);
  if (word.length < 5 || !/^[a-z]+$/.test(word)) return found;
  const plain = word.replace(/([aou])e(?![aeiou])|aa/g, (_, vowel: string | undefined) => vowel ?? 'a');
  if (plain !== word && snapshot.frequency(termOf(plain)) >= Math.max(1, inText)) found.push(plain);
  return found;
}
