/** Noun phrases around a number: what is counted, measured, compared with, measured on. */
import { ADJECTIVAL, DETERMINERS, METRICS, PLURALS, SINGULARS, STOPS } from './lexicon.ts';
import type { Token } from './tokens.ts';
import type { Span } from './types.ts';
import { markOf, markWhere } from './words.ts';

/** Tokens from `first` up to, not including, `last`. */
export interface Phrase {
  first: number;
  last: number;
}

export const spanOf = (tokens: readonly Token[], { first, last }: Phrase): Span => ({
  start: (tokens[first] as Token).start,
  end: (tokens[last - 1] as Token).end,
});

/** Whether a word looks like the plural of a noun. */
export function isPlural(token: Token): boolean {
  const { lower } = token;
  if (PLURALS.has(lower)) return true;
  if (lower.length < 3 || !lower.endsWith('s') || SINGULARS.has(lower)) return false;
  return !(lower.endsWith('ss') || lower.endsWith('ous') || lower.endsWith('sis') || lower.endsWith('us'));
}

/** Whether a token can stand inside a noun phrase. */
const isInside = (token: Token): boolean =>
  token.kind === 'word'
    ? (token.marks & IS_STOP) === 0
    : token.kind === 'number' && token.end > token.digits && !token.math;

/**
 * The noun phrase that a number counts, which must follow it at once: up to the first plural (“multiple-choice
 * questions”), or null where there is none within six words.
 */
export function countedAfter(tokens: readonly Token[], from: number, last: number): Phrase | null {
  let first = from;
  while (first < last && ['$', '}', '~', '\\,'].includes((tokens[first] as Token).text)) first++;
  for (let at = first; at < last && at < first + 7; at++) {
    const token = tokens[at] as Token;
    if (token.text === ',' && at > first && at + 1 < last && isInside(tokens[at + 1] as Token)) {
      // “12 large, open models”: only adjectives before a comma.
      if (at - first > 2) return null;
      continue;
    }
    if (token.text === '"' || token.text === '`' || token.text === '“' || token.text === "'") continue;
    if ((token.lower === 'and' || token.lower === 'or') && at > first && at + 1 < last) {
      // “three real and synthetic datasets”
      continue;
    }
    if (token.text === '(' && at > first) {
      // “Visual Question Answering (VQA) samples”
      if (tokens[at + 2]?.text !== ')' || at + 3 >= last || !isInside(tokens[at + 3] as Token)) return null;
      at += 2;
      continue;
    }
    if (!isInside(token)) {
      const next = tokens[at + 1];
      if (!ADJECTIVAL.has(token.lower) || at + 1 >= last || !next || !isInside(next)) return null;
      continue;
    }
    if (token.kind === 'word' && isPlural(token)) {
      const next = tokens[at + 1];
      // “8 sports videos”: one more plural right behind is the head.
      if (
        next &&
        at + 1 < last &&
        next.kind === 'word' &&
        isPlural(next) &&
        !STOPS.has(next.lower) &&
        next.spaced
      ) {
        return { first, last: at + 2 };
      }
      return { first, last: at + 1 };
    }
  }
  return null;
}

/** The noun phrase right before a token: “an average performance gain |of”. */
export function before(tokens: readonly Token[], at: number, first: number): Phrase | null {
  let last = at;
  while (
    last > first &&
    ['$', '(', ':', '"', '`', '``', '~', '\\sim', '≈', '='].includes((tokens[last - 1] as Token).text)
  )
    last--;
  if (last > first && (tokens[last - 1] as Token).text === ')') {
    // “root mean squared error (RMSE) of”
    let open = last - 2;
    while (open > first && last - open < 8 && (tokens[open] as Token).text !== '(') open--;
    if (open <= first || (tokens[open] as Token).text !== '(') return null;
    const inner = before(tokens, open, first);
    return inner ? { first: inner.first, last } : null;
  }
  let from = last;
  while (from > first && last - from < 6) {
    const token = tokens[from - 1] as Token;
    if (!isInside(token)) break;
    from--;
  }
  return from < last ? { first: from, last } : null;
}

/** The noun phrase that begins at a token, articles left out: at most eight words. */
export function after(tokens: readonly Token[], at: number, last: number): Phrase | null {
  let first = at;
  while (first < last) {
    const token = tokens[first] as Token;
    if (token.kind === 'word' && DETERMINERS.has(token.lower)) first++;
    else if (token.text === '"' || token.text === '`' || token.text === '$' || token.text === '}') first++;
    else break;
  }
  let end = first;
  while (end < last && end - first < 8 && isInside(tokens[end] as Token)) end++;
  return end > first ? { first, last: end } : null;
}

/** Whether a phrase names a measure. */
export function hasMetric(tokens: readonly Token[], { first, last }: Phrase): boolean {
  for (let at = first; at < last; at++) if (isMetric(tokens[at] as Token)) return true;
  return false;
}

/** Whether a word names a measure, also as part of a compound (“macro-F1”, “Top-1-accuracy”). */
export const isMetric = (token: Token): boolean => (token.marks & IS_METRIC) !== 0;

function measures(lower: string, written: string): boolean {
  if (METRICS.has(lower) || METRICS.has(written)) return true;
  const dash = lower.lastIndexOf('-');
  if (dash > 0 && METRICS.has(lower.slice(dash + 1))) return true;
  const at = lower.indexOf('@');
  return at > 0;
}

/** Whether a token can be part of the name of a dataset, model or method: capitals inside, digits, or a capital. */
export function isName(token: Token): boolean {
  if (token.kind === 'number')
    return /[A-Z]/.test(token.text) && /[A-Z][A-Za-z]|[A-Z]$/.test(token.text.slice(-2));
  if (token.kind !== 'word') return false;
  return isStrongName(token) || /^\p{Lu}/u.test(token.text);
}

const IS_STRONG = markWhere((_, written) => looksStrong(written));
const IS_STOP = markOf(STOPS);
const IS_METRIC = markWhere(measures);

/** A name by its looks alone: at least two capitals, a capital inside, or letters with digits. */
export const isStrongName = (token: Token): boolean => (token.marks & IS_STRONG) !== 0;

function looksStrong(text: string): boolean {
  if (text.length < 2) return false;
  let capitals = 0;
  let hasDigit = false;
  let inner = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 65 && code <= 90) {
      capitals++;
      if (at > 0 && text[at - 1] !== '-' && text[at - 1] !== '/') inner = true;
    } else if (code >= 48 && code <= 57) hasDigit = true;
  }
  return (capitals > 0 && inner) || (hasDigit && (capitals > 0 || /^[a-z]+\d+[a-z]*$/.test(text)));
}
