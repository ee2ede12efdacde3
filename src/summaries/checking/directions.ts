/** What a text says goes up or down, and whether it contains a negation. */
import {
  CJK_DIRECTIONS,
  CJK_NEGATIONS,
  DIRECTIONS,
  type Direction,
  NEGATIONS,
  NO_NEGATIONS,
} from './lexicon.ts';
import type { Token } from './tokens.ts';

export interface Directed {
  word: string;
  directions: readonly Direction[];
}

/** Words of direction in order. `more than` or `less than` before a number is a bound, not a direction. */
export function directionsIn(tokens: readonly Token[]): Directed[] {
  const found: Directed[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const low = token.text.toLowerCase();
    const own = DIRECTIONS.get(low);
    const directions = own ?? DIRECTIONS.get(low.split('-')[0]!);
    if (!directions || isBound(tokens, at)) continue;
    found.push({ word: low, directions });
  }
  return found;
}

function isBound(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  const number = tokens[at + 2];
  const isThan = next?.kind === 'word' && ['than', 'als'].includes(next.text.toLowerCase());
  return isThan && number?.kind === 'numeral';
}

/** The same in Chinese or Japanese. */
export const cjkDirectionsIn = (text: string): Directed[] =>
  CJK_DIRECTIONS.filter(([word]) => text.includes(word)).map(([word, directions]) => ({ word, directions }));

/** Whether something is negated. “Not only” negates nothing. */
export function isNegated(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (token.kind !== 'word') return false;
    const low = token.text.toLowerCase();
    if (low === 'not' && wordAt(tokens, at + 1) === 'only') return false;
    if (low === 'nicht' && wordAt(tokens, at + 1) === 'nur') return false;
    return NEGATIONS.has(low) || low.endsWith("n't") || low.endsWith('n’t') || low.startsWith('non-');
  });
}

const wordAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at];
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
};

/** The same in Chinese or Japanese. */
export function isCjkNegated(text: string): boolean {
  let rest = text;
  for (const word of NO_NEGATIONS) rest = rest.split(word).join('　');
  return CJK_NEGATIONS.some((word) => rest.includes(word));
}
