/**
 * The words of titles as they stand, by first sign and by length: what a mistyped word is held against. Read from the
 * dictionary when a first sign is first asked for, and kept: to go through the dictionary takes ten times as long.
 */
import { FORM } from './analysis.ts';
import { Bytes } from './arrays.ts';
import type { Lexicon } from './lexicon.ts';

/** Words of the same length in bytes, one behind the other, in order. */
export interface FormsOfLength {
  length: number;
  bytes: Uint8Array;
  /** Which letters each word has, see `lettersOf`. */
  letters: Uint32Array;
}

/**
 * Which letters the `length` bytes from `at` on are, a bit for each letter: an inserted or missing one changes
 * at most one of them, a wrong letter two, and letters that have changed places none.
 */
export function lettersOf(bytes: Uint8Array, at: number, length: number): number {
  let letters = 0;
  for (let i = at; i < at + length; i++) letters |= 1 << (bytes[i]! & 31);
  return letters;
}

export class TitleForms {
  /** Bytes of memory of those read until now. */
  bytes = 0;
  readonly #lexicon: Lexicon;
  readonly #read = new Map<string, FormsOfLength[]>();

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** The words that begin with a sign. */
  beginningWith(first: string): readonly FormsOfLength[] {
    let known = this.#read.get(first);
    if (known === undefined) {
      known = this.#readAll(first);
      // There are more signs than any dictionary begins words with, and to look for one that is not there costs little.
      if (known.length > 0) this.#read.set(first, known);
      for (const { bytes, letters } of known) this.bytes += bytes.length + letters.byteLength;
    }
    return known;
  }

  /** Whether a word may be one of them. True where that would have to be looked up. */
  mayHave(word: string): boolean {
    return !this.#read.has(word[0] ?? '') || this.has(word);
  }

  /** Whether a word is one of them. */
  has(word: string): boolean {
    const known = this.beginningWith(word[0] ?? '');
    const sought = Buffer.from(word);
    const forms = known.find(({ length }) => length === sought.length);
    if (forms === undefined) return false;
    let low = 0;
    let high = forms.letters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareAt(forms.bytes, middle * sought.length, sought);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  #readAll(first: string): FormsOfLength[] {
    const byLength = new Map<number, Bytes>();
    const sign = FORM.length;
    this.#lexicon.each(FORM + first, ({ raw, length }) => {
      let forms = byLength.get(length - sign);
      if (forms === undefined) {
        forms = new Bytes(64);
        byLength.set(length - sign, forms);
      }
      forms.pushAll(raw, sign, length);
      return true;
    });
    return [...byLength].map(([length, forms]) => {
      const bytes = forms.taken().slice();
      const letters = new Uint32Array(bytes.length / length);
      for (let i = 0; i < letters.length; i++) letters[i] = lettersOf(bytes, i * length, length);
      return { length, bytes, letters };
    });
  }
}

function compareAt(bytes: Uint8Array, at: number, other: Uint8Array): number {
  for (let i = 0; i < other.length; i++) {
    const difference = bytes[at + i]! - other[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
