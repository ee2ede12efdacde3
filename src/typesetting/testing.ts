/** Formulas set at once and in this thread, for tests of pages. Nothing that runs may import it. */
import { formulasIn } from './following.ts';
import { type FormulaSource, rememberFormula } from './memory.ts';
import { setFormula } from './set.ts';

/** Formulas that have always been set already. */
export const setHere: FormulaSource = {
  find: async (formulas) => formulas.map(setFormula),
  want() {},
};

/** The text itself, all of whose formulas are in memory from now on. */
export function whole(text: string): string {
  for (const block of [false, true])
    for (const formula of formulasIn(text, block)) rememberFormula(formula, setFormula(formula));
  return text;
}
