/** Numbers with their units: “7.2\%”, “$2.5\times$”, “from 5GB to 135MB”, “three”, “1.2 million”. */
import { NUMBER_WORDS, TENS } from './lexicon.ts';
import { atomAt } from './numerals.ts';
import type { Quantity } from './quantity.ts';
import { TWICE, VAGUE, vagueAt } from './scales.ts';
import type { Token } from './tokens.ts';
import { unitAt } from './units.ts';
import { markWhere } from './words.ts';

/** Signs that belong to the number when glued to it. */
const SIGNS = '~∼≈+-−<>±≥≤＞＜';
const DASHES = new Set(['-', '--', '---', '–', '—', '−', '~', '∼', '\\sim', '\\text{-}']);

/** A number with its unit at a token, without ranges. */
function simpleAt(text: string, tokens: readonly Token[], at: number, last: number): Quantity | null {
  const atom = atomAt(text, tokens, at, last);
  if (!atom) return null;
  let first = at;
  const token = tokens[at] as Token;
  let { start } = token;
  let body = atom;
  // “\textbf{0.02}\%”
  const brace = tokens[at - 1];
  const bold = tokens[at - 2];
  if (
    brace?.text === '{' &&
    bold?.kind === 'command' &&
    /^\\(?:textbf|mathbf|bf|text|emph|textit)$/.test(bold.text)
  ) {
    const close = tokens[atom.last];
    if (close?.text === '}') body = { ...atom, last: atom.last, end: atom.end };
  }
  // “1.2 ± 0.3”
  let plus = body.last;
  if (body.suffix === '') {
    if (tokens[plus]?.text === '%' || tokens[plus]?.text === '\\%') plus++;
    const sign = tokens[plus]?.text === '$' ? plus + 1 : plus;
    const sort = tokens[sign]?.text;
    if (sign < last && (sort === '±' || sort === '\\pm')) {
      let value = sign + 1;
      if (tokens[value]?.text === '$') value++;
      const spread = atomAt(text, tokens, value, last);
      if (spread && !spread.isWord)
        body = { ...body, last: spread.last, end: spread.end, suffix: spread.suffix };
    }
  }
  const unit = unitAt(tokens, body, last);
  if (!unit && body.suffix !== '') {
    return {
      start,
      end: body.end,
      first,
      last: body.last,
      unit: 'other',
      form: 'bare',
      number: atom.number,
      isWord: atom.isWord,
      isRange: false,
      suffix: body.suffix,
    };
  }
  let end = unit ? unit.end : body.end;
  let after = unit ? unit.last : body.last;
  if (brace?.text === '{' && bold && unit && tokens[body.last]?.text === '}') {
    start = bold.start;
    first = at - 2;
  }
  // “23+”
  const next = tokens[after];
  if (!unit && next && !next.spaced && next.text === '+' && after < last) {
    const beyond = tokens[after + 1];
    if (!beyond || beyond.spaced || beyond.kind === 'symbol') {
      ({ end } = next);
      after++;
    }
  }
  const before = tokens[first - 1];
  if (before && !token.spaced && first === at && SIGNS.includes(before.text) && before.text.length === 1) {
    const beyond = tokens[first - 2];
    if (before.spaced || before.math || !beyond || '({[$=<>'.includes(beyond.text)) {
      ({ start } = before);
      first--;
    }
  }
  const money = tokens[first - 1];
  if (money && !token.spaced && (money.text === '\\$' || money.text === '€' || money.text === '£')) {
    ({ start } = money);
    first--;
    return {
      start,
      end,
      first,
      last: after,
      unit: 'other',
      form: 'measure',
      number: atom.number,
      isWord: false,
      isRange: false,
      suffix: '',
    };
  }
  return {
    start,
    end,
    first,
    last: after,
    unit: unit?.unit ?? 'other',
    form: unit?.form ?? 'bare',
    number: unit ? atom.number * unit.factor : atom.number,
    isWord: atom.isWord,
    isRange: false,
    suffix: '',
  };
}

/** Whether two ends can form a range: they have the same unit, or the first leaves it to the second. */
const fits = (from: Quantity, to: Quantity): boolean =>
  from.suffix === '' &&
  to.suffix === '' &&
  (from.form === to.form || from.form === 'bare' || (from.form === 'time' && to.form === 'measure'));

/** Words that a number or a word for a size can begin with. */
export const BEGINS_NUMBER = markWhere(
  (word) =>
    NUMBER_WORDS.has(word) ||
    VAGUE.has(word) ||
    TWICE.has(word) ||
    TENS.has(word.slice(0, Math.max(0, word.indexOf('-')))) ||
    word.endsWith('fold') ||
    word === 'order' ||
    word === 'orders' ||
    word === 'orders-of-magnitude',
);

/** Every number of a sentence, ranges joined, in order. */
export function quantitiesOf(
  text: string,
  tokens: readonly Token[],
  first: number,
  last: number,
): Quantity[] {
  const found: Quantity[] = [];
  let at = first;
  while (at < last) {
    const token = tokens[at] as Token;
    if (token.kind !== 'number' && (token.marks & BEGINS_NUMBER) === 0) {
      at++;
      continue;
    }
    const vague = vagueAt(tokens, at, last);
    if (vague) {
      found.push(vague);
      at = vague.last;
      continue;
    }
    const one = simpleAt(text, tokens, at, last);
    if (!one) {
      at++;
      continue;
    }
    const whole = rangeFrom(text, tokens, one, first, last) ?? one;
    balance(text, tokens, whole, first, last);
    found.push(whole);
    at = Math.max(at + 1, whole.last);
  }
  return found;
}

function rangeFrom(
  text: string,
  tokens: readonly Token[],
  one: Quantity,
  first: number,
  last: number,
): Quantity | null {
  const ratio = ratioFrom(text, tokens, one, last);
  if (ratio) return ratio;
  if (one.form === 'bare' && one.suffix === '' && tokens[one.last]?.text === '/') {
    // “94.1/93.5%” are two shares, not one range.
    const other = simpleAt(text, tokens, one.last + 1, last);
    if (other?.form === 'percent') return { ...one, form: 'percent', unit: '%' };
  }
  let at = one.last;
  if (tokens[at]?.text === '$') at++;
  const joint = tokens[at];
  if (!joint || at >= last) return null;
  const before = tokens[one.first - 1] ?? null;
  const lead = before?.text === '$' ? (tokens[one.first - 2] ?? null) : before;
  const isBetween = lead?.lower === 'between' && one.first - 1 >= first;
  const isFrom = lead?.lower === 'from' && one.first - 1 >= first;
  if (
    joint.kind === 'word'
      ? joint.lower !== 'to' && !(isBetween && joint.lower === 'and')
      : !DASHES.has(joint.text)
  ) {
    return null;
  }
  let next = at + 1;
  while (
    next < last &&
    /^(?:\$|over|more|than|nearly|about|almost|only|just|\\sim|~|approximately)$/.test(
      (tokens[next] as Token).text,
    )
  ) {
    next++;
  }
  const two = simpleAt(text, tokens, next, last);
  if (!two || !fits(one, two)) return null;
  if (joint.kind === 'word' && joint.lower === 'to' && one.isWord !== two.isWord) return null;
  const start = isBetween || isFrom ? (lead as Token) : null;
  return {
    ...two,
    start: start ? start.start : one.start,
    first: start ? one.first - (before === lead ? 1 : 2) : one.first,
    isRange: true,
    isWord: one.isWord && two.isWord,
  };
}

/** “8 out of 12”, “200/336”. */
function ratioFrom(text: string, tokens: readonly Token[], one: Quantity, last: number): Quantity | null {
  if (one.form !== 'bare' || (one.suffix !== '' && !/^(?:st|nd|rd|th)$/.test(one.suffix))) return null;
  const next = tokens[one.last];
  let at = one.last;
  if (next?.lower === 'out' && tokens[at + 1]?.lower === 'of') at += 2;
  else if (next?.text === '/' && !next.spaced && !next.math && one.suffix === '') at++;
  else return null;
  if (tokens[at]?.lower === 'the') at++;
  const two = simpleAt(text, tokens, at, last);
  if (two?.form !== 'bare' || two.suffix !== '') return null;
  if (!((two.number ?? 0) > (one.number ?? 0))) return null;
  return {
    ...two,
    start: one.start,
    first: one.first,
    form: 'ratio',
    number: one.number,
    isWord: false,
    unit: one.suffix === '' ? 'count' : 'other',
  };
}

/** Includes a `$` next to the value if the value contains only one of the pair. */
function balance(text: string, tokens: readonly Token[], value: Quantity, first: number, last: number): void {
  let count = 0;
  for (let at = value.first; at < value.last; at++) if ((tokens[at] as Token).text === '$') count++;
  if (count % 2 === 0) return;
  const before = tokens[value.first - 1];
  const after = tokens[value.last];
  if (after?.text === '$' && value.last < last && text.slice(value.end, after.start).trim() === '') {
    value.end = after.end;
    value.last++;
  } else if (before?.text === '$' && value.first > first) {
    value.start = before.start;
    value.first--;
  }
}
