/**
 * Cutting folded text (fold.ts) into words. Numbers and model names stay whole (`3.5`, `7b`, `v2`,
 * `1000` from `1,000`), parts of a hyphen compound are words that know they hang together, and runs of
 * Chinese, Japanese and Korean characters, which have no spaces, become overlapping pairs (bigrams).
 */

/** Joined to the word before by a hyphen. */
export const JOINED = 1;
/** Holds an apostrophe or a thousands comma, which `Tokens.text` takes out. */
const UNCLEAN = 2;
/** Written in CJK characters. */
export const CJK = 4;
/** A figure: begins with a digit, or `v` and a digit. */
export const FIGURE = 8;
/** Nothing but white space stands between it and the word before. */
export const ADJACENT = 16;
/** Only the letters a to z: the only words that are stemmed. */
export const PLAIN = 32;

/** Longer words are cut: they are sequences, keys and garbage, and would bloat the dictionary. */
const LONGEST = 64;

const SEPARATOR = 0;
const LETTER = 1;
const DIGIT = 2;
const IDEOGRAPH = 3;
const OTHER_LETTER = 4;
const PAIR = 5;
const UNKNOWN = 6;

const classes = new Uint8Array(0x10000).fill(UNKNOWN, 128);
for (let code = 97; code <= 122; code++) classes[code] = LETTER;
for (let code = 65; code <= 90; code++) classes[code] = LETTER;
for (let code = 48; code <= 57; code++) classes[code] = DIGIT;

const WORD = /^[\p{L}\p{N}\p{M}]$/u;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]$/u;

const classOf = (character: string): number =>
  UNSPACED.test(character) ? IDEOGRAPH : WORD.test(character) ? OTHER_LETTER : SEPARATOR;

function learn(code: number): number {
  const found = code >= 0xd800 && code <= 0xdfff ? PAIR : classOf(String.fromCharCode(code));
  classes[code] = found;
  return found;
}

const isWhite = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;

/** The words of one text. Used again for the next text, since making arrays is what costs. */
export class Tokens {
  count = 0;
  folded = '';
  starts = new Int32Array(512);
  ends = new Int32Array(512);
  flags = new Uint8Array(512);

  /** The word itself. */
  text(index: number): string {
    const word = this.folded.slice(this.starts[index], this.ends[index]);
    return (this.flags[index]! & UNCLEAN) === 0 ? word : word.replace(/[',]/g, '');
  }

  /** Whether the word is what stands in `folded` from `starts` to `ends`. */
  isClean(index: number): boolean {
    return (this.flags[index]! & UNCLEAN) === 0;
  }

  /** Cuts `folded` into words, at most `limit` of them. */
  scan(folded: string, limit = Infinity): void {
    this.count = 0;
    this.folded = folded;
    const length = folded.length;
    let flags = 0;
    let gap = 0;
    let i = 0;
    while (i < length && this.count < limit) {
      const code = folded.charCodeAt(i);
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      let width = 1;
      if (kind === PAIR) {
        width = (folded.codePointAt(i) as number) > 0xffff ? 2 : 1;
        kind = width === 2 ? classOf(folded.slice(i, i + 2)) : SEPARATOR;
      }
      if (kind === SEPARATOR) {
        if (!isWhite(code)) gap = i + 1;
        i += width;
        flags = 0;
        continue;
      }
      // `gap` is behind the last sign that is neither word nor white: words after it are not adjacent.
      if (this.count > 0 && gap <= this.ends[this.count - 1]! && (flags & JOINED) === 0) flags |= ADJACENT;
      i = kind === IDEOGRAPH ? this.#ideographs(i, flags, limit) : this.#word(i, flags);
      gap = i;
      flags = 0;
      if (folded.charCodeAt(i) === 45 && this.#isWordAt(i + 1)) {
        flags = JOINED;
        i++;
        gap = i;
      }
    }
  }

  #isWordAt(index: number): boolean {
    const code = this.folded.charCodeAt(index);
    if (Number.isNaN(code)) return false;
    let kind = classes[code]!;
    if (kind === UNKNOWN) kind = learn(code);
    return kind === LETTER || kind === DIGIT || kind === OTHER_LETTER;
  }

  #word(start: number, flagsBefore: number): number {
    const folded = this.folded;
    const length = folded.length;
    let flags = flagsBefore | PLAIN;
    const first = folded.charCodeAt(start);
    if (classes[first] === DIGIT || (first === 118 && classes[folded.charCodeAt(start + 1)] === DIGIT))
      flags |= FIGURE;
    let i = start;
    let end = -1;
    for (; i < length; i++) {
      const code = folded.charCodeAt(i);
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      if (kind === LETTER) continue;
      if (kind === DIGIT || kind === OTHER_LETTER) {
        flags &= ~PLAIN;
        continue;
      }
      if (kind === PAIR) {
        if ((folded.codePointAt(i) as number) <= 0xffff) break;
        if (classOf(folded.slice(i, i + 2)) !== OTHER_LETTER) break;
        flags &= ~PLAIN;
        i++;
        continue;
      }
      if (i === start) break;
      const next = folded.charCodeAt(i + 1);
      if (code === 39 && classes[next] === LETTER) {
        // `model's` is `model`; `don't` and `o'brien` are one word.
        if (next === 115 && !this.#isWordAt(i + 2)) {
          end = i;
          i += 2;
          break;
        }
        flags |= UNCLEAN;
        continue;
      }
      if (classes[folded.charCodeAt(i - 1)] === DIGIT && classes[next] === DIGIT) {
        if (code === 46) continue;
        if (code === 44 && this.#isThousands(i)) {
          flags |= UNCLEAN;
          continue;
        }
      }
      break;
    }
    if (end < 0) end = i;
    this.#push(start, Math.min(end, start + LONGEST), flags);
    return Math.max(i, start + 1);
  }

  /** Whether the comma at `index` has exactly three digits behind it. */
  #isThousands(index: number): boolean {
    const digit = (at: number): boolean => classes[this.folded.charCodeAt(at)] === DIGIT;
    return digit(index + 1) && digit(index + 2) && digit(index + 3) && !digit(index + 4);
  }

  #ideographs(start: number, flags: number, limit: number): number {
    const folded = this.folded;
    let previous = -1;
    let i = start;
    let pairs = 0;
    while (i < folded.length && this.count < limit) {
      const code = folded.charCodeAt(i);
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      let width = 1;
      if (kind === PAIR) {
        width = (folded.codePointAt(i) as number) > 0xffff ? 2 : 1;
        kind = width === 2 ? classOf(folded.slice(i, i + 2)) : SEPARATOR;
      }
      if (kind !== IDEOGRAPH) break;
      if (previous >= 0) {
        this.#push(previous, i + width, (pairs === 0 ? flags : 0) | CJK);
        pairs++;
      }
      previous = i;
      i += width;
    }
    if (pairs === 0 && previous >= 0) this.#push(previous, i, flags | CJK);
    return i;
  }

  #push(start: number, end: number, flags: number): void {
    if (this.count === this.starts.length) {
      const grow = <T extends Int32Array | Uint8Array>(old: T, made: T): T => {
        made.set(old);
        return made;
      };
      const size = this.count * 2;
      this.starts = grow(this.starts, new Int32Array(size));
      this.ends = grow(this.ends, new Int32Array(size));
      this.flags = grow(this.flags, new Uint8Array(size));
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.flags[this.count] = flags;
    this.count++;
  }
}

/** Whether a word holds a digit. */
export const hasFigure = (word: string): boolean => /\d/.test(word);
