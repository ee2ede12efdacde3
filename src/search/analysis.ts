/**
 * From text to terms. One dictionary holds all kinds of term, told apart by their first sign:
 *
 *   `model`         the stem of a word, from title, summary, abstract, keywords and organisations
 *   `multi-token`   two stems that a hyphen joined ("multi-token", "multi-tokens"), or a word and the figure
 *                   behind it ("GPT 4", "Llama 7B"), so that they meet "GPT-4"
 *   `=models`       a word exactly as it stands in a title
 *   `@hinton`       a word of an author's name, which is not stemmed
 *   `#cs.CL`        a category
 *   `%google NUL Google`            an organisation, slug and name
 *   `&cvpr NUL CVPR NUL 2025`       where it was published, as its note or journal says (venues.ts)
 *   `~mtp NUL multi-token prediction NUL cs`   an acronym a paper introduces, what it says that stands for, and
 *                   the archive of the paper
 *   `^9f3c… NUL mtp`                the same from the other side: a hash of what it stands for, in stems
 *
 * Words hold none of these signs, so the kinds cannot collide.
 */
import { fold } from './fold.ts';
import { hashOf } from './sketch.ts';
import { FUNCTION_WORDS, stemOf } from './stems.ts';
import { ADJACENT, FIGURE, JOINED, PLAIN, Tokens } from './tokens.ts';

/** Words that all papers use of themselves; with the above, never a sign of what two have in common. */
export const DULL_WORDS: ReadonlySet<string> = new Set([
  ...FUNCTION_WORDS,
  ...(
    'based show shows shown paper propose proposed proposes present results result approach method methods ' +
    'new novel study work existing across including provide significantly demonstrate demonstrates'
  ).split(' '),
]);
export const DULL_TERMS: ReadonlySet<string> = new Set([...DULL_WORDS].map(stemOf));

export const FORM = '=';
export const NAME = '@';
export const CATEGORY = '#';
export const ORGANIZATION = '%';
export const VENUE = '&';
export const ACRONYM = '~';
export const EXPANSION = '^';
export const NUL = '\0';

/** The term of a word: its stem when it is an English-looking one, else itself. */
export function termOf(word: string, flags: number): string {
  return (flags & PLAIN) !== 0 ? stemOf(word) : word;
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

/** The stems of a text's words, in order. */
export function stems(text: string): string[] {
  scratch.scan(fold(text));
  return Array.from({ length: scratch.count }, (_, i) => termOf(scratch.text(i), scratch.flags[i]!));
}

/** Keywords and organisations' names as one text; what separates them is no word and joins nothing. */
export const topicsText = (keywords: readonly string[], organizations: readonly { name: string }[]): string =>
  [...keywords, ...organizations.map(({ name }) => name)].join(' ; ');

/** An organisation as a term. */
export const organizationTerm = ({ slug, name }: { slug: string; name: string }): string =>
  `${ORGANIZATION}${slug.slice(0, 120)}${NUL}${name.slice(0, 120)}`;

/**
 * What a text of these stems is looked up by among the things that have an acronym, as a number of 52 bits: of `hash`,
 * `hashOf` of the stems with a space between.
 */
export const expansionKey = (hash: number): number =>
  // The second half is the hash with a full stop behind the text.
  (hash >>> 0) * 2 ** 20 + ((hashOf('.', hash) >>> 0) & 0xfffff);

/** The same as the dictionary has it (with NUL behind). */
export const expansionTerm = (stems: readonly string[]): string =>
  `${EXPANSION}${expansionKey(hashOf(stems.join(' '))).toString(36)}${NUL}`;

/** From so many documents on, a segment leaves out what only one of them has of what says little by itself. */
export const PRUNED_FROM = 4_000;

const CODES = { acronym: ACRONYM.charCodeAt(0), expansion: EXPANSION.charCodeAt(0), hyphen: 45 };
const SIGNS = new Set([FORM, NAME, CATEGORY, ORGANIZATION, VENUE].map((sign) => sign.charCodeAt(0)));

/**
 * Pairs and acronyms that a single paper has are a third of all terms. A pair is found by the places of its words
 * as well, and an acronym that one paper explains is known to no other.
 */
export const isPrunable = (term: Uint8Array): boolean =>
  term[0] === CODES.acronym ||
  term[0] === CODES.expansion ||
  (!SIGNS.has(term[0]!) && term.includes(CODES.hyphen));
