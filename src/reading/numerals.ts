/** Numbers without their units: “1,000”, “1.2 million”, “$10^{-3}$”, “twenty-one”. */
import { NUMBER_WORDS, SCALES, TENS } from './lexicon.ts';
import type { Token } from './tokens.ts';

/** Value of digits as written: “1,000”, “1{,}000”, “.5”. */
function numeral(text: string): number {
  return Number(text.replace(/[,{}\\]/g, ''));
}

export interface Atom {
  /** Token after the number. */
  last: number;
  end: number;
  number: number;
  /** Scale or unit glued to the digits. */
  suffix: string;
  isWord: boolean;
  scaled: boolean;
}

const LETTER_SCALES: ReadonlyMap<string, number> = new Map(
  Object.entries({ K: 1e3, k: 1e3, M: 1e6, B: 1e9, T: 1e12 }),
);

/** A number without its unit at a token, or null. */
export function atomAt(text: string, tokens: readonly Token[], at: number, last: number): Atom | null {
  const token = tokens[at];
  if (!token || at >= last) return null;
  if (token.kind === 'number') {
    let number = numeral(text.slice(token.start, token.digits));
    if (Number.isNaN(number)) return null;
    let suffix = text.slice(token.digits, token.end);
    let scaled = false;
    const scale = suffix.length === 1 ? LETTER_SCALES.get(suffix) : undefined;
    if (scale !== undefined && !(suffix === 'T' && number > 200)) {
      number *= scale;
      suffix = '';
      scaled = true;
    }
    let after = at + 1;
    let end = token.end;
    if (suffix === '') {
      const power = powerAt(text, tokens, at, last);
      if (power) {
        ({ end } = power);
        after = power.last;
        number = number === 10 && power.alone ? 10 ** power.exponent : number * 10 ** power.exponent;
        scaled = true;
      }
    }
    const next = tokens[after];
    if (next && suffix === '' && after < last && next.kind === 'word') {
      const word = SCALES.get(next.lower);
      if (word !== undefined) {
        number *= word;
        scaled = true;
        end = next.end;
        after++;
      }
    }
    return { last: after, end, number, suffix, isWord: false, scaled };
  }
  if (token.kind !== 'word') return null;
  let number = wordNumber(token.lower);
  if (number === null) return null;
  let after = at + 1;
  let end = token.end;
  for (let more = 0; more < 2; more++) {
    const next = tokens[after];
    if (!next || after >= last || next.kind !== 'word') break;
    const scale = next.lower === 'hundred' ? 100 : SCALES.get(next.lower);
    if (scale === undefined) break;
    number *= scale;
    end = next.end;
    after++;
  }
  return { last: after, end, number, suffix: '', isWord: true, scaled: false };
}

/** “10^{6}”, “3.6 \\times 10^6”, the part after the first number. */
function powerAt(
  text: string,
  tokens: readonly Token[],
  at: number,
  last: number,
): { last: number; end: number; exponent: number; alone: boolean } | null {
  let here = at + 1;
  let alone = true;
  if (
    text.slice((tokens[at] as Token).start, (tokens[at] as Token).digits) !== '10' ||
    tokens[here]?.text !== '^'
  ) {
    alone = false;
    if (tokens[here]?.text === '$') here++;
    if (tokens[here]?.text !== '\\times' && tokens[here]?.text !== '×' && tokens[here]?.text !== '\\cdot')
      return null;
    here++;
    if (tokens[here]?.text === '$') here++;
    if (tokens[here]?.text !== '10') return null;
    here++;
  }
  // “$10$^6” closes the formula first.
  if (tokens[here]?.text === '$' && tokens[here + 1]?.text === '^') here++;
  if (tokens[here]?.text !== '^') return null;
  here++;
  const braced = tokens[here]?.text === '{';
  if (braced) here++;
  const minus = tokens[here]?.text === '-';
  if (minus) here++;
  const exponent = tokens[here];
  if (exponent?.kind !== 'number' || exponent.digits !== exponent.end) return null;
  here++;
  if (braced) {
    if (tokens[here]?.text !== '}') return null;
    here++;
  }
  if (here > last) return null;
  const power = Number(text.slice(exponent.start, exponent.end)) * (minus ? -1 : 1);
  if (!(Math.abs(power) < 300)) return null;
  return { last: here, end: (tokens[here - 1] as Token).end, exponent: power, alone };
}

export function wordNumber(lower: string): number | null {
  const direct = NUMBER_WORDS.get(lower);
  if (direct !== undefined) return direct;
  const dash = lower.indexOf('-');
  if (dash < 0) return null;
  const tens = TENS.get(lower.slice(0, dash));
  const ones = NUMBER_WORDS.get(lower.slice(dash + 1));
  return tens !== undefined && ones !== undefined && ones < 10 ? tens + ones : null;
}
