/** Other spellings of a word: what else is looked for with it in a plan (planner.ts). */
import { mapped } from './arrays.ts';
import { cut, type Draft, termFor } from './draft.ts';
import { isThere } from './lists.ts';
import { commonList } from './made-lists.ts';
import { type Split, splitOf, spokenFigure, vowelSpellings } from './other-spellings.ts';
import type { QueryWord } from './query-types.ts';
import { PLAIN } from './tokens.ts';
import { LIST_WEIGHTS } from './weights.ts';

/** "multitoken" is also "multi-token", and "gpt4" is "GPT-4". */
export function variants(draft: Draft, word: QueryWord, bit: number, inText: number): void {
  const snapshot = draft.snapshot;
  const spoken = spokenFigure(word.word);
  if (spoken) draft.phrase('variant', cut(spoken), bit, LIST_WEIGHTS.variant, true);
  for (const other of vowelSpellings(snapshot, word, inText)) {
    const term = termFor(other);
    draft.plan.marks.terms.add(term);
    const idf = Math.min(draft.idf(term), inText > 0 ? draft.idf(word.term) : Number.POSITIVE_INFINITY);
    draft.add('variant', other, term, idf * LIST_WEIGHTS.variant, bit);
  }
  const best = snapshot.remember(`split ${word.word}`, () => splitOf(snapshot, word, inText));
  if (best === null) return;
  const { parts, pair, seen } = best;
  if (pair === null) {
    draft.phrase('variant', cut(parts), bit, LIST_WEIGHTS.variant, true);
    return;
  }
  // Where the papers write it in one ("dataset"), the pair is just another spelling of it, and the words
  // apart are something else.
  const idf = draft.idf(inText > 0 ? word.term : pair);
  const hasApart = (word.flags & PLAIN) !== 0 && (inText === 0 || inText <= 2 * seen);
  // Side by side, with a hyphen or without, they are one spelling, which counts once and no more than the word itself.
  if (!hasApart || !draft.phrase('variant', cut(parts), bit, LIST_WEIGHTS.variant, inText === 0, idf))
    draft.variant(pair, parts.join('-'), idf, bit);
}

/** Words that were written as one and nowhere stand side by side: papers that have them all. */
export function apart(draft: Draft, { word }: QueryWord, bit: number): void {
  const split = draft.snapshot.remember(`split ${word}`, (): Split | null => null);
  if (split === null) return;
  const words = cut(split.parts);
  const label = split.parts.join(' ');
  const lists = mapped(draft.snapshot.parts, (part) =>
    commonList(
      part,
      mapped(words, ({ term }) => term),
    ),
  );
  if (!lists.some(isThere)) return;
  for (const { term } of words) draft.plan.marks.terms.add(term);
  const idf = words.reduce((sum, { term }) => sum + draft.idf(term), 0);
  draft.add('variant', label, `+${label}`, idf * LIST_WEIGHTS.variant, bit, lists);
}
