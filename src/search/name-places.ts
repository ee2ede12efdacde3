/**
 * The places of the words of authors' names: which author, and where in the name, so that a name can be told from one
 * that only has its words ("Wei Zhang" from "Zhang-Wei Hong" and "Wei Emma Zhang").
 */

/** Places an author takes: for the first words 0 to 3, for the last one 4 and how many words there are, up to four. */
const EACH = 8;
const LAST = 4;
const MOST_WORDS = 4;
/** Of further authors, only a number is kept. */
const FULL = 384;
const BEHIND = FULL * EACH;

export function namePlace(author: number, index: number, words: number): number {
  if (author >= FULL) return BEHIND + author - FULL;
  return (
    author * EACH + (index === words - 1 ? LAST - 1 + Math.min(words, MOST_WORDS) : Math.min(index, LAST - 1))
  );
}

export const authorAt = (place: number): number =>
  place < BEHIND ? Math.floor(place / EACH) : FULL + place - BEHIND;

export interface WordInName {
  /** Which word of the name it is, from 0; three and more are 3. */
  index: number;
  /** How many words the name has, four standing for more; 0: not the last word, so it cannot tell. */
  words: number;
}

/** More than any author's number. */
export const MOST_AUTHORS = 4_096;

/** By bit: the words that `slotBit` tells apart; null: not known. */
export const WORDS: readonly (WordInName | null)[] = [
  ...Array.from({ length: EACH }, (_, slot) =>
    slot < LAST ? { index: slot, words: 0 } : { index: slot - LAST, words: slot - LAST + 1 },
  ),
  null,
];

/** One bit for where in a name a place is. */
export const slotBit = (place: number): number => 1 << (place < BEHIND ? place % EACH : EACH);
