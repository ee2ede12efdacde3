/** Names of people as queries write them: in either order, with initials, with and without accents. */
import { words as cut } from './analysis.ts';

/** One word of a name. */
export interface NamePart {
  /** How it may be printed, folded; of an initial, its letter. */
  spellings: string[];
  isInitial: boolean;
}

/** A name as typed. */
export interface TypedName {
  parts: NamePart[];
  /** How many of them stand in front of a comma: the family name; 0: there is none. */
  beforeComma: number;
}

/** Longer texts are not names. */
const MOST_TEXT = 200;
const MOST_PARTS = 8;
/** From so many letters on, vowels are taken for umlauts and back. */
const SHORTEST_SPELLED = 4;

const UMLAUTS: [RegExp, string][] = [
  [/[äæ]/g, 'ae'],
  [/[öøœ]/g, 'oe'],
  [/ü/g, 'ue'],
  [/å/g, 'aa'],
];
/** Two letters that are no umlaut: "Miguel", "Michael", "Xue", "Enrique", "Isaac". */
const NO_UMLAUT = /(?:[aou]el?a?$)|(?:[xyq]ue)|(?:gue[zls])|^(?:aaron|isaac)/;

/** The ways a text may be read as a name; none where it has no words. */
export function readName(text: string): TypedName[] {
  const short = text.slice(0, MOST_TEXT);
  const comma = short.indexOf(',');
  const before = comma < 0 ? '' : short.slice(0, comma);
  const rest = comma < 0 ? short : short.slice(comma + 1);
  const one = named(before, rest, false);
  if (one.parts.length === 0) return [];
  // "Hinton GE": initials in one, behind a name that is not all capitals.
  const packed =
    /\p{Ll}/u.test(short) && /(?:^|\s)[A-Z]{2,3}(?=\s|$)/.test(short) ? [named(before, rest, true)] : [];
  return [one, ...packed];
}

function named(before: string, rest: string, packed: boolean): TypedName {
  const family = partsOf(before, packed);
  const given = partsOf(rest, packed);
  // A comma with nothing on one side of it separates nothing.
  return {
    parts: [...family, ...given].slice(0, MOST_PARTS),
    beforeComma: given.length > 0 ? family.length : 0,
  };
}

function partsOf(text: string, packed: boolean): NamePart[] {
  const parts: NamePart[] = [];
  for (const written of text.split(/\s+/)) {
    const letters = packed && /^[A-Z]{2,3}$/.test(written) ? [...written] : [written];
    for (const each of letters)
      for (const word of cut(each)) {
        const isInitial = /^\p{L}$/u.test(word) && !/\p{Lo}/u.test(word);
        parts.push({ spellings: isInitial ? [word] : spellingsOf(word, each), isInitial });
      }
  }
  return parts;
}

/** How a word of a name may be printed, `written` as it was typed: ü as u and ue, and back. */
export function spellingsOf(word: string, written: string): string[] {
  const spellings = new Set([word]);
  let spelled = written.normalize('NFC').toLowerCase();
  if (UMLAUTS.some(([umlaut]) => spelled.search(umlaut) >= 0)) {
    for (const [umlaut, letters] of UMLAUTS) spelled = spelled.replace(umlaut, letters);
    const own = cut(spelled);
    if (own.length === 1) spellings.add(own[0]!);
  } else if (word.length >= SHORTEST_SPELLED && /^[a-z]+$/.test(word)) {
    if (!NO_UMLAUT.test(word)) {
      const plain = word.replace(/([aou])e/g, '$1').replaceAll('aa', 'a');
      spellings.add(plain);
    }
    // Typed without the umlaut, printed with two letters: one vowel at a time, in front of a consonant.
    for (let i = 0; i < word.length - 1; i++)
      if (/[aou]/.test(word[i]!) && !/[aeiou]/.test(word[i + 1]!))
        spellings.add(`${word.slice(0, i + 1)}e${word.slice(i + 1)}`);
  }
  return [...spellings].slice(0, 8);
}

/** The orders, given names first or the family name first, in which a name may be printed: numbers of its parts. */
export function printedOrders({ parts, beforeComma }: TypedName): number[][] {
  const all = parts.map((_, i) => i);
  const turned = (by: number): number[] => [...all.slice(by), ...all.slice(0, by)];
  if (parts.length < 2) return [all];
  if (beforeComma > 0) return [turned(beforeComma), all];
  return parts.length === 2 ? [all, turned(1)] : [all, turned(1), turned(parts.length - 1)];
}
