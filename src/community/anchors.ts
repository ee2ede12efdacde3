/**
 * Quotes of an abstract, followed from the version in which they were made to the present one. A quote is bound to the
 * sentences it is from, not to its words alone: the same words in another sentence are not what was quoted.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { folded, likeness, type Span, sentencesOf, wordsOf } from './sentences.ts';

export type QuoteState = 'unchanged' | 'changed' | 'gone';

/** What has become of a quote; where it now stands, or the sentences that have taken its place. */
export interface Followed {
  state: QuoteState;
  /** Null: gone. */
  span: Span | null;
}

/** The least likeness of a sentence to the one it was edited from. */
const ALIKE = 0.5;
/** Sentences that are compared: with more of them, only what is literally the same is found. */
const MOST_SENTENCES = 120;

const GONE: Followed = { state: 'gone', span: null };
const known = new LRUCache<string, Followed>({ max: 5_000 });

/** The name of a text. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A text with its name, which is made once for all the quotes that are followed. */
export interface Digested {
  text: string;
  digest: string;
}

/** A text, and its name. */
export const digested = (text: string): Digested => ({ text, digest: digestOf(text) });

/** Follows a quote from the text it is of to another. */
export function followQuote(from: Digested, { start, end }: Span, to: Digested): Followed {
  if (from.digest === to.digest) return { state: 'unchanged', span: { start, end } };
  const key = `${from.digest} ${to.digest} ${start} ${end}`;
  const before = known.get(key);
  if (before) return before;
  const found = follow(from.text, { start, end }, to.text);
  known.set(key, found);
  return found;
}

function follow(from: string, quote: Span, to: string): Followed {
  const before = sidesOf(from);
  const after = sidesOf(to);
  const quoted = before.spans.flatMap((span, i) =>
    span.start < quote.end && span.end > quote.start ? [i] : [],
  );
  const places = quoted.flatMap((i) => successorOf(i, before, after) ?? []);
  if (places.length === 0) return GONE;
  const text = folded(from.slice(quote.start, quote.end));
  const first = Math.min(...places);
  const last = Math.max(...places);
  const whole = { start: after.spans[first]!.start, end: after.spans[last]!.end };
  // Sentences moved apart from each other are no longer what was quoted, but each is still there.
  if (last - first <= quoted.length) {
    const at = foldedIndex(to, whole, text);
    if (at !== null) return { state: 'unchanged', span: at };
    return { state: 'changed', span: whole };
  }
  return { state: 'changed', span: after.spans[places[0]!]! };
}

interface Side {
  spans: Span[];
  texts: string[];
  /** Where each text stands. */
  places: Map<string, number[]>;
  words: string[][];
}

function sidesOf(text: string): Side {
  const spans = sentencesOf(text);
  const texts = spans.map(({ start, end }) => folded(text.slice(start, end)));
  const places = new Map<string, number[]>();
  for (const [i, one] of texts.entries()) places.set(one, [...(places.get(one) ?? []).slice(0, 50), i]);
  return { spans, texts, places, words: texts.map(wordsOf) };
}

/** The sentence that one has become; null: none. */
function successorOf(i: number, before: Side, after: Side): number | null {
  const same = after.places.get(before.texts[i]!);
  if (same) return nearestOf(i, same, before, after);
  if (Math.max(before.spans.length, after.spans.length) > MOST_SENTENCES) return null;
  const own = before.words[i]!;
  let best: number | null = null;
  let most = 0;
  for (let j = 0; j < after.texts.length; j++) {
    // A sentence that was there already is still itself.
    if (before.places.has(after.texts[j]!)) continue;
    const alike = likeness(own, after.words[j]!);
    if (alike > most) [best, most] = [j, alike];
  }
  if (best === null || most < ALIKE) return null;
  // It may have become of another one, which is no longer there either.
  for (let k = 0; k < before.texts.length; k++) {
    if (k === i || after.places.has(before.texts[k]!)) continue;
    if (likeness(before.words[k]!, after.words[best]!) >= most) return null;
  }
  return best;
}

/** Of equal sentences, the one that stands as the quoted one did: the second stays the second. */
function nearestOf(i: number, places: number[], before: Side, after: Side): number {
  const own = before.places.get(before.texts[i]!)!;
  const previous = before.texts[i - 1];
  const beside = places.find((j) => after.texts[j - 1] === previous);
  if (own.length === places.length || beside === undefined)
    return places[Math.min(own.indexOf(i), places.length - 1)] ?? places[0]!;
  return beside;
}

/** Where folded text stands within a part of another; null: nowhere. */
function foldedIndex(text: string, { start, end }: Span, wanted: string): Span | null {
  const part = text.slice(start, end);
  const plain = part.indexOf(wanted);
  if (plain >= 0) return { start: start + plain, end: start + plain + wanted.length };
  if (!folded(part).includes(wanted)) return null;
  // White space differs: the whole of the sentences is where it stands.
  return { start, end };
}

/** Fewest letters and digits of a quote: fewer could be of any sentence. */
const SHORTEST = 8;

/**
 * Where a quote stands in a text, compared by letters and digits alone: marks of Markdown, line breaks and typographic
 * quotes do not matter. Null: nowhere.
 */
export function locate(quote: string, text: string): Span | null {
  const wanted = lettersOf(quote);
  if (wanted.letters.length < SHORTEST) return null;
  const all = lettersOf(text);
  const at = all.letters.indexOf(wanted.letters);
  if (at < 0) return null;
  const start = all.places[at]!;
  let end = all.places[at + wanted.letters.length - 1]! + 1;
  // With the mark that ends the sentence.
  while (end < text.length && '.!?)]}”"$。'.includes(text[end]!)) end++;
  return { start, end };
}

function lettersOf(text: string): { letters: string; places: number[] } {
  let letters = '';
  const places: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!.toLowerCase();
    if (!/[\p{L}\p{N}]/u.test(c) || c.length !== 1) continue;
    letters += c;
    places.push(i);
  }
  return { letters, places };
}
