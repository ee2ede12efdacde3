/** Formulas set synchronously in this thread, for tests of pages. Production code must not import it. */
import { formulasIn } from './following.ts';
import { type FormulaSource, rememberFormula } from './memory.ts';
import { setFormula } from './set.ts';

/** A source in which every formula is already set. */
export const setHere: FormulaSource = {
  find: async (formulas) => formulas.map(setFormula),
  want() {},
};

/** Returns the text, with all its formulas now in memory. */
export function whole(text: string): string {
  for (const block of [false, true])
    for (const formula of formulasIn(text, block)) rememberFormula(formula, setFormula(formula));
  return text;
}
