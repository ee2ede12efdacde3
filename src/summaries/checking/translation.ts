/**
 * Checks a translated sentence against the English one, which has been checked against the abstract. Nothing may be
 * added and nothing measured may be lost: the same numerals in the same order, the same names, no different direction
 * or negation.
 */
import type { Language } from '../types.ts';
import { formsOf, type Held, keyOf, LONGEST_SENTENCE } from './check.ts';
import { cjkDirectionsIn, directionsIn, isCjkNegated, isNegated } from './directions.ts';
import { KNOWN_NAMES } from './lexicon.ts';
import { isName, isNearName, isStrongName } from './names.ts';
import { plainText, unreadable } from './plain.ts';
import { isCjk, type Numeral, numeralsOf, type Token, tokensOf } from './tokens.ts';

export const TRANSLATION_RULES = [
  'readable',
  'language',
  'numerals',
  'names',
  'directions',
  'negation',
] as const;
export type TranslationRule = (typeof TRANSLATION_RULES)[number];

/** How long a translation may be, relative to the English sentence. */
const LENGTHS: Record<Language, [number, number]> = {
  en: [1, 1],
  de: [0.5, 2.5],
  ja: [0.15, 1.5],
  zh: [0.12, 1.2],
};

/**
 * Why a translation is wrong, with the rule that found it; null: it is right.
 *
 * @param without rules to leave out, for tests
 */
export function wrongIn(
  translation: string,
  { english, language, held }: { english: string; language: Language; held: Held },
  without: ReadonlySet<TranslationRule> = NONE,
): { rule: TranslationRule; what: string } | null {
  const wrong = (rule: TranslationRule, what: string) => ({ rule, what });
  const on = (rule: TranslationRule): boolean => !without.has(rule);
  const [least, most] = LENGTHS[language];
  const hidden =
    translation.length > Math.min(LONGEST_SENTENCE * 2, english.length * most + 20) ||
    translation.length < english.length * least
      ? 'its length'
      : unreadable(translation);
  if (on('readable') && hidden !== null) return wrong('readable', hidden);
  if (on('language') && !isIn(translation, language)) return wrong('language', `not ${language}`);
  const isWide = language === 'ja' || language === 'zh';
  const plain = plainText(translation);
  const said = tokensOf(translation, language);
  const meant = tokensOf(english, 'en');
  const numeral = on('numerals') ? otherNumeral(said, meant, isWide) : null;
  if (numeral !== null) return wrong('numerals', numeral);
  const name = on('names') ? otherName(said, meant, held, isWide) : null;
  if (name !== null) return wrong('names', name);
  const shown = directionsIn(meant);
  const directed = isWide ? cjkDirectionsIn(plain) : directionsIn(said);
  const direction = directed.find(
    (one) => !shown.some((other) => one.directions.some((which) => other.directions.includes(which))),
  );
  if (on('directions') && direction) return wrong('directions', direction.word);
  const isDenied = isWide ? isCjkNegated(plain) : isNegated(said);
  if (on('negation') && isDenied !== isNegated(meant))
    return wrong('negation', 'only one of them is negated');
  return null;
}
const NONE: ReadonlySet<TranslationRule> = new Set();

/** Whether a text is in the letters of its language. */
function isIn(text: string, language: Language): boolean {
  const letters = [...text].filter((c) => /\p{L}/u.test(c));
  const wide = letters.filter(isCjk).length;
  if (language === 'ja')
    return /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) && wide * 4 >= letters.length;
  if (language === 'zh')
    return !/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) && wide * 4 >= letters.length;
  return wide === 0;
}

/** The first numeral that is not the same in both. */
function otherNumeral(said: readonly Token[], meant: readonly Token[], isWide: boolean): string | null {
  const counts = (one: Numeral): boolean =>
    !(one.isWord && one.value === 1 && (one.unit === '' || (isWide && one.unit === 'ordinal')));
  const mine = numeralsOf(said).filter(counts);
  const theirs = numeralsOf(meant).filter(counts);
  for (let i = 0; i < Math.max(mine.length, theirs.length); i++) {
    const [one, other] = [mine[i], theirs[i]];
    if (!one || !other) return String((one ?? other)!.value);
    if (keyOf(one) !== keyOf(other) || one.unit !== other.unit || one.bound !== other.bound)
      return String(one.value);
  }
  return null;
}

/** The first name that only one of them has. */
function otherName(
  said: readonly Token[],
  meant: readonly Token[],
  held: Held,
  isWide: boolean,
): string | null {
  const mine = wordsIn(said);
  const english = new Set(wordsIn(meant).flatMap(({ text }) => formsOf(text)));
  const here = new Set(mine.flatMap(({ text }) => formsOf(text)));
  for (const token of wordsIn(meant)) {
    const name = token.text.replace(/['’]s$/, '');
    if (isName(token) && !here.has(name) && !here.has(name.replace(/s$/, ''))) return name;
  }
  const names = [...new Set([...english].filter(isStrongName)), ...held.names];
  for (const { text } of mine) {
    for (const part of english.has(text) ? [] : formsOf(text)) {
      const low = part.toLowerCase();
      if (english.has(part) || held.exact.has(part)) continue;
      if (isStrongName(part) || KNOWN_NAMES.has(low) || isNearName(low, names)) return part;
      // Among Chinese and Japanese characters, a word in Latin letters is a name or was left as it was.
      if (isWide && !held.low.has(low) && !english.has(low)) return part;
      if (/[^\p{Script=Latin}\p{N}\p{P}+]/u.test(part)) return part;
    }
  }
  return null;
}

const wordsIn = (tokens: readonly Token[]) => tokens.filter((token) => token.kind === 'word');
