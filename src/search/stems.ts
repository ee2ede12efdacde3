/** The stem of a word as query and index have it: of function words, the word itself. */
import { stemCached } from './stem.ts';

/**
 * Words that say nothing about a subject. They are indexed like all others and count in phrases, but next to other words
 * they are not looked for; they make no pairs with each other, and are not marked in text where anything else is.
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

/**
 * The stem of a word of the letters a to z. A function word is its own, and no other word has one of them as its stem:
 * "offs" and "underlying" are not "off" and "under", which say nothing.
 */
export function stemOf(word: string): string {
  if (FUNCTION_WORDS.has(word)) return word;
  const stem = stemCached(word);
  return FUNCTION_WORDS.has(stem) ? word : stem;
}
