/** Units after numbers: “%”, “$\times$”, “GB”, “tokens per second”. */
import { MEASURES, TIMES } from './lexicon.ts';
import type { Atom } from './numerals.ts';
import type { Quantity } from './quantity.ts';
import type { Token } from './tokens.ts';
import type { Unit } from './types.ts';

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
export function unitAt(tokens: readonly Token[], atom: Atom, last: number): WithUnit | null {
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
