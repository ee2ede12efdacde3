/**
 * Words and phrases of the curation rules, and whether a text contains them: whole words regardless of case, accents
 * and simple plurals; the words of a phrase must be consecutive.
 */

/** Texts prepared for `hasTerm`. Prepared once per paper, however many terms there are. */
export type FoldedTexts = string;

const LETTERS = /[\p{L}\p{N}]+/gu;
/** Scripts written without spaces: there, a word may be anywhere inside a run. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}\p{sc=Myanmar}]/u;

/** Folds texts. No phrase extends from one into the next. */
export function foldTexts(texts: Iterable<string | null>): FoldedTexts {
  let folded = '';
  for (const text of texts) if (text) folded += ` ${wordsOf(text)} \n`;
  return folded;
}

/** A prepared term: null if it contains no word. */
export function foldTerm(term: string): string | null {
  const words = wordsOf(term);
  if (words === '') return null;
  return UNSPACED.test(words) ? words : ` ${words} `;
}

/** Whether the texts contain a term (as `foldTerm` gives it). */
export const hasTerm = (texts: FoldedTexts, term: string): boolean => texts.includes(term);

const wordsOf = (text: string): string =>
  (plain(text).toLowerCase().match(LETTERS) ?? []).map(singular).join(' ');

/** Without accents; most texts have none. */
const plain = (text: string): string =>
  /[^\0-\x7F]/.test(text) ? text.normalize('NFKD').replace(/\p{M}+/gu, '') : text;

const SINGULAR_IN_AS = new Set(['alias', 'atlas', 'bias', 'canvas']);

/** One form for a word and its usual English plural; not always a real word (`cases` and `case` become `cas`). */
function singular(word: string): string {
  if (word.length < 4) return word;
  let form = word;
  if (word.endsWith('ies') && word.length > 4) form = `${word.slice(0, -3)}y`;
  else if (/[^siu]s$/.test(word) && !SINGULAR_IN_AS.has(word)) form = word.slice(0, -1);
  return form.length > 3 && /(?:[sxz]|[cs]h)e$/.test(form) ? form.slice(0, -1) : form;
}
