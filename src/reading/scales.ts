/** Words that say how many without a number: “millions”, “doubles the”, “an order of magnitude”, “tenfold”. */
import { wordNumber } from './numerals.ts';
import type { Quantity } from './quantity.ts';
import type { Token } from './tokens.ts';
import type { Unit } from './types.ts';

/** Words that give a scale without a number. */
export const VAGUE: ReadonlyMap<string, number> = new Map(
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
export const TWICE: ReadonlyMap<string, number> = new Map(
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

export function vagueAt(tokens: readonly Token[], at: number, last: number): Quantity | null {
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
