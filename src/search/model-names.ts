/** Names of models with a number, such as `GPT-4`. */
import type { QueryWord, Unit } from './query-types.ts';
import { FIGURE } from './tokens.ts';

/** A hyphen and a figure: the word before belongs to it as in `GPT-4`. */
export const isModel = (word: QueryWord): boolean => word.link === 'hyphen' && (word.flags & FIGURE) !== 0;

/** Brings the two words of a model's name, which the query holds as two units, into one. */
export function joinModels(units: readonly Unit[]): Unit[] {
  const joined: Unit[] = [];
  for (const unit of units) {
    const [atom] = unit.alternatives;
    const before = joined.at(-1);
    const first = before?.alternatives[0];
    if (
      atom?.words.length === 1 &&
      unit.alternatives.length === 1 &&
      isModel(atom.words[0]!) &&
      before?.alternatives.length === 1 &&
      first?.words.length === 1
    )
      joined[joined.length - 1] = {
        alternatives: [
          {
            words: [first.words[0]!, atom.words[0]!],
            prefix: false,
            asTyped: first.asTyped === true || atom.asTyped === true,
          },
        ],
        must: unit.must || before.must,
        isApart: before.isApart === true,
      };
    else joined.push(unit);
  }
  return joined;
}
