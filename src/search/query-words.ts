/** From the text of a query to its words. */
import { termOf } from './analysis.ts';
import { fold, type Origins } from './fold.ts';
import type { Atom, QueryWord, Unit } from './query-types.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { ADJACENT, CJK, JOINED, Tokens } from './tokens.ts';

/** No more words of one text are read. */
const MOST_WORDS = 1_000;
/** From so many letters on a word is also taken as the beginning of one. */
const SHORTEST_PREFIX = 2;

/** Whether a word may be the beginning of one. */
export const canBegin = ({ word, flags }: QueryWord): boolean =>
  word.length >= SHORTEST_PREFIX && (flags & CJK) === 0;

/** Whether a text that ends with a star asks for words that begin like `word`. */
export const isPrefix = (text: string, word: QueryWord): boolean => text.endsWith('*') && canBegin(word);

/** Words with a star behind them: `optim*`. */
export function starredWords(text: string): Set<string> {
  const found = new Set<string>();
  if (!text.includes('*')) return found;
  for (const [word, begin] of text.matchAll(/([\p{L}\p{N}]+)\*?/gu))
    if (word.endsWith('*') && begin!.length >= 2) found.add(fold(begin!.slice(-64)));
  return found;
}

const tokens = new Tokens();

const CAPITAL = /\p{Lu}/u;
const CAPITALS = /\p{Lu}[^\s]{0,20}[\p{Lu}\d]/u;
const VOWELS = /[äöüøåÄÖÜØÅ]/;
const LONG_VOWELS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };

/** The words of a text, with what links each to the one before. */
export function cutWords(text: string): QueryWord[] {
  const hasVowels = VOWELS.test(text);
  const hasCapitals = CAPITAL.test(text) && (/\p{Ll}/u.test(text) || !/\s/.test(text.trim()));
  const origins: Origins | null = hasVowels || hasCapitals ? { starts: [], ends: [] } : null;
  tokens.scan(fold(text, origins ?? undefined), MOST_WORDS);
  const words: QueryWord[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const word = tokens.text(i);
    const flags = tokens.flags[i]!;
    const link = i === 0 ? 'none' : flags & JOINED ? 'hyphen' : flags & ADJACENT ? 'space' : 'none';
    const read: QueryWord = { word, flags, term: termOf(word, flags), link };
    words.push(read);
    if (origins === null) continue;
    const typed = text.slice(origins.starts[tokens.starts[i]!], origins.ends[tokens.ends[i]! - 1]);
    if (hasCapitals && CAPITALS.test(typed)) read.isCapital = true;
    if (hasVowels && VOWELS.test(typed))
      read.long = fold(typed.replace(/[äöüøåÄÖÜØÅ]/g, (vowel) => LONG_VOWELS[vowel.toLowerCase()]!));
  }
  return words;
}

export const isFunctionWord = ({ word }: QueryWord): boolean => FUNCTION_WORDS.has(word);

/** Whether a unit has a word that is no function word. */
export const isTelling = ({ alternatives }: Unit): boolean =>
  alternatives.some(({ words }) => words.some((word) => !isFunctionWord(word)));

/** Whether a unit is the second word of "et al.", which says no more than the first. */
export const isEtAl = (before: Unit | undefined, { alternatives }: Unit): boolean =>
  alternatives[0]?.words[0]?.word === 'al' && before?.alternatives[0]?.words[0]?.word === 'et';

/** What tells one atom from another. */
export const keyOf = ({ words, field, slop = 0 }: Atom): string =>
  `${field ?? ''}:${slop}:${words.map(({ term }) => term).join(' ')}`;
