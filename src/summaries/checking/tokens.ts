/** Words and numerals of a text, in order. Numerals have a value, a unit and a bound. Linear. */
import type { Language } from '../types.ts';
import {
  BOUNDS,
  type Bound,
  CJK_AFTER,
  CJK_BEFORE,
  CJK_UNITS,
  FACTOR_WORDS,
  NUMBER_WORDS,
  ORDINALS,
  SCALE_LETTERS,
  SCALE_WORDS,
  UNIT_WORDS,
  UNITS,
  VAGUE,
} from './lexicon.ts';
import { plainText, withoutTex } from './plain.ts';

/** A number as a text states it. */
export interface Numeral {
  kind: 'numeral';
  value: number;
  /** As the lexicon names it; `''`: no known unit. `ordinal`, `part`, `^` (an exponent) are units too. */
  unit: string;
  bound: Bound;
  /** Written as a word. */
  isWord: boolean;
  /** What is counted: the English word after it. */
  noun: string | null;
}

export interface Word {
  kind: 'word';
  text: string;
  /** It begins the text, or follows the end of a sentence or a colon. */
  isFirst: boolean;
}

/** Punctuation, and characters of Chinese and Japanese. */
export interface Mark {
  kind: 'mark';
  text: string;
}

export type Token = Numeral | Word | Mark;

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〇]/u;
export const isCjk = (c: string): boolean => CJK.test(c);
const LETTER = /[\p{L}\p{M}]/u;
const isLetter = (c: string | undefined): boolean => c !== undefined && LETTER.test(c) && !isCjk(c);
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';
/** Within a word, between letters or digits. */
const isJoiner = (c: string | undefined): boolean => c !== undefined && "-./+_'’&".includes(c);

/** @param isTex the text may contain TeX, as abstracts do */
export function tokensOf(text: string, language: Language, isTex = false): Token[] {
  return new Lexer(plainText(isTex ? withoutTex(text) : text), language).all();
}

export const numeralsOf = (tokens: readonly Token[]): Numeral[] =>
  tokens.filter((token) => token.kind === 'numeral');

class Lexer {
  readonly #text: string;
  readonly #language: Language;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  all(): Token[] {
    while (this.#at < this.#text.length) {
      const c = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
      if (isDigit(c)) this.#number();
      else if (this.#text.startsWith('百分之', this.#at))
        for (const mark of '百分之') this.#push({ kind: 'mark', text: mark }, 1);
      else if (HAN_DIGITS.has(c) && this.#hanNumber()) continue;
      else if (isCjk(c)) this.#push({ kind: 'mark', text: c }, c.length);
      else if (isLetter(c)) this.#word();
      else if (/\s/.test(c)) this.#at += c.length;
      else this.#push({ kind: 'mark', text: c }, c.length);
    }
    this.#join();
    return this.#tokens;
  }

  #push(token: Token, length: number): void {
    this.#tokens.push(token);
    this.#at += length;
  }

  #word(): void {
    const from = this.#at;
    let end = from;
    for (;;) {
      while (isLetter(this.#text[end]) || isDigit(this.#text[end])) end++;
      const next = this.#text[end + 1];
      if (!isJoiner(this.#text[end]) || !(isLetter(next) || isDigit(next))) break;
      end++;
    }
    if (end === from) end = from + 1;
    // A plus sign at the end belongs to the name: `C++`.
    while (this.#text[end] === '+' && end > from) end++;
    const text = this.#text.slice(from, end);
    const before = this.#tokens.at(-1);
    const isFirst = before === undefined || (before.kind === 'mark' && '.:!?。！？'.includes(before.text));
    this.#at = end;
    const cardinal = NUMBER_WORDS[this.#language].get(text.toLowerCase());
    if (cardinal !== undefined) {
      const bound = this.#boundBefore();
      const [value, behind] = this.#scaled(cardinal, end);
      this.#at = behind;
      this.#finish({ kind: 'numeral', value, unit: '', bound, isWord: true, noun: null });
    } else this.#tokens.push(this.#wordNumeral(text) ?? { kind: 'word', text, isFirst });
  }

  /** `twenty-five`, `threefold`, `half`, `first`, `thousands`; null: it is not a numeral. */
  #wordNumeral(text: string): Numeral | null {
    const low = text.toLowerCase();
    const [head = '', ...rest] = low.split('-');
    const words = NUMBER_WORDS[this.#language];
    const scales = SCALE_WORDS[this.#language];
    const made = (value: number, unit = '', noun: string | null = null): Numeral => ({
      ...{ kind: 'numeral', value, unit, bound: this.#boundBefore(), isWord: true, noun },
    });
    const factor = FACTOR_WORDS.get(low);
    if (factor) return made(factor.value, factor.unit);
    const vague = VAGUE.get(low);
    if (vague !== undefined) return { ...made(vague), bound: 'vague' };
    const value = words.get(head);
    if (value !== undefined) {
      const [one = '', ...more] = rest;
      const units = words.get(one);
      if (units !== undefined && value >= 20 && units < 10) return made(value + units, '', more[0] ?? null);
      return made(value, UNIT_WORDS.get(one) ?? '', one);
    }
    const ordinal = ORDINALS.get(head);
    if (ordinal !== undefined) return made(ordinal, 'ordinal');
    if (scales.has(head)) return made(scales.get(head)!, '', rest[0] ?? null);
    const fold = /^(\p{L}{3,9})(?:fold|fach|facher|fache|faches)$/u.exec(low);
    const times = fold && words.get(fold[1]!);
    return times === null || times === undefined ? null : made(times, 'x');
  }

  #number(): void {
    const run = /\d+(?:[.,]\d+)*/y;
    run.lastIndex = this.#at;
    const written = run.exec(this.#text)![0];
    const isPower =
      this.#text[this.#at - 1] === '^' ||
      (this.#text[this.#at - 1] === '-' && this.#text[this.#at - 2] === '^');
    const bound = this.#boundBefore();
    const isNegative = this.#isNegative();
    let end = this.#at + written.length;
    let value = readNumber(written, this.#language);
    // Letters directly after it: a scale, a unit, or all of it is a name (`3D`).
    let suffix = end;
    while (isLetter(this.#text[suffix]) || isDigit(this.#text[suffix])) suffix++;
    const letters = this.#text.slice(end, suffix);
    const exponent = /^e(\d{1,3})$/.exec(letters);
    const isSmall = letters === 'e' && this.#text[suffix] === '-' && isDigit(this.#text[suffix + 1]);
    if (value === null || (letters !== '' && !exponent && !isSmall && !isKnownSuffix(letters))) {
      while (
        isJoiner(this.#text[suffix]) &&
        (isLetter(this.#text[suffix + 1]) || isDigit(this.#text[suffix + 1]))
      ) {
        suffix++;
        while (isLetter(this.#text[suffix]) || isDigit(this.#text[suffix])) suffix++;
      }
      const text = this.#text.slice(this.#at, suffix);
      this.#at = suffix;
      this.#tokens.push({ kind: 'word', text, isFirst: false });
      return;
    }
    let unit = '';
    if (exponent) value *= 10 ** Number(exponent[1]);
    else if (SCALE_LETTERS.has(letters)) value *= SCALE_LETTERS.get(letters)!;
    else if (/^(?:st|nd|rd|th)$/.test(letters)) unit = 'ordinal';
    else if (letters !== '') unit = UNITS.get(letters) ?? UNIT_WORDS.get(letters.toLowerCase()) ?? '';
    end = suffix;
    if (isSmall) {
      const negative = /-(\d{1,3})/y;
      negative.lastIndex = end;
      const small = negative.exec(this.#text)!;
      value *= 10 ** -Number(small[1]);
      end += small[0].length;
    }
    [value, end] = this.#power(value, end);
    if (unit === '') [value, end] = this.#scaled(value, end);
    this.#at = end;
    if (isPower) unit = '^';
    this.#finish({
      kind: 'numeral',
      value: isNegative ? -value : value,
      unit,
      bound,
      isWord: false,
      noun: null,
    });
  }

  /** `10^5`, `1.2 × 10^5`. */
  #power(value: number, from: number): [number, number] {
    const power = /\s?[×x·*]\s?10\^(-?\d{1,3})|\^(-?\d{1,3})/y;
    power.lastIndex = from;
    const match = power.exec(this.#text);
    if (!match) return [value, from];
    const next = match[1] === undefined ? value ** Number(match[2]) : value * 10 ** Number(match[1]);
    return [next, from + match[0].length];
  }

  /** `1.5 million`, `150万`. */
  #scaled(value: number, from: number): [number, number] {
    let end = from;
    let scaled = value;
    for (;;) {
      const han = HAN_SCALES.get(this.#text[end] ?? '');
      if (han === undefined) break;
      scaled *= han;
      end++;
    }
    for (let i = 0; i < 3; i++) {
      const word = /[\s-]?(\p{L}{2,10})/uy;
      word.lastIndex = end;
      const match = word.exec(this.#text);
      const scale = match && SCALE_WORDS[this.#language].get(match[1]!.toLowerCase());
      if (!match || scale === undefined || scale === null) break;
      scaled *= scale;
      end += match[0].length;
      if (this.#text[end] === '.' && /^(?:mio|mrd|tsd)$/i.test(match[1]!)) end++;
    }
    return [scaled, end];
  }

  /** Chinese and Japanese numerals; false: this character is not one. */
  #hanNumber(): boolean {
    let end = this.#at;
    while (HAN_DIGITS.has(this.#text[end] ?? '') || (end > this.#at && HAN_SCALES.has(this.#text[end] ?? '')))
      end++;
    const run = this.#text.slice(this.#at, end);
    const value = hanValue(run);
    // `一` alone is part of too many words.
    if (value === null || run === '一') return false;
    const bound = this.#boundBefore();
    const before = this.#text[this.#at - 1];
    this.#at = end;
    const unit = before === '第' ? 'ordinal' : '';
    this.#finish({ kind: 'numeral', value, unit, bound, isWord: true, noun: null });
    return true;
  }

  /** The unit, and any bound after the number. */
  #finish(numeral: Numeral): void {
    const { unit } = numeral;
    if (unit === '' || unit === '%') numeral.unit = this.#unitBehind() || unit;
    if (numeral.unit === '' && this.#isPercentBefore()) numeral.unit = '%';
    if (numeral.unit === '') numeral.unit = this.#currencyBefore();
    const rest = this.#text.slice(this.#at, this.#at + 12);
    // A counter may come between: `3万件以上`.
    const after = CJK_AFTER.find(([word]) => rest.startsWith(word) || rest.startsWith(word, 1));
    if (numeral.bound === '' && after && this.#language !== 'en' && this.#language !== 'de')
      numeral.bound = after[1];
    if (rest.startsWith('+') || /^ or (?:more|higher)/.test(rest)) numeral.bound ||= 'lower';
    if (/^ or (?:less|fewer)/.test(rest)) numeral.bound ||= 'upper';
    if (numeral.unit === '') {
      const noun = /[\s-](\p{Ll}{3,30})/uy;
      noun.lastIndex = this.#at;
      numeral.noun = noun.exec(this.#text)?.[1] ?? null;
    }
    this.#tokens.push(numeral);
  }

  #unitBehind(): string {
    const rest = this.#text.slice(this.#at, this.#at + 40);
    const cjk = CJK_UNITS.find(([word]) => rest.startsWith(word) || rest.startsWith(` ${word}`));
    if (cjk) {
      this.#at += cjk[0].length + (rest.startsWith(' ') ? 1 : 0);
      return cjk[1];
    }
    const said = UNIT_BEHIND.exec(rest);
    if (!said) return '';
    const [all, written] = said as unknown as [string, string];
    const low = written.toLowerCase();
    const unit =
      written === '%' || written === '×' || written === '°C' || written === '°'
        ? UNITS.get(written)
        : (UNITS.get(written) ?? UNIT_WORDS.get(low));
    if (low.startsWith('percentage') || low === 'per cent' || /^% ?-?points?$/.test(low)) {
      this.#at += all.length;
      return low === 'per cent' ? '%' : 'pp';
    }
    if (unit === undefined) return '';
    // `224 × 224` is a size, not a factor; “order” is one only of magnitude.
    if (unit === 'x' && /^\s?\d/.test(rest.slice(all.length)) && /[×x]/i.test(written)) return 'by';
    if (unit === 'oom' && !/^ of magnitude/.test(rest.slice(all.length)) && low !== 'größenordnungen')
      return '';
    this.#at += all.length;
    return unit;
  }

  /** `百分之五`. */
  #isPercentBefore(): boolean {
    return this.#lastMarks(3) === '百分之';
  }

  #currencyBefore(): string {
    const before = this.#tokens.at(-1);
    if (before?.kind === 'mark' && before.text === '€') return 'eur';
    if (before?.kind === 'mark' && before.text === '£') return 'gbp';
    return before?.kind === 'word' && (before.text === 'USD' || before.text === 'US') ? 'usd' : '';
  }

  #lastMarks(count: number): string {
    let out = '';
    for (let i = this.#tokens.length - 1; i >= 0 && out.length < count; i--) {
      const token = this.#tokens[i]!;
      if (token.kind !== 'mark') break;
      out = token.text + out;
    }
    return out;
  }

  #isNegative(): boolean {
    if (this.#text[this.#at - 1] !== '-') return false;
    const before = this.#text[this.#at - 2];
    return before === undefined || /[\s(=,[]/.test(before);
  }

  /** Any bound before a number: `up to`, `more than a`, `~`. */
  #boundBefore(): Bound {
    const near: string[] = [];
    for (let i = this.#tokens.length - 1; i >= 0 && near.length < 2; i--) {
      const token = this.#tokens[i]!;
      if (token.kind === 'numeral') break;
      const low = token.text.toLowerCase();
      if (token.kind === 'mark' && !BOUNDS.has(low) && !isCjk(low)) {
        if (low === '-' || low === '+' || low === '(' || low === '€' || low === '£') continue;
        break;
      }
      if (
        token.kind === 'word' &&
        ['a', 'an', 'the', 'usd', 'us', 'einem', 'eine', 'das', 'by'].includes(low)
      )
        continue;
      near.unshift(low);
    }
    // A verb may come between: `最多降低5.8倍`.
    const cjk = this.#lastMarks(6);
    const before = CJK_BEFORE.find(([word]) => (word.length > 1 ? cjk.includes(word) : cjk.endsWith(word)));
    if (before && this.#language !== 'en' && this.#language !== 'de') return before[1];
    return BOUNDS.get(near.join(' ')) ?? BOUNDS.get(near.at(-1) ?? '') ?? '';
  }

  /** What several tokens mean together: ranges, fractions, a unit shared by both numbers of a pair. */
  #join(): void {
    const tokens = this.#tokens;
    for (let i = 2; i < tokens.length; i++) {
      const [one, between, two] = [tokens[i - 2]!, tokens[i - 1]!, tokens[i]!];
      if (one.kind !== 'numeral' || two.kind !== 'numeral') continue;
      const link = between.kind === 'numeral' ? '' : between.text.toLowerCase();
      if (!LINKS.has(link)) continue;
      const before = tokens[i - 3];
      const word = before && before.kind !== 'numeral' ? before.text.toLowerCase() : '';
      const isRange = ['-', '–', '—', '~'].includes(link)
        ? true
        : link === 'and' || link === 'und' || link === '和'
          ? word === 'between' || word === 'zwischen'
          : !['from', 'von', '从', '由'].includes(word);
      const isPair = isRange || !['and', 'und', '和'].includes(link);
      if (isPair && one.unit === '' && two.unit !== '^') {
        one.unit = two.unit;
        one.noun ??= two.noun;
      }
      if (isRange) one.bound = two.bound = 'range';
    }
    // `two thirds`.
    for (let i = 1; i < tokens.length; i++) {
      const [one, two] = [tokens[i - 1]!, tokens[i]!];
      if (
        one.kind === 'numeral' &&
        two.kind === 'numeral' &&
        two.unit === 'ordinal' &&
        one.unit === '' &&
        one.isWord
      ) {
        one.value /= two.value;
        one.unit = 'part';
        tokens.splice(i, 1);
      }
    }
  }
}

const LINKS = new Set(['-', '–', '—', '~', 'to', 'and', 'bis', 'und', '到', '至', '和']);

/** A unit at the beginning of what follows a number. */
const UNIT_BEHIND =
  /^[\s-]?(percentage[\s-]points?|per cent|%[\s-]?points?|[%×]|°C|°|[\p{L}µμ]{1,18}(?![\p{L}\p{N}]))/u;

const isKnownSuffix = (letters: string): boolean =>
  SCALE_LETTERS.has(letters) ||
  UNITS.has(letters) ||
  UNIT_WORDS.has(letters.toLowerCase()) ||
  /^(?:st|nd|rd|th)$/.test(letters);

/**
 * The value of digits with separators as a language reads them; null: it is no one number (`1.2.3`, `1,5` in English).
 * In German, `1.234` is a thousand, and `5.8` can only be meant as a decimal.
 */
export function readNumber(written: string, language: Language): number | null {
  const parts = written.split(/[.,]/);
  if (parts.length === 1) return Number(written);
  const [group, decimal] = language === 'de' ? ['.', ','] : [',', '.'];
  const separators = [...written].filter((c) => c === '.' || c === ',');
  const isGrouped = (upTo: number): boolean =>
    parts[0]!.length <= 3 && parts[0] !== '0' && parts.slice(1, upTo).every(({ length }) => length === 3);
  if (separators.every((c) => c === group) && isGrouped(parts.length)) return Number(parts.join(''));
  if (separators.length === 1 && separators[0] === decimal) return Number(`${parts[0]}.${parts[1]}`);
  if (language === 'de' && separators.length === 1) return Number(`${parts[0]}.${parts[1]}`);
  const last = separators.length - 1;
  const isLong = separators[last] === decimal && separators.slice(0, last).every((c) => c === group);
  return isLong && isGrouped(parts.length - 1)
    ? Number(`${parts.slice(0, -1).join('')}.${parts.at(-1)}`)
    : null;
}

const HAN_DIGITS: ReadonlyMap<string, number> = new Map([
  ...[...'〇零一二三四五六七八九'].map((c, at) => [c, Math.max(0, at - 1)] as const),
  ...([
    ['两', 2],
    ['兩', 2],
    ['十', 10],
    ['百', 100],
    ['千', 1000],
  ] as const),
]);
const HAN_SCALES: ReadonlyMap<string, number> = new Map([
  ...([
    ['十', 10],
    ['百', 100],
    ['千', 1000],
    ['万', 1e4],
    ['萬', 1e4],
    ['亿', 1e8],
    ['億', 1e8],
    ['兆', 1e12],
  ] as const),
]);

/** `三百二十` is 320, `二〇二六` is 2026; null: it is no number. */
export function hanValue(run: string): number | null {
  const chars = [...run];
  if (chars.length > 1 && chars.every((c) => HAN_DIGITS.get(c)! < 10)) {
    return Number(chars.map((c) => HAN_DIGITS.get(c)).join(''));
  }
  let total = 0;
  let section = 0;
  let digit: number | null = null;
  for (const c of chars) {
    const scale = HAN_SCALES.get(c);
    if (scale === undefined) {
      if (digit !== null && digit !== 0) return null;
      digit = HAN_DIGITS.get(c)!;
    } else if (scale >= 1e4) {
      const here = section + (digit ?? 0);
      total = here === 0 ? Math.max(1, total) * scale : total + here * scale;
      section = 0;
      digit = null;
    } else {
      section += (digit ?? 1) * scale;
      digit = null;
    }
  }
  return total + section + (digit ?? 0);
}
