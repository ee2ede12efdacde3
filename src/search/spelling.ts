/** Words of titles that are spelt like another: for typing errors and for "did you mean". */
import { FORM } from './analysis.ts';
import { popcount } from './arrays.ts';
import { keep } from './kept.ts';
import { isThere } from './lists.ts';
import { phraseList } from './phrase-list.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import { lettersOf } from './title-forms.ts';
import { hasFigure } from './tokens.ts';

const text = new TextDecoder();

export interface Likely {
  word: string;
  /** Letters inserted, left out, replaced, or swapped with their neighbour. */
  distance: number;
  papers: number;
}

const figuresOf = (word: string): string => word.replace(/[^\d.]/g, '');

/** How many errors a word of so many letters may have. Figures are never taken for errors. */
export function errorsAllowed(word: string): number {
  const letters = word.length - figuresOf(word).length;
  if (letters < 4) return 0;
  return letters < 8 ? 1 : 2;
}

/** A word with one more error must stand in so many times as many titles to be as likely. */
const ERROR = 256;
/** What is less likely than the best by more than this is not what was meant. */
const LIKELY = 8;
/** Letters a word may lack, or have instead of its first. */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * The likeliest words that `word` may have been meant to be, by errors and by how many titles have them: at most
 * `most`, the likeliest first. All are words as they stand in titles, were it in one alone.
 */
export function likelyWords(snapshot: Snapshot, word: string, most: number): Likely[] {
  const all = similarWords(snapshot, word, errorsAllowed(word));
  const likelihood = ({ distance, papers }: Likely): number => papers / ERROR ** distance;
  all.sort((a, b) => likelihood(b) - likelihood(a) || (a.word < b.word ? -1 : 1));
  return all.slice(0, most).filter((each) => likelihood(each) * LIKELY >= likelihood(all[0]!));
}

/** Words of titles, with the same figures, that so many errors make `word` of. */
export function similarWords(snapshot: Snapshot, word: string, allowed: number): Likely[] {
  if (allowed === 0) return [];
  const found = new Map<string, Likely>();
  const figures = figuresOf(word);
  const take = (form: string, distance: number): void => {
    if (found.has(form) || figuresOf(form) !== figures) return;
    const papers = snapshot.frequency(FORM + form);
    if (papers > 0) found.set(form, { word: form, distance, papers });
  };
  // With its first letter wrong, missing or one too many: few enough to be looked up.
  for (const form of [word.slice(1), ...LETTERS.flatMap((letter) => [letter + word, letter + word.slice(1)])])
    if (form !== word && snapshot.parts.some(({ segment }) => segment.titleForms.mayHave(form)))
      take(form, 1);
  const meter = new Meter(word, allowed);
  const measure = (first: string): void => {
    for (const { segment } of snapshot.parts)
      for (const { length, bytes, letters } of segment.titleForms.beginningWith(first)) {
        if (Math.abs(length - meter.length) > allowed) continue;
        meter.begin();
        for (let i = 0; i < letters.length; i++) {
          // Most words have too many other letters: for these, that is all that is looked at.
          if (popcount(letters[i]! ^ meter.letters) > 2 * allowed) continue;
          const distance = meter.measure(bytes, i * length, length);
          if (distance > allowed || distance === 0) continue;
          take(text.decode(bytes.subarray(i * length, (i + 1) * length)), distance);
        }
      }
  };
  const near = firstLetters(word);
  for (const first of near) measure(first);
  // An error in the first letter and another: rare, so it is only looked for where nothing else is found.
  if (allowed > 1 && found.size === 0) for (const first of LETTERS) if (!near.has(first)) measure(first);
  return [...found.values()];
}

/** A word begins as it was meant to, or with its second letter, when the first was left out or swapped. */
const firstLetters = (word: string): Set<string> => new Set([...word].slice(0, 2));

/** The shortest name of a model that an error is looked for in; it is right only where papers have it with its figure. */
const SHORTEST_MODEL = 3;

/**
 * The name of a model that `name` with the figure `figure` may have been meant to be, as most papers write it: "gtp" and
 * "4" is "gpt". The figure is never wrong. Null: there is none, or no more papers than `fewest` have it.
 */
export function likelyModel(snapshot: Snapshot, name: string, figure: string, fewest: number): string | null {
  if (name.length < SHORTEST_MODEL || hasFigure(name)) return null;
  let best: string | null = null;
  let most = fewest;
  for (const { word, distance } of similarWords(snapshot, name, Math.max(1, errorsAllowed(name)))) {
    if (word.length < SHORTEST_MODEL || (name.length === SHORTEST_MODEL && !isSwapped(name, word))) continue;
    const papers = papersOf(snapshot, word, figure);
    if (papers / ERROR ** (distance - 1) <= most) continue;
    best = word;
    most = papers / ERROR ** (distance - 1);
  }
  return best;
}

/** Papers with a model's name, however written. A pair that one paper alone has may be known by the words' places only. */
function papersOf(snapshot: Snapshot, name: string, figure: string): number {
  const found = snapshot.frequency(`${stemOf(name)}-${figure}`) + snapshot.frequency(name + figure);
  if (found > 0) return found;
  const terms = [stemOf(name), figure];
  return snapshot.parts.some((part) => isThere(phraseList(part, terms))) ? 1 : 0;
}

/** Whether two words have the same letters: of three, any other error makes any word of any. */
const isSwapped = (a: string, b: string): boolean => [...a].sort().join('') === [...b].sort().join('');

/**
 * Damerau's distance (restricted: F. Damerau, "A technique for computer detection and correction of spelling
 * errors", CACM 1964) of one word to many in order: rows of the table that belong to letters which the word
 * before had too are kept.
 */
class Meter {
  /** The letters of the word, see title-forms.ts. */
  readonly letters: number;
  readonly #word: Uint8Array;
  readonly #allowed: number;
  readonly #rows: Uint8Array[] = [];
  /** Letters whose rows are filled. */
  #letters: Uint8Array = new Uint8Array(1024);
  #filled = 0;

  constructor(word: string, allowed: number) {
    this.#word = Buffer.from(word);
    this.letters = lettersOf(this.#word, 0, this.#word.length);
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
