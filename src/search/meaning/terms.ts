/** The terms of a text that carry meaning: stems of words, without function words and bare figures. */
import { termOf } from '../analysis.ts';
import { fold } from '../fold.ts';
import { stem } from '../stem.ts';
import { FUNCTION_WORDS } from '../stems.ts';
import { Tokens } from '../tokens.ts';

/** By stem, so that who has only the index's terms leaves out exactly the same words. */
const DULL = new Set([...FUNCTION_WORDS, ...[...FUNCTION_WORDS].map(stem)]);
const NUMBER = /^[\d.]+$/;

/** Whether a term may have a vector. A model has none for others, so readers need not ask. */
export const isTelling = (term: string): boolean =>
  term.length > 1 && term.length <= LONGEST && !DULL.has(term) && !NUMBER.test(term);

/** Longer ones are keys and sequences. */
const LONGEST = 40;

const tokens = new Tokens();

/** Calls `visit` with every term of a text in order, telling ones or not. */
export function eachTerm(text: string, visit: (term: string) => void): void {
  tokens.scan(fold(text));
  for (let i = 0; i < tokens.count; i++) visit(termOf(tokens.text(i), tokens.flags[i]!));
}
