/** Postings that lie by document are dealt out to their terms. */
import { PRUNED_FROM } from './analysis.ts';
import { Numbers } from './arrays.ts';
import { type Dictionary, PAIR, TRAITS, WIDE } from './dictionary.ts';
import type { InvertedSections, InvertedWriter } from './inverted.ts';
import { sortTerms } from './sorting.ts';

// A posting in one number: impact, how many places, the first of them.
export const TIMES = 5;
export const PLACE = 18;
const IMPACT_MASK = (1 << TIMES) - 1;
const TIMES_MASK = (1 << (PLACE - TIMES)) - 1;

/** The postings of some documents, in the order of these. */
export interface ByDocument {
  documents: number;
  /** Document d has postings `starts[d]` to `starts[d + 1]`. */
  starts: Uint32Array;
  /** Of each posting. */
  terms: Numbers;
  postings: Numbers;
  /** Places but the first of each posting. */
  furtherPlaces: Numbers;
}

/** Memory to do it in. */
export interface InversionRoom {
  dealt: Numbers;
  dealtPlaces: Numbers;
  inverted: InvertedWriter;
}

/** The sections of a segment of these documents; views upon the room's memory. */
export function invert(by: ByDocument, dictionary: Dictionary, room: InversionRoom): InvertedSections {
  const terms = by.terms.list;
  const postings = by.postings.list;
  const further = by.furtherPlaces.list;
  const total = by.terms.length;
  // Of each term, side by side: its postings and further places; then where the next of them go to.
  const next = new Uint32Array(2 * dictionary.count);
  for (let p = 0; p < total; p++) {
    const at = 2 * terms[p]!;
    const times = (postings[p]! >>> TIMES) & TIMES_MASK;
    next[at]!++;
    if (times > 1) next[at + 1]! += times - 1;
  }
  const used = usedTerms(by.documents, dictionary, next, total);
  const names = Array.from(used, (term) => dictionary.nameOf(term));
  const order = sortTerms(names);
  // Lists lie in the order they are written in: reading them then is one walk.
  const frequencies = new Uint32Array(order.length);
  for (let i = 0, from = 0, fromPlace = 0; i < order.length; i++) {
    const at = 2 * used[order[i]!]!;
    const more = next[at + 1]!;
    frequencies[i] = next[at]!;
    next[at] = from;
    next[at + 1] = fromPlace;
    from += frequencies[i]!;
    fromPlace += more;
  }
  // Document and posting side by side, and room for those left out behind the last.
  const dealt = roomFor(room.dealt, 2 * total + 2);
  const places = roomFor(room.dealtPlaces, by.furtherPlaces.length);
  for (let p = 0, d = 0, place = 0; p < total; p++) {
    while (p >= by.starts[d + 1]!) d++;
    const at = 2 * terms[p]!;
    const to = 2 * next[at]!++;
    const posting = postings[p]!;
    dealt[to] = d;
    dealt[to + 1] = posting;
    for (let more = ((posting >>> TIMES) & TIMES_MASK) - 1; more > 0; more--)
      places[next[at + 1]!++] = further[place++]!;
  }
  return write(by.documents, { names, order, frequencies }, dealt, places, room.inverted);
}

/**
 * Terms of these documents, but for pairs that are left out; their only posting is sent to place `nowhere`. `next`
 * has two numbers a term, the first of which is how many postings it has.
 */
function usedTerms(
  documents: number,
  { of, count }: Dictionary,
  next: Uint32Array,
  nowhere: number,
): Uint32Array {
  const used = new Numbers(1 << 16);
  for (let term = 0; term < count; term++) {
    const frequency = next[2 * term]!;
    if (frequency === 1 && documents >= PRUNED_FROM && (of[term * WIDE + TRAITS]! & PAIR) !== 0)
      next[2 * term] = nowhere;
    else if (frequency > 0) used.push(term);
  }
  return used.taken();
}

/** Writes lists that lie one behind the other, in the order of their terms. */
function write(
  documents: number,
  { names, order, frequencies }: { names: string[]; order: Uint32Array; frequencies: Uint32Array },
  dealt: Uint32Array,
  further: Uint32Array,
  writer: InvertedWriter,
): InvertedSections {
  writer.begin(documents);
  const bytes = new Uint8Array(1024);
  const docs = new Uint32Array(documents);
  const impacts = new Uint8Array(documents);
  const counts = new Uint16Array(documents);
  const places = new Numbers(1 << 12);
  let at = 0;
  let next = 0;
  for (let i = 0; i < order.length; i++) {
    const frequency = frequencies[i]!;
    places.length = 0;
    for (let k = 0; k < frequency; k++, at += 2) {
      const posting = dealt[at + 1]!;
      const times = (posting >>> TIMES) & TIMES_MASK;
      docs[k] = dealt[at]!;
      impacts[k] = posting & IMPACT_MASK;
      counts[k] = times;
      if (times === 0) continue;
      places.push(posting >>> PLACE);
      for (let more = times; more > 1; more--) places.push(further[next++]!);
    }
    // Either all postings of a term have places, or none.
    const withPlaces = places.length > 0 ? counts : null;
    const term = toBytes(names[order[i]!]!, bytes);
    writer.add(term, docs, impacts, 0, frequency, withPlaces, places.list, 0);
  }
  return writer.finish();
}

/** At least so many numbers, whatever they are. */
function roomFor(numbers: Numbers, count: number): Uint32Array {
  numbers.reserve(count);
  return numbers.list;
}

/** A term's bytes, in `scratch` where they fit: most terms are short and plain, and calling for help costs more. */
function toBytes(name: string, scratch: Uint8Array): Uint8Array {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code > 127 || i === scratch.length) return Buffer.from(name);
    scratch[i] = code;
  }
  return scratch.subarray(0, name.length);
}
