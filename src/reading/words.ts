/**
 * What the rules know about a word, looked up once: a token carries a bit for each list its word is in, so that rules
 * that look at every token need not ask every list.
 */

/** A word in lower case with the bits of the lists it is in. */
export interface Word {
  lower: string;
  marks: number;
}

/** Longer words are not kept. */
const LONGEST_KEPT = 24;
const MOST_KEPT = 20_000;
const kept = new Map<string, Word>();

const LISTS: { bit: number; has(word: string, written: string): boolean }[] = [];

/** A bit for a list of words in lower case; to be called when a module is loaded. */
export function markOf(words: Iterable<string>): number {
  const list = new Set(words);
  return markWhere((word) => list.has(word));
}

/** A bit for the words that a function picks out, given in lower case and as written. */
export function markWhere(has: (word: string, written: string) => boolean): number {
  const bit = 2 ** LISTS.length;
  LISTS.push({ bit, has });
  // A module may look words up before the next module has added its list.
  kept.clear();
  return bit;
}

/** What is known about a word as written. */
export function wordOf(written: string): Word {
  const isKept = written.length <= LONGEST_KEPT;
  if (isKept) {
    const known = kept.get(written);
    if (known) return known;
  }
  // A slice of more than twelve characters would keep the whole text in memory, so keep a copy.
  const own = isKept && written.length > 12 ? written.split('').join('') : written;
  const lower = own.toLowerCase();
  let marks = 0;
  for (const { bit, has } of LISTS) if (has(lower, own)) marks |= bit;
  const word = { lower, marks };
  if (isKept) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(own, word);
  }
  return word;
}
