/** Lists that no segment holds: the documents of all words that begin alike; and going through lists together. */
import { mapped } from './arrays.ts';
import type { Cursor, MadeList } from './cursor.ts';
import { eachPosting, type PostingList } from './lexicon.ts';
import type { Part } from './snapshot.ts';

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

/** The documents that have all of some terms, each with the least impact it has of one. */
export function commonList(part: Part, terms: readonly string[]): MadeList {
  return part.made(`&${terms.join(' ')}`, () => {
    const { lexicon, sections } = part.segment;
    const lists = mapped(terms, (term) => lexicon.find(term));
    const impacts = new Map<number, number>();
    if (lists.every((list) => list !== null)) {
      const [rarest, ...others] = lists.sort((a, b) => a.frequency - b.frequency);
      eachPosting(sections, rarest!, (doc, impact) => void impacts.set(doc, impact));
      for (const list of others) {
        const kept = new Map<number, number>();
        eachPosting(sections, list, (doc, impact) => {
          const before = impacts.get(doc);
          if (before !== undefined) kept.set(doc, Math.min(before, impact));
        });
        impacts.clear();
        for (const [doc, impact] of kept) impacts.set(doc, impact);
      }
    }
    return {
      frequency: impacts.size,
      most: impacts.values().reduce((most, impact) => Math.max(most, impact), 0),
      docs: Uint32Array.from(impacts.keys()),
      impacts: Uint8Array.from(impacts.values()),
    };
  });
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

/** The documents of any of some lists that were made, each with the greatest impact it has in one. */
export function unionOf(part: Part, key: string, lists: readonly MadeList[]): MadeList {
  return part.made(key, () => {
    const impactOf = new Map<number, number>();
    for (const { docs, impacts } of lists)
      docs.forEach((doc, i) => {
        impactOf.set(doc, Math.max(impactOf.get(doc) ?? 0, impacts[i]!));
      });
    const docs = Uint32Array.from(impactOf.keys()).sort();
    const impacts = Uint8Array.from(docs, (doc) => impactOf.get(doc)!);
    return { frequency: docs.length, most: impacts.reduce((a, b) => Math.max(a, b), 0), docs, impacts };
  });
}

/** Calls `visit` for every bit that is set, in order. */
export function eachBit(bits: Uint32Array, visit: (document: number) => void): void {
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1)
      visit((word << 5) + (31 - Math.clz32(rest & -rest)));
}
