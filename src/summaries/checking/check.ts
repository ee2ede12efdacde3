/**
 * Checks what a model wrote against the abstract it was written from. A sentence passes only if it quotes the abstract
 * word for word, and if everything in it that rules can check is in the quotation: numerals with their units, bounds
 * and order, names, directions, negations. When in doubt, a sentence is dropped: better that a reader misses a sentence
 * than learns of a result that nobody had. Pure, and linear in the length of its input.
 */
import { folded, sentencesOf } from '../../community/sentences.ts';
import type { Proposed, Source } from '../types.ts';
import { type Directed, directionsIn, isNegated } from './directions.ts';
import { KNOWN_NAMES, STARTERS } from './lexicon.ts';
import { contentStems, isName, isNearName, isStrongName, namesIn, stemOf } from './names.ts';
import { unreadable } from './plain.ts';
import { type Numeral, numeralsOf, type Token, tokensOf } from './tokens.ts';

/** A sentence that passed, with the words of the abstract it rests on: offsets in UTF-16 units, `end` exclusive. */
export interface Borne {
  text: string;
  start: number;
  end: number;
}

/** Each rule by name, so that a test can show what it contributes. */
export const RULES = [
  'readable',
  'quoted',
  'numerals',
  'units',
  'bounds',
  'counted',
  'names',
  'order',
  'directions',
  'objects',
  'negation',
  'about',
] as const;
export type Rule = (typeof RULES)[number];

/** Why a sentence was dropped. */
export interface Dropped {
  text: string;
  rule: Rule;
  /** For the ledger: what is not in the abstract. */
  what: string;
}

/** Characters of a sentence, and of what it quotes. */
export const LONGEST_SENTENCE = 400;
const LONGEST_QUOTE = 800;
/** Shorter quotations prove nothing. */
const SHORTEST_QUOTE = 16;

/** What is known of an abstract before any sentence is looked at. */
export interface Held {
  source: Source;
  /** Names and words, exactly as they are written. */
  exact: ReadonlySet<string>;
  /** Words in lower case. */
  low: ReadonlySet<string>;
  stems: ReadonlySet<string>;
  names: readonly string[];
  /** The abstract with white space folded, and where each of its characters is in the original. */
  folded: string;
  places: readonly number[];
}

export function holdAgainst(source: Source): Held {
  const tokens = tokensOf(`${source.title}. ${source.abstract}`, 'en', true);
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.text] : []));
  const exact = new Set<string>();
  for (const word of words) for (const form of formsOf(word)) exact.add(form);
  const low = new Set([...exact].map((word) => word.toLowerCase()));
  return {
    source,
    exact,
    low,
    stems: new Set([...low].map(stemOf)),
    names: namesIn(tokens),
    ...foldedPlaces(source.abstract),
  };
}

/** A word, and the parts it is joined of. */
export function formsOf(word: string): string[] {
  const bare = word.replace(/['’]s$/, '');
  const parts = bare.split(/[-/]/).filter((part) => part !== '');
  return parts.length > 1 ? [bare, ...parts] : [bare];
}

/**
 * Checks one sentence in English.
 *
 * @param without rules to leave out: for tests of what each contributes
 */
export function checkSentence(
  held: Held,
  { text: given, quote }: Proposed,
  without: ReadonlySet<Rule> = NONE,
): { ok: true; borne: Borne } | { ok: false; dropped: Dropped } {
  const text = folded(given);
  const drop = (rule: Rule, what: string) => ({ ok: false as const, dropped: { text, rule, what } });
  const on = (rule: Rule): boolean => !without.has(rule);

  const wrong =
    text.length < 8 ? 'too short' : text.length > LONGEST_SENTENCE ? 'too long' : unreadable(text);
  if (on('readable') && wrong !== null) return drop('readable', wrong);
  const place = findQuote(held, quote);
  if (place === null) {
    if (on('quoted')) return drop('quoted', 'the quotation is not in the abstract');
    return { ok: true, borne: { text, start: 0, end: 0 } };
  }
  const { abstract } = held.source;
  const around = sentencesAround(abstract, place);
  const evidence = tokensOf(abstract.slice(around.start, around.end), 'en', true);
  const quoted = numeralsOf(tokensOf(abstract.slice(place.start, place.end), 'en', true));
  const said = tokensOf(text, 'en');
  const stems = contentStems(evidence);

  const unit = matchNumerals(said, evidence, quoted, stems, on);
  if (unit) return drop(...unit);
  const name = on('names') ? unknownName(held, said) : null;
  if (name !== null) return drop('names', name);
  const order = on('order') ? outOfOrder(said, evidence) : null;
  if (order !== null) return drop('order', order);
  const directed = directionsIn(said);
  const shown = directionsIn(evidence);
  const direction = on('directions') ? unsupportedDirection(directed, shown) : null;
  if (direction !== null) return drop('directions', direction);
  const object = on('objects') ? otherObject(said, evidence) : null;
  if (object !== null) return drop('objects', object);
  const before = tokensOf(abstract.slice(around.start, place.end), 'en', true);
  if (on('negation') && isNegated(said) !== isNegated(before))
    return drop('negation', 'only one of them is negated');
  if (on('about') && !isAbout(said, stems, held.stems)) return drop('about', 'it says something else');
  return { ok: true, borne: { text, start: place.start, end: place.end } };
}
const NONE: ReadonlySet<Rule> = new Set();

/** Where a quotation is in the abstract; white space does not matter, everything else does. Null: it is not there. */
function findQuote(held: Held, given: string): { start: number; end: number } | null {
  if (given.length > LONGEST_QUOTE * 2) return null;
  const quote = given.split(/\s+/).filter(Boolean).join(' ');
  if (quote.length > LONGEST_QUOTE) return null;
  const text = held.folded;
  // A short abstract may be quoted as a whole.
  if (quote.length < Math.min(SHORTEST_QUOTE, text.length)) return null;
  for (
    let at = text.indexOf(quote), tries = 0;
    at >= 0 && tries < 10;
    at = text.indexOf(quote, at + 1), tries++
  ) {
    if (isWhole(text, at, at + quote.length))
      return { start: held.places[at]!, end: held.places[at + quote.length - 1]! + 1 };
  }
  return null;
}

/** Whether no word or number is cut off: `5.8` does not quote `15.8`. */
const isWhole = (text: string, start: number, end: number): boolean =>
  !joins(text[start - 1], text[start]) &&
  !joins(text[end - 1], text[end]) &&
  !(/\d/.test(text[start] ?? '') && /[.,]/.test(text[start - 1] ?? '') && /\d/.test(text[start - 2] ?? '')) &&
  !(/\d/.test(text[end - 1] ?? '') && /[.,]/.test(text[end] ?? '') && /\d/.test(text[end + 1] ?? ''));

const joins = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && /[\p{L}\p{N}]/u.test(one) && /[\p{L}\p{N}]/u.test(other);

function foldedPlaces(text: string): { folded: string; places: number[] } {
  const places: number[] = [];
  const out: string[] = [];
  let wasSpace = true;
  for (let i = 0; i < text.length; i++) {
    const isSpace = /\s/.test(text[i]!);
    if (isSpace && wasSpace) continue;
    out.push(isSpace ? ' ' : text[i]!);
    places.push(i);
    wasSpace = isSpace;
  }
  if (out.at(-1) === ' ') {
    out.pop();
    places.pop();
  }
  return { folded: out.join(''), places };
}

/** A span extended to the sentences it is in. */
export function sentencesAround(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number } {
  const around = sentencesOf(text).filter((one) => one.start < end && one.end > start);
  return {
    start: Math.min(start, ...around.slice(0, 1).map((one) => one.start)),
    end: Math.max(end, ...around.slice(-1).map((one) => one.end)),
  };
}

type Complaint = [Rule, string];

/** Each numeral in its order: in the quotation by its value, and in its sentence with unit, bound and what is counted. */
function matchNumerals(
  said: readonly Token[],
  evidence: readonly Token[],
  quoted: readonly Numeral[],
  stems: ReadonlySet<string>,
  on: (rule: Rule) => boolean,
): Complaint | null {
  const have = numeralsOf(evidence);
  const values = new Set(quoted.map(keyOf));
  const counted = new Set([...stems, ...have.flatMap(({ noun }) => (noun === null ? [] : stemOf(noun)))]);
  for (const one of numeralsOf(said)) {
    const same = have.filter((other) => keyOf(other) === keyOf(one));
    if (on('numerals') && (same.length === 0 || !values.has(keyOf(one))))
      return ['numerals', String(one.value)];
    if (same.length === 0) continue;
    const inUnit = on('units') ? same.filter((other) => unitHolds(one, other)) : same;
    if (inUnit.length === 0) return ['units', `${one.value} ${one.unit}`.trim()];
    if (on('bounds') && !inUnit.some((other) => other.bound === one.bound))
      return ['bounds', `${one.bound} ${one.value}`.trim()];
    // “47 datasets” needs datasets in what it rests on.
    if (on('counted') && one.noun !== null && !counted.has(stemOf(one.noun)) && !isSmall(one.noun))
      return ['counted', `${one.value} ${one.noun}`];
  }
  return null;
}

/** Values are equal up to the rounding of their arithmetic. */
export const keyOf = ({ value, unit }: Numeral): string =>
  `${unit === 'ordinal' || unit === '^' ? unit : ''} ${Number(value.toPrecision(12))}`;

/** `points` may stand for percentage points, but not the other way round. */
const unitHolds = (one: Numeral, other: Numeral): boolean =>
  one.unit === other.unit || (one.unit === 'point' && other.unit === 'pp');

const SMALL = new Set(
  'and for the with from over than that are was were has have can its our per via when while but not more less each all'.split(
    ' ',
  ),
);
const isSmall = (word: string): boolean => SMALL.has(word);

/** The first name, number in a name, or word in other letters that the source does not have. */
function unknownName(held: Held, said: readonly Token[]): string | null {
  for (const token of said) {
    if (token.kind === 'mark') continue;
    if (token.kind === 'numeral') continue;
    const word = token.text.replace(/['’]s$/, '');
    if (held.exact.has(word)) continue;
    if (isKnownForm(held, word)) continue;
    const low = word.toLowerCase();
    if (isName(token)) return word;
    if (token.isFirst && /^\p{Lu}/u.test(word) && !isStarter(held, low)) return word;
    if (KNOWN_NAMES.has(low) || /[^\p{Script=Latin}\p{N}\p{P}+]/u.test(word)) return word;
    if (!held.low.has(low) && isNearName(low, held.names)) return word;
    // A name with altered capitals.
    if (held.names.some((name) => name.toLowerCase() === low) && !held.exact.has(low)) return word;
  }
  return null;
}

/** A word that begins a sentence is not a name if the source has it in lower case. */
const isStarter = (held: Held, low: string): boolean =>
  STARTERS.has(low) || [...formsOf(low)].every((part) => STARTERS.has(part) || hasSmall(held, part));

const hasSmall = (held: Held, low: string): boolean => held.exact.has(low) || held.stems.has(stemOf(low));

/** `GPT-4-based` of `GPT-4`, `LLMs` of `LLM`, each part of `BERT/RoBERTa`. */
function isKnownForm(held: Held, word: string): boolean {
  if (
    isStrongName(word) &&
    (held.exact.has(`${word}s`) || (word.endsWith('s') && held.exact.has(word.slice(0, -1))))
  )
    return true;
  // Ordinary words may be attached to the end of a name.
  const parts = word.split('-');
  while (parts.length > 1 && /^\p{Ll}+$/u.test(parts.at(-1)!)) {
    parts.pop();
    if (held.exact.has(parts.join('-'))) return true;
  }
  const sides = word.split('/');
  return sides.length > 1 && sides.every((side) => held.exact.has(side));
}

/** Numerals and names of a sentence must come in the same order as in the evidence. Null: they do. */
function outOfOrder(said: readonly Token[], evidence: readonly Token[]): string | null {
  const known = new Set(anchorsOf(evidence));
  const wanted = anchorsOf(said).filter((anchor) => known.has(anchor));
  if (wanted.length < 2) return null;
  let next = 0;
  for (const anchor of anchorsOf(evidence)) if (anchor === wanted[next]) next++;
  return next < wanted.length ? wanted[next]!.trim() : null;
}

const anchorsOf = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) =>
    token.kind === 'numeral'
      ? [keyOf(token)]
      : token.kind === 'word' && isName(token)
        ? [token.text.replace(/['’]s$|s$/, '')]
        : [],
  );

/** The first word of direction that the evidence does not have, in the order of the sentence. */
function unsupportedDirection(said: readonly Directed[], shown: readonly Directed[]): string | null {
  let next = 0;
  for (const one of said) {
    while (next < shown.length && !agree(one, shown[next]!)) next++;
    if (next >= shown.length) return one.word;
  }
  return null;
}

const agree = (one: Directed, other: Directed): boolean =>
  one.directions.some((direction) => other.directions.includes(direction));

/** What goes up or down in the sentence must be the same thing as in the evidence. Null: it is. */
function otherObject(said: readonly Token[], evidence: readonly Token[]): string | null {
  const given = governedBy(evidence);
  for (const [thing, directions] of governedBy(said)) {
    const known = given.get(thing);
    for (const one of known ? directions : [])
      if (one !== null && !known!.some((other) => other === null || agree(one, other))) return thing.trim();
  }
  return null;
}

/** The word of direction before each numeral and each content word; null: there is none. */
function governedBy(tokens: readonly Token[]): Map<string, (Directed | null)[]> {
  const all = new Map<string, (Directed | null)[]>();
  let directed: Directed | null = null;
  for (const token of tokens) {
    const here = directionsIn([token])[0];
    if (here) {
      directed = here;
      continue;
    }
    if (token.kind === 'mark') continue;
    const things = token.kind === 'numeral' ? [keyOf(token)] : contentStemsOf(token.text);
    for (const thing of things) all.set(thing, [...(all.get(thing) ?? []), directed].slice(-8));
  }
  return all;
}

const contentStemsOf = (word: string): string[] => [
  ...contentStems([{ kind: 'word', text: word, isFirst: false }]),
];

/** Whether half of a sentence's content words are in the source, and a third in the evidence. */
function isAbout(
  said: readonly Token[],
  evidence: ReadonlySet<string>,
  source: ReadonlySet<string>,
): boolean {
  const stems = [...contentStems(said)];
  if (stems.length === 0) return false;
  const inSource = stems.filter((stem) => source.has(stem) || evidence.has(stem)).length;
  const inEvidence = stems.filter((stem) => evidence.has(stem)).length;
  return inSource * 2 >= stems.length && inEvidence * 3 >= stems.length;
}
