/** Papers by somebody: the words of a name stand together within one author's name, in any order. */
import { NAME } from './analysis.ts';
import { mapped } from './arrays.ts';
import { Cursor, type MadeList } from './cursor.ts';
import { PLAIN_IMPACT } from './fields.ts';
import { eachBit, eachCommon } from './made-lists.ts';
import type { Unit } from './query.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';
import { inverseFrequency, LIST_WEIGHTS } from './weights.ts';

/** Longer queries are not names. */
const MOST_WORDS = 4;

/** All words must stand in one author's name: the places of names are the authors' numbers. */
export function byAuthor(part: Part, words: readonly string[]): Bits {
  const bits = new Uint32Array((part.segment.documents + 31) >>> 5);
  const { lexicon } = part.segment;
  const lists = [...new Set(words)].map((word) => lexicon.find(NAME + word));
  if (lists.length === 0 || lists.some((list) => list === null)) return bits;
  const sorted = lists.filter((list) => list !== null).sort((a, b) => a.frequency - b.frequency);
  const cursors = sorted.map((list) => new Cursor(part.segment, list, 1, 0, 0));
  const [into] = part.segment.kernel.places;
  eachCommon(part, sorted[0]!, cursors, (doc) => {
    let authors: Set<number> | null = null;
    for (const cursor of cursors) {
      const own = new Set(into.list.subarray(0, cursor.places(into)));
      authors = authors === null ? own : authors.intersection(own);
    }
    if (authors !== null && authors.size > 0) bits[doc >>> 5]! |= 1 << (doc & 31);
  });
  for (const cursor of cursors) cursor.release();
  return bits;
}

/** The papers of somebody as a list to score by. */
function authorList(part: Part, words: readonly string[]): MadeList {
  return part.made(`@${words.join(' ')}`, () => {
    const docs: number[] = [];
    eachBit(byAuthor(part, words), (doc) => docs.push(doc));
    const impacts = new Uint8Array(docs.length).fill(PLAIN_IMPACT);
    return { frequency: docs.length, most: PLAIN_IMPACT, docs: Uint32Array.from(docs), impacts };
  });
}

/**
 * Whose name the query as a whole is, or null. At least one of its words must be more common in names than in texts,
 * and the papers count for twice as much again as their words, so that they stand before papers by two people who have one
 * word of the name each.
 */
export function personIn(
  snapshot: Snapshot,
  units: readonly Unit[],
): { name: string; worth: number; lists: MadeList[] } | null {
  if (units.length < 2 || units.length > MOST_WORDS) return null;
  const words: string[] = [];
  let isName = false;
  let worth = 0;
  for (const { alternatives } of units) {
    const [atom] = alternatives;
    if (atom === undefined || atom.words.length !== 1) return null;
    const { word, term } = atom.words[0]!;
    const inNames = snapshot.frequency(NAME + word);
    if (inNames === 0) return null;
    isName ||= inNames > snapshot.frequency(term);
    worth +=
      LIST_WEIGHTS.person * inverseFrequency(snapshot.documents, Math.max(inNames, snapshot.frequency(term)));
    words.push(word);
  }
  if (!isName) return null;
  const lists = mapped(snapshot.parts, (part) => authorList(part, words));
  return lists.some(({ frequency }) => frequency > 0) ? { name: words.join(' '), worth, lists } : null;
}
