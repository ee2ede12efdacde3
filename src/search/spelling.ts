/** Words of titles that are spelt like another: for typing errors and for "did you mean". */
import { FORM } from './analysis.ts';
import { keep } from './kept.ts';
import type { Snapshot } from './snapshot.ts';
import { hasFigure } from './tokens.ts';

const text = new TextDecoder();

export interface Likely {
  word: string;
  /** Letters inserted, left out, replaced, or swapped with their neighbour. */
  distance: number;
  papers: number;
}

/** How many errors a word of so many letters may have. Model names and figures are never taken for errors. */
export function errorsAllowed(word: string): number {
  if (hasFigure(word) || word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/**
 * The likeliest words that `word` may have been meant to be: few errors first, then those in most titles. All
 * are words as they stand in titles. Words of single papers do not count where there are many: they may be
 * errors themselves.
 */
export function likelyWords(snapshot: Snapshot, word: string, most: number): Likely[] {
  const allowed = errorsAllowed(word);
  if (allowed === 0) return [];
  const fewest = snapshot.documents > 10_000 ? 3 : 1;
  const found = new Map<string, Likely>();
  const meter = new Meter(word, allowed);
  for (const { segment } of snapshot.parts)
    for (const first of firstLetters(word))
      for (const { length, bytes } of segment.titleForms.beginningWith(first)) {
        if (Math.abs(length - meter.length) > allowed) continue;
        meter.begin();
        for (let at = 0; at < bytes.length; at += length) {
          const distance = meter.measure(bytes, at, length);
          if (distance > allowed || distance === 0) continue;
          const form = text.decode(bytes.subarray(at, at + length));
          if (hasFigure(form) || found.has(form)) continue;
          const papers = snapshot.frequency(FORM + form);
          if (papers >= fewest) found.set(form, { word: form, distance, papers });
        }
      }
  return [...found.values()]
    .sort((a, b) => a.distance - b.distance || b.papers - a.papers || (a.word < b.word ? -1 : 1))
    .slice(0, most);
}

/** A word begins as it was meant to, or with its second letter, when the first was left out or swapped. */
const firstLetters = (word: string): Set<string> => new Set([...word].slice(0, 2));

/**
 * Damerau's distance (restricted: F. Damerau, "A technique for computer detection and correction of spelling
 * errors", CACM 1964) of one word to many in order: rows of the table that belong to letters which the word
 * before had too are kept.
 */
class Meter {
  readonly #word: Uint8Array;
  readonly #allowed: number;
  readonly #rows: Uint8Array[] = [];
  /** Letters whose rows are filled. */
  #letters: Uint8Array = new Uint8Array(1024);
  #filled = 0;

  constructor(word: string, allowed: number) {
    this.#word = Buffer.from(word);
    this.#allowed = allowed;
    this.#rows.push(Uint8Array.from({ length: this.#word.length + 1 }, (_, i) => i));
    keep(this);
  }

  /** Bytes of the word. */
  get length(): number {
    return this.#word.length;
  }

  begin(): void {
    this.#filled = 0;
  }

  /** The distance to the `length` bytes of `forms` from `at` on, or something greater than is allowed. */
  measure(forms: Uint8Array, at: number, length: number): number {
    const far = this.#allowed + 1;
    let kept = 0;
    while (kept < this.#filled && kept < length && this.#letters[kept] === forms[at + kept]) kept++;
    this.#filled = kept;
    for (let i = kept; i < length; i++) {
      // A row in which every value is too great stays so in all that follow.
      if (i > 0 && least(this.#rows[i]!) > this.#allowed) return far;
      this.#fill(i, forms[at + i]!);
    }
    return this.#rows[length]![this.#word.length]!;
  }

  #fill(i: number, letter: number): void {
    const word = this.#word;
    const above = this.#rows[i]!;
    const row = this.#rows[i + 1] ?? new Uint8Array(word.length + 1);
    this.#rows[i + 1] = row;
    row[0] = Math.min(255, i + 1);
    for (let j = 1; j <= word.length; j++) {
      const same = word[j - 1] === letter ? 0 : 1;
      let value = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 0 && j > 1 && word[j - 1] === this.#letters[i - 1] && word[j - 2] === letter)
        value = Math.min(value, this.#rows[i - 1]![j - 2]! + 1);
      row[j] = value;
    }
    this.#letters[i] = letter;
    this.#filled = i + 1;
  }
}

function least(row: Uint8Array): number {
  let value = 255;
  for (const each of row) if (each < value) value = each;
  return value;
}
