/** Words that were probably mistyped, and names of models: what is looked for with them in a plan (planner.ts). */
import { FORM } from './analysis.ts';
import { mapped } from './arrays.ts';
import { cut, type Draft, termFor } from './draft.ts';
import { MOST_IMPACT } from './fields.ts';
import { isThere } from './lists.ts';
import { phraseList } from './phrase-list.ts';
import type { QueryWord } from './query-types.ts';
import { likelyModel, likelyWords } from './spelling.ts';
import { stemOf } from './stems.ts';
import { LIST_WEIGHTS, SCALE, wholeWeight } from './weights.ts';

/** A word is rare that fewer papers have; and another is much more usual that so many times as many have. */
export const rareIn = (documents: number): number => Math.max(1, documents / 5_000);
const MUCH_MORE = 20;
/** A word that so many titles have as it stands is right. */
const ESTABLISHED = 3;
const MODEL = /^([a-z]{3,})(\d.*)$/;

/** A word that few have may be another, mistyped. Papers that have it as it stands stay above all others. */
export function typos(draft: Draft, word: QueryWord, bit: number, inText: number): void {
  const snapshot = draft.snapshot;
  if (snapshot.frequency(FORM + word.word) >= ESTABLISHED) return;
  const found = [...draft.lists.values()].filter(({ groups }) => (groups & bit) !== 0);
  // That its stem is there need not mean that it is: "difusion" has the stem of "difuse".
  const isExact = snapshot.frequency(FORM + word.word) > 0 || found.some(({ kind }) => kind === 'variant');
  const likely = snapshot
    .remember(`typo ${word.word}`, () => likelyWords(snapshot, word.word, 3))
    .filter(({ papers }) => found.length === 0 || papers >= MUCH_MORE * Math.max(1, inText));
  if (likely.length === 0) {
    const model = inText === 0 ? MODEL.exec(word.word) : null;
    if (model) misspeltModel(draft, word.word, model[1]!, model[2]!, 0, bit);
    return;
  }
  draft.plan.corrected.push({ word: word.word, instead: likely[0]!.word });
  if (!isExact) {
    draft.plan.marks.terms.delete(word.term);
    draft.plan.marks.names.add(word.word);
  }
  const idf = draft.idf(termFor(likely[0]!.word));
  let most = 0;
  for (const { word: meant, distance } of likely) {
    const term = termFor(meant);
    // A rarer word is no better for being rare.
    const worth = Math.min(idf, draft.idf(term)) * LIST_WEIGHTS.typo ** distance;
    most = Math.max(most, worth);
    draft.plan.marks.terms.add(term);
    draft.plan.stems.push(term);
    draft.add('typo', meant, term, worth, bit);
    if (meant !== likely[0]!.word) continue;
    if (!isExact && draft.plan.chain.at(-1)?.term === word.term) draft.plan.chain.pop();
    draft.plan.chain.push({ term, idf, label: meant });
  }
  for (const list of found)
    if (isExact) list.base = Math.ceil(most * SCALE) * MOST_IMPACT;
    else list.weight = Math.min(list.weight, wholeWeight(most * draft.times()));
}

/** The name of a model with an error in its letters. Its figure is taken for right, whatever it is. */
export function misspeltModel(
  draft: Draft,
  word: string,
  name: string,
  figure: string,
  fewest: number,
  bit: number,
): void {
  const snapshot = draft.snapshot;
  const meant = snapshot.remember(`model ${name} ${figure} ${fewest}`, () =>
    likelyModel(snapshot, name, figure, fewest),
  );
  if (meant === null) return;
  const isHyphen = snapshot.frequency(meant + figure) === 0 || word.includes('-');
  draft.plan.corrected.push({ word, instead: isHyphen ? `${meant}-${figure}` : meant + figure });
  draft.plan.marks.phrases.add(`${stemOf(meant)} ${figure}`);
  draft.plan.marks.terms.add(meant + figure);
  const label = `${meant}-${figure}`;
  for (const term of [`${stemOf(meant)}-${figure}`, meant + figure])
    if (snapshot.frequency(term) > 0)
      draft.add('typo', label, term, draft.idf(term) * LIST_WEIGHTS.typo, bit);
  if (!draft.has(bit)) draft.phrase('typo', cut([meant, figure]), bit, LIST_WEIGHTS.typo, true);
}

/** "GPT-4" is one thing: "gpt" and "4" apart are not what was meant. */
export function modelName(draft: Draft, a: QueryWord, b: QueryWord, bit: number, asTyped: boolean): void {
  const pair = `${a.term}-${b.term}`;
  const one = `${a.word}${b.word}`;
  const idf = Math.min(draft.idf(pair), draft.idf(one));
  const label = `${a.word}-${b.word}`;
  draft.plan.stems.push(a.term, one);
  draft.plan.marks.phrases.add(`${a.term} ${b.term}`);
  draft.plan.marks.terms.add(one);
  draft.add('word', label, pair, idf, bit);
  draft.add('word', label, one, idf, bit);
  const found = draft.snapshot.frequency(pair) + draft.snapshot.frequency(one);
  if (found > 0) {
    if (!asTyped && !draft.isLong() && found <= rareIn(draft.snapshot.documents))
      misspeltModel(draft, label, a.word, b.word, MUCH_MORE * found, bit);
    return;
  }
  // A pair of a single paper is not kept where there are many; its words side by side are.
  const lists = mapped(draft.snapshot.parts, (part) => phraseList(part, [a.term, b.term]));
  if (lists.some(isThere)) {
    draft.add('word', label, `"${label}`, idf, bit, lists);
    return;
  }
  if (!asTyped) misspeltModel(draft, label, a.word, b.word, 0, bit);
  if (!draft.has(bit, true)) draft.plan.unknown.push(label);
}
