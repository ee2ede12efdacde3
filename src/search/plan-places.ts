/** Words in one field, or nearly in their places: what is looked for with them in a plan (planner.ts). */
import { placedLists } from './atom-lists.ts';
import type { Draft } from './draft.ts';
import { isThere } from './lists.ts';
import type { Atom } from './query-types.ts';
import { isFunctionWord } from './query-words.ts';

/** Adds them as they stand: without other spellings, and without corrections. */
export function placed(draft: Draft, atom: Atom, bit: number): void {
  const { marks, stems, unknown } = draft.plan;
  const { words, field = '', slop = 0 } = atom;
  let worth = 0;
  for (const word of words) {
    stems.push(word.term);
    if (!isFunctionWord(word)) worth += draft.idf(word.term);
  }
  const label = words.map(({ word }) => word).join(' ');
  marks.phrases.add(words.map(({ term }) => term).join(' '));
  if (words.length === 1 || slop > 0) for (const { term } of words) marks.terms.add(term);
  if (atom.prefix) marks.prefixes.push(words[0]!.word);
  const said = field === '' ? label : `${field}:${label}`;
  const lists = placedLists(draft.snapshot, atom);
  if (lists.some(isThere))
    draft.add(words.length === 1 ? 'word' : 'phrase', said, `${field}~${slop}"${label}`, worth, bit, lists);
  else unknown.push(`“${said}”`);
}
