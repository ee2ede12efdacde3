/** Names of models, datasets and benchmarks by how they are written, and the stems of ordinary words. Linear. */
import type { Token, Word } from './tokens.ts';

/** Whether a word is written like a name: capitals where a sentence would have none, or digits. */
export function isName({ text, isFirst }: Pick<Word, 'text' | 'isFirst'>): boolean {
  if (/\p{N}/u.test(text)) return true;
  const rest = isFirst ? text.slice(1) : text;
  return /\p{Lu}/u.test(rest);
}

/** Written like a name wherever it stands, also in languages that capitalise nouns. */
export const isStrongName = (text: string): boolean =>
  /\p{N}/u.test(text) || /[\p{L}\p{N}]\p{Lu}/u.test(text) || /^\p{Ll}-?\p{Lu}/u.test(text);

/** The names of a text, each once, that cannot be the beginning of a sentence. */
export function namesIn(tokens: readonly Token[]): string[] {
  const names = new Set<string>();
  for (const token of tokens)
    if (token.kind === 'word' && isStrongName(token.text)) names.add(token.text.replace(/['’]s$/, ''));
  return [...names].slice(0, 200);
}

/** Whether a word is a name with one letter changed, added or left out. */
export function isNearName(low: string, names: readonly string[]): boolean {
  if (low.length < 4) return false;
  return names.some((name) => {
    const other = name.toLowerCase();
    return (
      other.length >= 4 && Math.abs(other.length - low.length) <= 1 && other !== low && isOneOff(low, other)
    );
  });
}

/** Whether two different words differ by one letter. */
function isOneOff(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let endOne = one.length;
  let endOther = other.length;
  while (endOne > start && endOther > start && one[endOne - 1] === other[endOther - 1]) {
    endOne--;
    endOther--;
  }
  return Math.max(endOne - start, endOther - start) <= 1;
}

/** A word without its inflections; crude, but the same for both texts. */
export function stemOf(word: string): string {
  const low = word.toLowerCase().replace(/['’]s$/, '');
  for (const ending of ENDINGS)
    if (low.length - ending.length >= 4 && low.endsWith(ending)) return low.slice(0, -ending.length);
  return low.length > 3 && low.endsWith('s') ? low.slice(0, -1) : low;
}
const ENDINGS = [
  'izations',
  'ization',
  'ations',
  'ation',
  'ements',
  'ement',
  'ingly',
  'ions',
  'ing',
  'ion',
  'ies',
  'ers',
  'ed',
  'es',
  'er',
  'ly',
  'e',
  'y',
];

/** Words that say nothing about what a text is about. */
const EMPTY = new Set(
  (
    'that this with from than into over under about these those their which while when where have been being were also ' +
    'such more most other each both only then they them there here very much many some using used uses based given ' +
    'show shows shown present presents propose proposes introduce introduces paper authors work study method approach ' +
    'across between through without within will would could should does what does make makes made'
  ).split(' '),
);

/** Stems of the words that say something. */
export function contentStems(tokens: readonly Token[]): Set<string> {
  const stems = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'word') continue;
    for (const part of token.text.toLowerCase().split(/[-/]/))
      if (part.length >= 4 && !EMPTY.has(part)) stems.add(stemOf(part));
  }
  return stems;
}
