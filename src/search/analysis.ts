/**
 * From text to terms. One dictionary holds four kinds of term, told apart by their first sign:
 *
 *   `model`        the stem of a word, from title, summary, abstract, keywords and organisations
 *   `multi-token`  two stems that a hyphen joined ("multi-token", "multi-tokens"), or a word and the figure
 *                  behind it ("GPT 4", "Llama 7B"), so that they meet "GPT-4"
 *   `=models`      a word exactly as it stands in a title: exact forms rank above other forms of the stem
 *   `@hinton`      a word of an author's name, which is not stemmed
 *
 * Words hold neither `-` nor `=` nor `@`, so the kinds cannot collide.
 */
import { fold } from './fold.ts';
import { stemCached } from './stem.ts';
import { ADJACENT, FIGURE, JOINED, PLAIN, Tokens } from './tokens.ts';

/**
 * Words that say nothing of a subject. They are indexed and searched like all others; they are only kept
 * out of pairs with each other and of marks in text.
 */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above after again all also although among an and any are as at be because been before being ' +
    'below between both but by can cannot could did do does doing down during each et etc few first for ' +
    'from further had has have having he her here him his how however i if in into is it its itself just ' +
    'may me might more most moreover much must my no nor not of off on once only or other our out over own ' +
    'same second several she should since so some such than that the their them then there therefore these ' +
    'they this those though through thus to too two under until up upon us use used uses using very via was ' +
    'we well were what when where whether which while who whom why will with within without would yet you your'
  ).split(' '),
);

/** Words that all papers use of themselves; with the above, never a sign of what two have in common. */
export const DULL_WORDS: ReadonlySet<string> = new Set([
  ...FUNCTION_WORDS,
  ...(
    'based show shows shown paper propose proposed proposes present results result approach method methods ' +
    'new novel study work existing across including provide significantly demonstrate demonstrates'
  ).split(' '),
]);

export const FORM = '=';
export const NAME = '@';

/** The term of a word: its stem when it is an English-looking one, else itself. */
export function termOf(word: string, flags: number): string {
  return (flags & PLAIN) !== 0 ? stemCached(word) : word;
}

/** Whether words `index - 1` and `index` are indexed as a pair. Told which of the two are function words. */
export function isPair(tokens: Tokens, index: number, beforeDull: boolean, dull: boolean): boolean {
  const flags = tokens.flags[index]!;
  if ((flags & JOINED) !== 0) return !(beforeDull && dull);
  if ((flags & ADJACENT) === 0 || (flags & FIGURE) === 0 || beforeDull) return false;
  return (tokens.flags[index - 1]! & PLAIN) !== 0;
}

const scratch = new Tokens();

/** The words of a text as folded, for names and short texts where no more is wanted. */
export function words(text: string): string[] {
  scratch.scan(fold(text));
  return Array.from({ length: scratch.count }, (_, i) => scratch.text(i));
}

/**
 * The terms of a text, plainly: words and pairs in order. The writer does the same in a faster way
 * (builder.ts); the tests hold the two against each other.
 */
export function analyse(text: string): { words: string[]; terms: string[]; pairs: string[] } {
  const tokens = new Tokens();
  tokens.scan(fold(text));
  const result = { words: [] as string[], terms: [] as string[], pairs: [] as string[] };
  for (let i = 0; i < tokens.count; i++) {
    const word = tokens.text(i);
    result.words.push(word);
    result.terms.push(termOf(word, tokens.flags[i]!));
    const before = FUNCTION_WORDS.has(result.words[i - 1] ?? '');
    if (isPair(tokens, i, before, FUNCTION_WORDS.has(word)))
      result.pairs.push(`${result.terms[i - 1]}-${result.terms[i]}`);
  }
  return result;
}
