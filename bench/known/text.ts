/** Small changes people make to words and titles when they type them; all by a seeded chance. */
import type { Random } from '../random.ts';
import { STOP_WORDS } from '../search/queries.ts';

/** Words of a text without the punctuation around them. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+/u, '').replace(/[^\p{L}\p{N}+#]+$/u, ''))
    .filter((word) => word !== '');

/** Words that nobody would pick to find a paper by, beside the stop words. */
const DULL = new Set(
  'via using use yet over from through toward towards between under its can how what why when does are you'.split(
    ' ',
  ),
);

/** Words that say something. */
export const tellingWords = (text: string): string[] =>
  wordsOf(text).filter(
    (word) => word.length > 2 && !STOP_WORDS.has(word.toLowerCase()) && !DULL.has(word.toLowerCase()),
  );

/** Whether a text has formulas or TeX commands, which people do not retype. */
export const hasTex = (text: string): boolean => /[$\\{}^_]/.test(text);

/** Some of the values in the order they have. */
export function some<T>(chance: Random, values: readonly T[], count: number): T[] {
  const places = chance.shuffle(values.map((_, i) => i)).slice(0, count);
  return places.sort((a, b) => a - b).map((i) => values[i]!);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A word with one letter left out, doubled or added, replaced, or exchanged with the next. */
export function misspelt(chance: Random, word: string): string {
  for (;;) {
    const at = chance.below(word.length);
    const letter = chance.pick(LETTERS.split(''));
    const other = [
      word.slice(0, at) + word.slice(at + 1),
      word.slice(0, at) + letter + word.slice(at),
      word.slice(0, at) + letter + word.slice(at + 1),
      word.slice(0, at) + (word[at + 1] ?? '') + word[at] + word.slice(at + 2),
    ][chance.below(4)]!;
    if (other.toLowerCase() !== word.toLowerCase()) return other;
  }
}

/** Words long enough that one error leaves them readable. */
export const isSpelt = (word: string): boolean => /^[A-Za-z]{6,}$/.test(word);

/** The words with `errors` errors, each in another word; null if there are too few long ones. */
export function mistyped(chance: Random, words: readonly string[], errors: number): string[] | null {
  const long = words.flatMap((word, i) => (isSpelt(word) ? [i] : []));
  if (long.length < errors) return null;
  const typed = [...words];
  for (const i of some(chance, long, errors)) typed[i] = misspelt(chance, typed[i]!);
  return typed;
}

/** A noun in the other number, by the rules of spelling; null where they do not tell. */
export function otherNumber(word: string): string | null {
  if (!/^[A-Za-z]{4,}$/.test(word)) return null;
  if (/(ss|as|us|is|ous|ed|ly|ing|ive|al|ic|ful|less)$/i.test(word)) return null;
  if (/[^aeiou]ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ches|shes|xes|sses)$/i.test(word)) return word.slice(0, -2);
  if (/s$/i.test(word)) return word.slice(0, -1);
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(ch|sh|x)$/i.test(word)) return `${word}es`;
  return `${word}s`;
}

/** Spellings of either side of the Atlantic. Words are taken as they begin, so that endings come along. */
const SPELLINGS: readonly [british: string, american: string][] = (
  'behaviour-behavior colour-color favour-favor neighbour-neighbor labour-labor tumour-tumor honour-honor ' +
  'generalis-generaliz optimis-optimiz regularis-regulariz summaris-summariz visualis-visualiz organis-organiz ' +
  'personalis-personaliz quantis-quantiz characteris-characteriz localis-localiz normalis-normaliz ' +
  'minimis-minimiz maximis-maximiz synthesis-synthesiz recognis-recogniz utilis-utiliz tokenis-tokeniz ' +
  'factoris-factoriz stabilis-stabiliz randomis-randomiz analys-analyz catalys-catalyz ' +
  'modelling-modeling labelling-labeling labelled-labeled travelling-traveling signalling-signaling ' +
  'centre-center fibre-fiber metre-meter defence-defense licence-license grey-gray ' +
  'artefact-artifact ageing-aging programme-program haemo-hemo anaesth-anesth paediatric-pediatric'
)
  .split(' ')
  .map((pair) => pair.split('-') as [string, string]);

/** The word as the other side writes it; null where both write it alike. */
export function acrossTheAtlantic(word: string, to: 'british' | 'american'): string | null {
  const lower = word.toLowerCase();
  for (const [british, american] of SPELLINGS) {
    const [from, into] = to === 'british' ? [american, british] : [british, american];
    // "synthesis" itself is spelt alike, and so is "analysis".
    if (lower.startsWith(from) && !/(synthesis|analysis|analyst)s?$/.test(lower))
      return into + lower.slice(from.length);
  }
  return null;
}

/** A text cut into sentences, those that are long enough to say something. */
export const sentencesOf = (text: string): string[] =>
  text.split(/(?<=[.?!])\s+(?=[A-Z])/).filter((sentence) => sentence.length > 40);
