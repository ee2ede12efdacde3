/** Numbers with their units: “7.2\%”, “$2.5\times$”, “from 5GB to 135MB”, “three”, “1.2 million”. */
import { MEASURES, NUMBER_WORDS, SCALES, TENS, TIMES } from './lexicon.ts';
import type { Token } from './tokens.ts';
import type { Unit } from './types.ts';
import { markWhere } from './words.ts';

/** A number as it appears in the text; tokens from `first` up to, not including, `last`. */
export interface Quantity {
  start: number;
  end: number;
  first: number;
  last: number;
  unit: Unit;
  /** How it is written; `bare` has neither unit nor noun yet. */
  form:
    | 'ratio'
    | 'twice'
    | 'percent'
    | 'points'
    | 'factor'
    | 'time'
    | 'measure'
    | 'count'
    | 'bare'
    | 'statistic'
    | 'rank'
    | 'vague';
  number: number | null;
  isWord: boolean;
  isRange: boolean;
  /** What is attached to the end of the number and is not a unit (“5-shot”, “3D”). */
  suffix: string;
}

/** Value of digits as written: “1,000”, “1{,}000”, “.5”. */
export function numeral(text: string): number {
  return Number(text.replace(/[,{}\\]/g, ''));
}

interface Atom {
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
function atomAt(text: string, tokens: readonly Token[], at: number, last: number): Atom | null {
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

function wordNumber(lower: string): number | null {
  const direct = NUMBER_WORDS.get(lower);
  if (direct !== undefined) return direct;
  const dash = lower.indexOf('-');
  if (dash < 0) return null;
  const tens = TENS.get(lower.slice(0, dash));
  const ones = NUMBER_WORDS.get(lower.slice(dash + 1));
  return tens !== undefined && ones !== undefined && ones < 10 ? tens + ones : null;
}

interface WithUnit {
  form: Quantity['form'];
  unit: Unit;
  last: number;
  end: number;
  factor: number;
}

/** Skips the signs that LaTeX puts between a number and its unit. */
function skipFiller(tokens: readonly Token[], at: number, last: number): number {
  let here = at;
  while (here < last) {
    const token = tokens[here] as Token;
    if (token.text === '~' || token.text === '\\,' || token.text === '\\ ' || token.text === '\\;') here++;
    else if ((token.text === '$' || token.text === '}') && here === at) here++;
    else break;
  }
  return here;
}

/** The unit after a number, if there is one. */
function unitAt(tokens: readonly Token[], atom: Atom, last: number): WithUnit | null {
  const { suffix } = atom;
  const lower = suffix.toLowerCase();
  const here = { last: atom.last, end: atom.end, factor: 1 };
  if (suffix !== '') {
    if (lower === 'x' || lower === 'times') return { form: 'factor', unit: 'x', ...here };
    if (lower === '-fold' || lower === 'fold') return { form: 'factor', unit: 'x', ...here };
    if (suffix === 'pp' || suffix === 'pts' || suffix === 'pt')
      return { form: 'points', unit: 'points', ...here };
    if (TIMES.has(suffix))
      return { form: 'time', unit: 'seconds', ...here, factor: TIMES.get(suffix) as number };
    if (isMeasure(suffix)) {
      const to = restOfMeasure(tokens, atom.last - 1, last);
      return { form: 'measure', unit: 'other', factor: 1, last: to + 1, end: (tokens[to] as Token).end };
    }
    return null;
  }
  let at = skipFiller(tokens, atom.last, last);
  const token = tokens[at];
  if (!token || at >= last) return null;
  const as = (form: Quantity['form'], unit: Unit, factor = 1, to = at): WithUnit => ({
    form,
    unit,
    factor,
    last: to + 1,
    end: (tokens[to] as Token).end,
  });
  const dressed = dressedUnit(tokens, at, last);
  if (dressed >= 0) return as('measure', 'other', 1, dressed);
  if (token.text === '%' || token.text === '\\%' || token.text === '％') {
    const next = tokens[at + 1];
    if (next && at + 1 < last && next.kind === 'word' && next.lower === 'points') {
      return as('points', 'points', 1, at + 1);
    }
    return as('percent', '%');
  }
  if (token.text === '×' || token.text === '\\times') {
    // “3 × 3”, “$4\times 10^5$” multiply.
    let next = at + 1;
    if (tokens[next]?.text === '$') next++;
    if (next < last && (tokens[next] as Token).kind === 'number') return null;
    return as('factor', 'x');
  }
  if (token.text === '°' || token.text === '\\circ' || token.text === '℃') {
    const next = tokens[at + 1];
    return next && at + 1 < last && (next.text === 'C' || next.text === 'K' || next.text === 'F')
      ? as('measure', 'other', 1, at + 1)
      : as('measure', 'other');
  }
  if (token.text === '\\sigma' || token.text === 'σ') return as('measure', 'other');
  if (token.text === '-' || token.text === '‑') {
    // “50-percent”, “10-fold” with spaces lost are glued; here the hyphen stands alone.
    return null;
  }
  if (token.kind !== 'word') return null;
  const { lower: word } = token;
  const next = at + 1 < last ? tokens[at + 1] : undefined;
  if (word === 'percent' || word === 'percentage' || word === 'per' || word === 'absolute') {
    if (word === 'per' && next?.lower !== 'cent') return null;
    if (word === 'absolute') {
      const isPoints = next?.lower === 'points' || next?.lower === 'percentage';
      if (!isPoints) return null;
      at++;
    }
    if (
      word !== 'percent' &&
      (next?.lower === 'points' || next?.lower === 'point' || next?.lower === 'percentage')
    ) {
      const third = tokens[at + 1];
      if (word === 'absolute' && third?.lower === 'points') return as('points', 'points', 1, at + 1);
      return as('points', 'points', 1, word === 'absolute' ? at : at + 1);
    }
    if (word === 'percentage') return null;
    if (next?.lower === 'points' || next?.lower === 'point') return as('points', 'points', 1, at + 1);
    return as('percent', '%', 1, word === 'per' ? at + 1 : at);
  }
  if (word === 'points' || word === 'point' || word === 'pp' || word === 'pts' || word === 'p.p') {
    // “3 points” of a score; “500 points of a cloud” are counted by the judge.
    return atom.number < 200 ? as('points', 'points') : null;
  }
  if (word === 'x' && !atom.isWord) return as('factor', 'x');
  if (word === 'times') return as('factor', 'x');
  if (word === 'fold') return as('factor', 'x');
  if (word === 'orders' || word === 'order') {
    const of = tokens[at + 1];
    const what = tokens[at + 2];
    if (of?.lower === 'of' && what?.lower === 'magnitude' && at + 2 < last) {
      return as('factor', 'x', 1, at + 2);
    }
    return null;
  }
  const time = TIMES.get(token.text) ?? (token.text.length > 2 ? TIMES.get(word) : undefined);
  if (time !== undefined) {
    if (token.text.length <= 2 && atom.isWord) return null;
    return as('time', 'seconds', time);
  }
  if (isMeasure(token.text) && !atom.isWord && !(atom.scaled && token.text.length === 1)) {
    return as('measure', 'other', 1, restOfMeasure(tokens, at, last));
  }
  return null;
}

/** “cm2”, “V-1”, “s-1”: units to a power, written without signs. */
const POWER = /^(?:[munkM]?[mgsVAWJKTNL]|cm|Hz|mol|Pa)-?[1-4]$/;

/** Whether a word is a unit of measure, alone or by another: “mA/cm2”, “Gbit/s”. */
function isMeasure(text: string): boolean {
  if (MEASURES.has(text) || POWER.test(text)) return true;
  const slash = text.indexOf('/');
  return slash > 0 && text.length - slash < 8 && MEASURES.has(text.slice(0, slash));
}

/** The token after “\\mu” in front of a unit, or the unit in “\\mathrm{K}”; -1 where neither begins here. */
function dressedUnit(tokens: readonly Token[], at: number, last: number): number {
  let here = at;
  while (here < last && /^(?:\$|\{|\\,|~|\\;)$/.test((tokens[here] as Token).text)) here++;
  const command = tokens[here];
  if (command?.kind !== 'command' || here >= last) return -1;
  const isMicro = command.text === '\\mu';
  if (!isMicro && !/^\\(?:mathrm|text|rm|textrm|mathit)$/.test(command.text)) return -1;
  here++;
  while (
    here < last &&
    /^(?:\$|\{|\}|\\mathrm|\\text|\\rm)$/.test((tokens[here] as Token).text) &&
    here - at < 6
  )
    here++;
  const unit = tokens[here];
  if (!unit || here >= last || !isMeasure(isMicro ? `μ${unit.text}` : unit.text)) return -1;
  return tokens[here + 1]?.text === '}' && here + 1 < last ? here + 1 : here;
}

/** Units of several words: “km s^{-1}”, “mA cm$^{-2}$”, “GB/s”, “frames per second”. */
function restOfMeasure(tokens: readonly Token[], at: number, last: number): number {
  let end = at;
  while (end + 1 < last) {
    const next = tokens[end + 1] as Token;
    if (next.text === '/' && end + 2 < last && isMeasure((tokens[end + 2] as Token).text)) end += 2;
    else if (next.kind === 'word' && next.spaced && POWER.test(next.text)) end++;
    else if (
      next.kind === 'word' &&
      MEASURES.has(next.text) &&
      (!/^[Am]$/.test(next.text) || tokens[end + 2]?.text === '^')
    )
      end++;
    else if (next.lower === 'per' && end + 2 < last && UNIT_OF.has((tokens[end + 2] as Token).lower))
      end += 2;
    else if (next.text === '$' || next.text === '^') {
      let to = end + 1;
      if (next.text === '$') to++;
      if (tokens[to]?.text !== '^') break;
      to++;
      if (tokens[to]?.text === '{') {
        while (to < last && tokens[to]?.text !== '}' && to - end < 8) to++;
        if (tokens[to]?.text !== '}') break;
      } else if (tokens[to]?.text === '-') to++;
      if (next.text === '$' && tokens[to + 1]?.text === '$') to++;
      if (to >= last) break;
      end = to;
    } else break;
  }
  return end;
}

const UNIT_OF = new Set('second minute hour day year token image frame sample step iteration'.split(' '));

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

/** Words that give a scale without a number. */
const VAGUE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    millions: 1e6,
    billions: 1e9,
    trillions: 1e12,
    thousands: 1e3,
    hundreds: 100,
    dozens: 12,
    tens: 10,
  }),
);

/** Words for a doubling and its like. */
const TWICE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    double: 2,
    doubles: 2,
    doubled: 2,
    doubling: 2,
    twice: 2,
    triple: 3,
    triples: 3,
    tripled: 3,
    tripling: 3,
    quadruple: 4,
    quadruples: 4,
    quadrupling: 4,
    halve: 0.5,
    halves: 0.5,
    halved: 0.5,
    halving: 0.5,
  }),
);

/** Whether such a word compares: “doubles the”, “twice as”, “nearly double”, not “double descent”. */
function isTwice(tokens: readonly Token[], at: number, last: number): boolean {
  const next = at + 1 < last ? (tokens[at + 1]?.lower ?? '') : '';
  const { lower } = tokens[at] as Token;
  if (/^(?:the|our|its|their|that|as|those|what)$/.test(next)) return true;
  if (lower === 'double' || lower === 'triple' || lower === 'quadruple' || lower === 'twice') {
    const before = tokens[at - 1]?.lower ?? '';
    return /^(?:than|nearly|almost|roughly|over|approximately|about)$/.test(before);
  }
  return lower !== 'doubled' && lower !== 'doubles' && lower !== 'doubling';
}

function vagueAt(tokens: readonly Token[], at: number, last: number): Quantity | null {
  const token = tokens[at] as Token;
  if (token.kind !== 'word') return null;
  const make = (form: Quantity['form'], unit: Unit, number: number | null, to = at + 1): Quantity => ({
    start: token.start,
    end: (tokens[to - 1] as Token).end,
    first: at,
    last: to,
    unit,
    form,
    number,
    isWord: true,
    isRange: false,
    suffix: '',
  });
  const { lower } = token;
  const size = VAGUE.get(lower);
  if (size !== undefined) {
    let to = at + 1;
    if (tokens[to]?.lower === 'of' && VAGUE.get(tokens[to + 1]?.lower ?? '') !== undefined && to + 1 < last)
      to += 2;
    return make('vague', 'count', null, to);
  }
  const twice = TWICE.get(lower);
  if (twice !== undefined) return isTwice(tokens, at, last) ? make('twice', 'x', twice) : null;
  if (lower === 'orders-of-magnitude') return make('factor', 'x', null);
  if ((lower === 'orders' || lower === 'order') && tokens[at + 1]?.lower === 'of') {
    if (tokens[at + 2]?.lower === 'magnitude' && at + 2 < last) {
      return lower === 'orders' || ['an', 'one'].includes(tokens[at - 1]?.lower ?? '')
        ? make('factor', 'x', lower === 'order' ? 10 : null, at + 3)
        : null;
    }
    return null;
  }
  if (lower.endsWith('fold') && lower.length > 4) {
    const stem = lower.endsWith('-fold') ? lower.slice(0, -5) : lower.slice(0, -4);
    const number = wordNumber(stem);
    if (number !== null) return make('factor', 'x', number);
  }
  return null;
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
