/** Lists that no segment holds: the documents of a phrase, of all words that begin alike. */
import type { MadeList } from './cursor.ts';
import { Cursor } from './cursor.ts';
import { MOST_IMPACT, MOST_POSITIONS } from './fields.ts';
import { eachPosting, type PostingList } from './lexicon.ts';
import type { Part } from './snapshot.ts';

export const NO_LIST: MadeList = {
  frequency: 0,
  most: 0,
  docs: new Uint32Array(0),
  impacts: new Uint8Array(0),
};

/** A word of a phrase: a term, and how many words behind the first it stands. */
export interface Step {
  term: string;
  offset: number;
}

const places: Uint16Array[] = [];
function placesFor(i: number): Uint16Array {
  places[i] ??= new Uint16Array(MOST_POSITIONS + 1);
  return places[i];
}

/**
 * The documents in which the steps of a phrase stand in their places. The impact is the least of its words'.
 * Terms without places (function words) must not be among the steps.
 */
export function phraseList(part: Part, steps: readonly Step[]): MadeList {
  const key = `"${steps.map(({ term, offset }) => `${term}+${offset}`).join(' ')}`;
  return part.made(key, () => {
    const { lexicon } = part.segment;
    const found: { list: PostingList; offset: number }[] = [];
    for (const { term, offset } of steps) {
      const list = lexicon.find(term);
      if (list === null || list.placesAt < 0) return NO_LIST;
      found.push({ list, offset });
    }
    found.sort((a, b) => a.list.frequency - b.list.frequency);
    const cursors = found.map(({ list }) => new Cursor(part.segment, list, 1, 0, 0));
    const offsets = found.map(({ offset }) => offset);
    const docs: number[] = [];
    const impacts: number[] = [];
    eachCommon(part, found[0]!.list, cursors, (doc) => {
      if (!standTogether(cursors, offsets)) return;
      docs.push(doc);
      impacts.push(cursors.reduce((least, { impact }) => Math.min(least, impact), MOST_IMPACT));
    });
    for (const cursor of cursors) cursor.release();
    return made(docs, impacts);
  });
}

/**
 * Calls `visit` for every document that all cursors have; it then is the posting they found. `rarest` is the first
 * cursor's list.
 */
export function eachCommon(
  { segment: { sections, documents } }: Part,
  rarest: PostingList,
  cursors: readonly Cursor[],
  visit: (doc: number) => void,
): void {
  for (const cursor of cursors) cursor.enter(0, documents);
  eachPosting(sections, rarest, (doc) => {
    for (let c = 1; c < cursors.length; c++) if (!cursors[c]!.has(doc)) return;
    if (cursors[0]!.has(doc)) visit(doc);
  });
}

const counts: number[] = [];

/** Whether the words at the cursors stand as far from each other as the offsets say, anywhere. */
function standTogether(cursors: readonly Cursor[], offsets: readonly number[]): boolean {
  const own = placesFor(0);
  const count = cursors[0]!.places(own);
  for (let c = 1; c < cursors.length; c++) counts[c] = cursors[c]!.places(placesFor(c));
  for (let p = 0; p < count; p++) {
    let all = true;
    for (let c = 1; c < cursors.length && all; c++) {
      const wanted = own[p]! - offsets[0]! + offsets[c]!;
      const at = placesFor(c);
      all = false;
      for (let k = 0; k < counts[c]! && !all; k++) all = at[k] === wanted;
    }
    if (all) return true;
  }
  return false;
}

let impactOfDocument = new Uint8Array(0);

/** The documents of any of some terms, each with the greatest impact it has of one. */
export function unionList(part: Part, key: string, terms: Iterable<string>): MadeList {
  return part.made(key, () => {
    const { lexicon, sections, documents } = part.segment;
    if (impactOfDocument.length < documents) impactOfDocument = new Uint8Array(documents);
    const bits = new Uint32Array((documents + 31) >>> 5);
    let count = 0;
    for (const term of terms) {
      const list = lexicon.find(term);
      if (list === null) continue;
      eachPosting(sections, list, (doc, impact) => {
        const before = impactOfDocument[doc]!;
        if (before === 0) {
          bits[doc >>> 5]! |= 1 << (doc & 31);
          count++;
        }
        if (impact > before) impactOfDocument[doc] = impact;
      });
    }
    const docs = new Uint32Array(count);
    const impacts = new Uint8Array(count);
    let at = 0;
    let most = 0;
    eachBit(bits, (doc) => {
      docs[at] = doc;
      impacts[at] = impactOfDocument[doc]!;
      most = Math.max(most, impacts[at++]!);
      impactOfDocument[doc] = 0;
    });
    return { frequency: count, most, docs, impacts };
  });
}

/** Calls `visit` for every bit that is set, in order. */
export function eachBit(bits: Uint32Array, visit: (document: number) => void): void {
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1)
      visit((word << 5) + (31 - Math.clz32(rest & -rest)));
}

function made(docs: number[], impacts: number[]): MadeList {
  return {
    frequency: docs.length,
    most: impacts.reduce((most, impact) => Math.max(most, impact), 0),
    docs: Uint32Array.from(docs),
    impacts: Uint8Array.from(impacts),
  };
}

/** The same from the last to the first. */
export function eachBitDown(bits: Uint32Array, visit: (document: number) => void): void {
  for (let word = bits.length - 1; word >= 0; word--)
    for (let rest = bits[word]!; rest !== 0; ) {
      const top = 31 - Math.clz32(rest);
      visit((word << 5) + top);
      rest &= ~(1 << top);
    }
}
