/**
 * Cutting folded text (fold.ts) into words. Numbers and model names stay whole (`3.5`, `7b`, `v2`,
 * `1000` from `1,000`), parts of a hyphen compound are words that know they hang together (as those of `SO(3)` do), and runs
 * of Chinese, Japanese, Korean or Thai, which have no spaces, become overlapping pairs (bigrams).
 */

import { fold } from './fold.ts';

/** Joined to the word before by a hyphen. */
export const JOINED = 1;
/** Holds an apostrophe, a thousands comma or the sign of a script, which `Tokens.text` takes out. */
const UNCLEAN = 2;
/** Written in Chinese, Japanese, Korean, Thai or another script that does not part its words. */
export const CJK = 4;
/** A figure: begins with a digit, or `v` and a digit. */
export const FIGURE = 8;
/** Nothing but white space stands between it and the word before. */
export const ADJACENT = 16;
/** Only the letters a to z: the only words that are stemmed. */
export const PLAIN = 32;

/** Longer words are cut: they are sequences, keys and garbage, and would bloat the dictionary. */
const LONGEST = 64;
/** Names that a parenthesis belongs to, as `SO(3)`, are not longer. */
const LONGEST_NAME = 7;

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
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

const classOf = (character: string): number =>
  UNSPACED.test(character) ? IDEOGRAPH : WORD.test(character) ? OTHER_LETTER : SEPARATOR;

function learn(code: number): number {
  const found = code >= 0xd800 && code <= 0xdfff ? PAIR : classOf(String.fromCharCode(code));
  classes[code] = found;
  return found;
}

/** Letters that count something as subscripts: `x_i` is not a word, as `T_c` is. */
const INDICES = new Set([...'ijklmnt'].map((letter) => letter.charCodeAt(0)));

/** What becomes of an ASCII character; CARE where fold.ts has to look at the whole text. */
const lower = Uint8Array.from({ length: 128 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));
const CARE = 255;
for (const sign of '$\\<') lower[sign.charCodeAt(0)] = CARE;

/** Whether folding a text does no more than making letters small. */
const isPlain = (text: string): boolean =>
  !text.includes('$') &&
  !text.includes('\\') &&
  !text.includes('<su') &&
  Buffer.byteLength(text) === text.length;

const isWhite = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
const isPair = (high: number, low: number): boolean =>
  high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;

// Two hashes tell words apart (words.ts). They are worked out while a word is read, signs that `text` takes out left out.
const ONE = 0x811c9dc5 | 0;
const TWO = 0x2f0b4c47;
const first = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const second = (hash: number, code: number): number => (Math.imul(hash, 0x85ebca6b) + code) | 0;

/** The words of one text. Used again for the next text, since making arrays is what costs. */
export class Tokens {
  count = 0;
  starts = new Int32Array(512);
  ends = new Int32Array(512);
  flags = new Uint8Array(512);
  /** Two hashes of each word. */
  ones = new Int32Array(512);
  twos = new Int32Array(512);
  /** The folded text where it came as such. Else words are strings of their own, which keep no text alive. */
  #folded: string | null = '';
  /** Its characters, and behind them zeros: reading these is faster than reading a string. */
  #codes = new Uint16Array(4096);
  #bytes = Buffer.from(this.#codes.buffer);
  #length = 0;

  /** The word itself. */
  text(index: number): string {
    const start = this.starts[index]!;
    const end = this.ends[index]!;
    const word =
      this.#folded === null
        ? String.fromCharCode(...this.#codes.subarray(start, end))
        : this.#folded.slice(start, end);
    return (this.flags[index]! & UNCLEAN) === 0 ? word : word.replace(/[',_^]/g, '');
  }

  /** Cuts `folded` into words, at most `limit` of them. */
  scan(folded: string, limit = Infinity): void {
    this.#take(folded);
    this.#folded = folded;
    this.#cut(limit);
  }

  /** Folds a text and cuts it into words: `scan(fold(text))`, but faster where folding is no more than small letters. */
  read(text: string): void {
    // Calling into the machine pays off only for longer texts.
    if (text.length > 48) this.#take(isPlain(text) ? text.toLowerCase() : fold(text));
    else {
      const codes = this.#codes;
      let i = 0;
      for (; i < text.length; i++) {
        const code = text.charCodeAt(i);
        const to = code < 128 ? lower[code]! : CARE;
        if (to === CARE) break;
        codes[i] = to;
      }
      if (i < text.length) this.#take(fold(text));
      else this.#end(i);
    }
    this.#folded = null;
    this.#cut(Infinity);
  }

  #take(text: string): void {
    const length = text.length;
    if (length + 2 > this.#codes.length) {
      this.#codes = new Uint16Array(length * 2);
      this.#bytes = Buffer.from(this.#codes.buffer);
    }
    const codes = this.#codes;
    if (length > 48) this.#bytes.write(text, 'utf16le');
    else for (let i = 0; i < length; i++) codes[i] = text.charCodeAt(i);
    this.#end(length);
  }

  #end(length: number): void {
    this.#codes[length] = 0;
    this.#codes[length + 1] = 0;
    this.#length = length;
  }

  #cut(limit: number): void {
    this.count = 0;
    const codes = this.#codes;
    const length = this.#length;
    let flags = 0;
    let gap = 0;
    let i = 0;
    while (i < length && this.count < limit) {
      const code = codes[i]!;
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      let width = 1;
      if (kind === PAIR) {
        width = this.#widthAt(i);
        kind = width === 2 ? classOf(this.#pairAt(i)) : SEPARATOR;
      }
      if (kind === SEPARATOR && code === 46 && this.#isDotNet(i)) {
        this.#pushHashed(i, i + 4, flags);
        gap = i += 4;
        flags = 0;
        continue;
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
      if (codes[i] === 45 ? this.#isWordAt(i + 1) : codes[i] === 40 && this.#isArgument(i)) {
        flags = JOINED;
        i++;
        gap = i;
      }
    }
  }

  /** Two for a pair of surrogates. */
  #widthAt(index: number): number {
    return isPair(this.#codes[index]!, this.#codes[index + 1]!) ? 2 : 1;
  }

  #pairAt(index: number): string {
    return String.fromCharCode(this.#codes[index]!, this.#codes[index + 1]!);
  }

  #isWordAt(index: number): boolean {
    const code = this.#codes[index]!;
    let kind = classes[code]!;
    if (kind === UNKNOWN) kind = learn(code);
    return kind === LETTER || kind === DIGIT || kind === OTHER_LETTER;
  }

  /** Whether ".net" at `index` is the name. */
  #isDotNet(index: number): boolean {
    const codes = this.#codes;
    if (codes[index + 1] !== 110 || codes[index + 2] !== 101 || codes[index + 3] !== 116) return false;
    return (
      !this.#isWordAt(index + 4) && (index === 0 || isWhite(codes[index - 1]!) || codes[index - 1] === 40)
    );
  }

  /**
   * Whether the parenthesis at `index` holds what belongs to the name before it: `SO(3)`, `U(N)`, `X(3872)`, `Sp(2n)`. A
   * plural as in `paper(s)` is none.
   */
  #isArgument(index: number): boolean {
    const codes = this.#codes;
    const last = this.count - 1;
    if (this.ends[last] !== index || index - this.starts[last]! > LONGEST_NAME) return false;
    let i = index + 1;
    while (classes[codes[i]!] === DIGIT && i <= index + 4) i++;
    if (classes[codes[i]!] === LETTER && (i > index + 1 || codes[i] !== 115)) i++;
    return i > index + 1 && codes[i] === 41;
  }

  #word(start: number, flagsBefore: number): number {
    const codes = this.#codes;
    let flags = flagsBefore | PLAIN;
    const begin = codes[start]!;
    if (classes[begin] === DIGIT || (begin === 118 && classes[codes[start + 1]!] === DIGIT)) flags |= FIGURE;
    let one = ONE;
    let two = TWO;
    let i = start;
    let end = -1;
    // The zeros behind the text end the last word.
    for (; ; i++) {
      const code = codes[i]!;
      if (code >= 97 && code <= 122) {
        one = first(one, code);
        two = second(two, code);
        continue;
      }
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      if (kind === LETTER || kind === DIGIT || kind === OTHER_LETTER) {
        if (kind !== LETTER) flags &= ~PLAIN;
        one = first(one, code);
        two = second(two, code);
        continue;
      }
      if (kind === PAIR) {
        if (this.#widthAt(i) === 1 || classOf(this.#pairAt(i)) !== OTHER_LETTER) break;
        flags &= ~PLAIN;
        one = first(first(one, code), codes[i + 1]!);
        two = second(second(two, code), codes[i + 1]!);
        i++;
        continue;
      }
      if (i === start) break;
      const next = codes[i + 1]!;
      // C++, C# and F#.
      if (i === start + 1 && classes[begin] === LETTER) {
        const isDouble = code === 43 && next === 43 && codes[i + 2] !== 43;
        if (isDouble || (code === 35 && classes[next] !== LETTER)) {
          this.#pushHashed(start, i + (isDouble ? 2 : 1), flags & ~PLAIN);
          return i + (isDouble ? 2 : 1);
        }
      }
      // The figure of H_2O and R^2 belongs to its letter, as the letter of T_c does.
      if ((code === 95 || code === 94) && classes[codes[i - 1]!] === LETTER) {
        const isName = code === 95 && i === start + 1 && classes[next] === LETTER && !this.#isWordAt(i + 2);
        if (classes[next] === DIGIT || (isName && !INDICES.has(next))) {
          flags |= UNCLEAN;
          continue;
        }
      }
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
      if (classes[codes[i - 1]!] === DIGIT && classes[next] === DIGIT) {
        if (code === 46) {
          one = first(one, code);
          two = second(two, code);
          continue;
        }
        if (code === 44 && this.#isThousands(i)) {
          flags |= UNCLEAN;
          continue;
        }
      }
      break;
    }
    if (end < 0) end = i;
    if (end - start > LONGEST) this.#pushHashed(start, start + LONGEST, flags);
    else this.#push(start, end, flags, one, two);
    return Math.max(i, start + 1);
  }

  /** Whether the comma at `index` has exactly three digits behind it. */
  #isThousands(index: number): boolean {
    const digit = (at: number): boolean => classes[this.#codes[at]!] === DIGIT;
    return digit(index + 1) && digit(index + 2) && digit(index + 3) && !digit(index + 4);
  }

  #ideographs(start: number, flags: number, limit: number): number {
    const codes = this.#codes;
    let previous = -1;
    let i = start;
    let pairs = 0;
    while (i < this.#length && this.count < limit) {
      const code = codes[i]!;
      let kind = classes[code]!;
      if (kind === UNKNOWN) kind = learn(code);
      let width = 1;
      if (kind === PAIR) {
        width = this.#widthAt(i);
        kind = width === 2 ? classOf(this.#pairAt(i)) : SEPARATOR;
      }
      if (kind !== IDEOGRAPH) break;
      if (previous >= 0) {
        this.#pushHashed(previous, i + width, (pairs === 0 ? flags : 0) | CJK);
        pairs++;
      }
      previous = i;
      i += width;
    }
    if (pairs === 0 && previous >= 0) this.#pushHashed(previous, i, flags | CJK);
    return i;
  }

  #pushHashed(start: number, end: number, flags: number): void {
    let one = ONE;
    let two = TWO;
    for (let i = start; i < end; i++) {
      const code = this.#codes[i]!;
      if ((flags & UNCLEAN) !== 0 && (code === 39 || code === 44 || code === 94 || code === 95)) continue;
      one = first(one, code);
      two = second(two, code);
    }
    this.#push(start, end, flags, one, two);
  }

  #push(start: number, end: number, flags: number, one: number, two: number): void {
    const at = this.count++;
    if (at === this.starts.length) this.#grow();
    this.starts[at] = start;
    this.ends[at] = end;
    this.flags[at] = flags;
    this.ones[at] = one;
    this.twos[at] = two;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const grown = <T extends Int32Array | Uint8Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    this.starts = grown(this.starts, new Int32Array(size));
    this.ends = grown(this.ends, new Int32Array(size));
    this.flags = grown(this.flags, new Uint8Array(size));
    this.ones = grown(this.ones, new Int32Array(size));
    this.twos = grown(this.twos, new Int32Array(size));
  }
}

/** Whether a word holds a digit. */
export const hasFigure = (word: string): boolean => /\d/.test(word);
