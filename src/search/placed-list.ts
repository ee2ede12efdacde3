/** Words that must stand in one field, or nearly in their places: lists that no segment holds, made for the query. */
import { mapped } from './arrays.ts';
import { Cursor, type MadeList } from './cursor.ts';
import { eachPlaced } from './each-placed.ts';
import { FIELD_GAP, MOST_POSITIONS } from './fields.ts';
import type { PostingList } from './lexicon.ts';
import { eachCommon } from './made-lists.ts';
import type { Part } from './snapshot.ts';

/** Where words must stand. */
export interface Placement {
  /** Not set: in any field. */
  field?: 'title' | 'abstract';
  /** By how many places the words may be out of order (as Lucene counts them); not set: none. */
  slop?: number;
}

const NOTHING: MadeList = { frequency: 0, most: 0, docs: new Uint32Array(0), impacts: new Uint8Array(0) };

/** The documents in which the terms stand there, one behind the other. The impact is the least of theirs. */
export function placedList(part: Part, terms: readonly string[], { field, slop = 0 }: Placement): MadeList {
  const key = `${field ?? ''}~${slop}"${terms.join(' ')}`;
  return part.made(key, () => {
    const { lexicon, kernel } = part.segment;
    const words: { list: PostingList; offset: number }[] = [];
    for (const term of terms) {
      const list = lexicon.find(term);
      if (list === null || list.placesAt < 0) return NOTHING;
      words.push({ list, offset: words.length });
    }
    const docs: number[] = [];
    const impacts: number[] = [];
    const made = (): MadeList => ({
      frequency: docs.length,
      most: impacts.reduce((most, impact) => Math.max(most, impact), 0),
      docs: Uint32Array.from(docs),
      impacts: Uint8Array.from(impacts),
    });
    if (words.length === 1) {
      eachPlaced(part.segment.sections, words[0]!.list, null, (doc, places, first, behind, impact) => {
        const [from, to] = boundsOf(part, doc, field);
        for (let i = first; i < behind; i++) {
          if (places[i]! < from || places[i]! >= to) continue;
          docs.push(doc);
          impacts.push(impact);
          return;
        }
      });
      return made();
    }
    words.sort((a, b) => a.list.frequency - b.list.frequency);
    const cursors = mapped(words, ({ list }) => new Cursor(part.segment, list, 1, 0, 0));
    const [into] = kernel.places;
    eachCommon(part, words[0]!.list, cursors, (doc) => {
      const [from, to] = boundsOf(part, doc, field);
      const places: number[][] = [];
      for (let c = 0; c < cursors.length; c++) {
        const own: number[] = [];
        const count = cursors[c]!.places(into);
        for (let i = 0; i < count; i++) {
          const place = into.list[i]!;
          if (place >= from && place < to) own.push(place - words[c]!.offset);
        }
        if (own.length === 0) return;
        places.push(own);
      }
      if (!isNear(places, slop)) return;
      docs.push(doc);
      impacts.push(cursors.reduce((least, cursor) => Math.min(least, cursor.impact), 255));
    });
    for (const cursor of cursors) cursor.release();
    return made();
  });
}

/** The first place of a field in a document, and the one behind its last. */
function boundsOf(part: Part, doc: number, field: Placement['field']): [number, number] {
  const { ends } = part.segment.sections;
  if (field === 'title') return [0, ends[doc * 3]!];
  if (field === 'abstract') return [ends[doc * 3 + 1]! + FIELD_GAP, ends[doc * 3 + 2]!];
  // One place stands for all that are behind the last that is kept.
  return [0, MOST_POSITIONS];
}

/** Whether one place of each can be chosen so that none is further than `slop` from another. */
function isNear(places: readonly (readonly number[])[], slop: number): boolean {
  const at = new Uint32Array(places.length);
  for (;;) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let first = 0;
    for (let i = 0; i < places.length; i++) {
      const place = places[i]![at[i]!]!;
      most = Math.max(most, place);
      if (place < least) {
        least = place;
        first = i;
      }
    }
    if (most - least <= slop) return true;
    if (++at[first]! === places[first]!.length) return false;
  }
}
