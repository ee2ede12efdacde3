/**
 * Several segments become one. Documents that a later segment hides are left behind, terms that nobody has
 * any more too. Nothing is analysed again: lists of numbers are renumbered and joined.
 */
import { Numbers } from './builder.ts';
import { COUNT_BITS, COUNT_MASK, FIELDS } from './fields.ts';
import {
  encodeSegment,
  encodeStrings,
  NAME_END,
  NO_TERM,
  type Segment,
  sumLengths,
  TELLING,
} from './segment.ts';

/** One segment to merge; `live` marks the documents to take along, null meaning all. */
export interface MergeInput {
  segment: Segment;
  live: Uint8Array | null;
}

const GONE = 0xffffffff;

/** The bytes of the merged segment. The live documents of the inputs must have different keys. */
export function mergeSegments(inputs: readonly MergeInput[], tombstones: readonly number[]): Uint8Array {
  const { order, places } = numberDocuments(inputs);
  const count = order.length;
  const { terms, postingStarts, postings, termPlaces } = mergeTerms(inputs, places);

  const keys = new Float64Array(count);
  const days = new Int32Array(count);
  const upvotes = new Int32Array(count);
  const flags = new Uint8Array(count);
  const lengths = new Uint16Array(count * FIELDS.length);
  const authorStarts = new Uint32Array(count + 1);
  const authorTerms = new Numbers();
  const telling = new Uint32Array(count * TELLING).fill(NO_TERM);
  order.forEach(({ input, document }, at) => {
    const { segment } = inputs[input]!;
    const from = segment.sections;
    const renumber = termPlaces[input]!;
    keys[at] = from.keys[document]!;
    days[at] = from.days[document]!;
    upvotes[at] = from.upvotes[document]!;
    flags[at] = from.flags[document]!;
    for (let f = 0; f < FIELDS.length; f++)
      lengths[f * count + at] = from.lengths[f * segment.documents + document]!;
    for (let i = from.authorStarts[document]!; i < from.authorStarts[document + 1]!; i++) {
      const value = from.authorTerms[i]!;
      authorTerms.push((renumber[value & ~NAME_END]! | (value & NAME_END)) >>> 0);
    }
    authorStarts[at + 1] = authorTerms.length;
    for (let i = 0; i < TELLING; i++) {
      const term = from.telling[document * TELLING + i]!;
      if (term !== NO_TERM) telling[at * TELLING + i] = renumber[term]!;
    }
  });
  const categories = mergeTables(inputs, order, (segment) => ({
    starts: segment.sections.categoryStarts,
    ids: segment.sections.categoryIds,
    values: segment.categories(),
  }));
  const organizations = mergeTables(inputs, order, (segment) => ({
    starts: segment.sections.organizationStarts,
    ids: segment.sections.organizationIds,
    values: segment.organizations().map(({ slug, name }) => `${slug}\0${name}`),
  }));
  return encodeSegment({
    lengthSums: sumLengths(lengths, count),
    keys,
    tombstones: Float64Array.from(tombstones).sort(),
    days,
    upvotes,
    flags,
    lengths,
    categoryStarts: categories.starts,
    categoryIds: categories.ids,
    organizationStarts: organizations.starts,
    organizationIds: organizations.ids,
    authorStarts,
    authorTerms: authorTerms.trimmed(),
    telling,
    termStarts: terms.starts,
    termBytes: terms.bytes,
    postingStarts,
    postings,
    categoryTextStarts: categories.strings.starts,
    categoryTexts: categories.strings.bytes,
    organizationTextStarts: organizations.strings.starts,
    organizationTexts: organizations.strings.bytes,
  });
}

interface Source {
  input: number;
  document: number;
}

/** The live documents in the order of their keys, and for each input where its documents went. */
function numberDocuments(inputs: readonly MergeInput[]): { order: Source[]; places: Uint32Array[] } {
  const order: Source[] = [];
  inputs.forEach(({ segment, live }, input) => {
    for (let document = 0; document < segment.documents; document++)
      if (live === null || live[document]) order.push({ input, document });
  });
  const key = ({ input, document }: Source): number => inputs[input]!.segment.sections.keys[document]!;
  let ascending = true;
  for (let i = 1; i < order.length && ascending; i++) ascending = key(order[i - 1]!) < key(order[i]!);
  // Inputs are in the order of their making, so that this is only needed where old papers have changed.
  if (!ascending) order.sort((a, b) => key(a) - key(b));
  const places = inputs.map(({ segment }) => new Uint32Array(segment.documents).fill(GONE));
  order.forEach(({ input, document }, at) => {
    places[input]![document] = at;
  });
  return { order, places };
}

/** Walks all dictionaries at once, smallest term first. */
function mergeTerms(inputs: readonly MergeInput[], places: readonly Uint32Array[]) {
  const segments = inputs.map(({ segment }) => segment);
  const cursors = segments.map(() => 0);
  const termPlaces = segments.map((segment) => new Uint32Array(segment.terms));
  const most = segments.reduce((sum, segment) => sum + segment.terms, 0);
  const bytesMost = segments.reduce((sum, segment) => sum + segment.sections.termBytes.length, 0);
  const postingsMost = segments.reduce((sum, segment) => sum + segment.sections.postings.length, 0);
  const termStarts = new Uint32Array(most + 1);
  const termBytes = new Uint8Array(bytesMost);
  const postingStarts = new Uint32Array(most + 1);
  const postings = new Uint32Array(postingsMost);
  let terms = 0;
  let size = 0;
  let length = 0;
  const same: number[] = [];
  for (;;) {
    same.length = 0;
    let smallest: Uint8Array | undefined;
    for (let s = 0; s < segments.length; s++) {
      if (cursors[s]! >= segments[s]!.terms) continue;
      const order = smallest === undefined ? -1 : segments[s]!.compareTerm(cursors[s]!, smallest);
      if (order > 0) continue;
      if (order < 0) {
        same.length = 0;
        smallest = segments[s]!.termBytes(cursors[s]!);
      }
      same.push(s);
    }
    if (smallest === undefined) break;
    const start = length;
    let ascending = true;
    let previous = -1;
    for (const s of same) {
      const term = cursors[s]!++;
      termPlaces[s]![term] = terms;
      const from = segments[s]!.sections;
      const renumber = places[s]!;
      for (let i = from.postingStarts[term]!; i < from.postingStarts[term + 1]!; i++) {
        const posting = from.postings[i]!;
        const document = renumber[posting >>> COUNT_BITS]!;
        if (document === GONE) continue;
        if (document < previous) ascending = false;
        previous = document;
        postings[length++] = ((document << COUNT_BITS) | (posting & COUNT_MASK)) >>> 0;
      }
    }
    if (length === start) continue;
    if (!ascending) postings.subarray(start, length).sort();
    termBytes.set(smallest, size);
    termStarts[terms] = size;
    postingStarts[terms] = start;
    size += smallest.length;
    terms++;
  }
  termStarts[terms] = size;
  postingStarts[terms] = length;
  return {
    terms: { starts: termStarts.subarray(0, terms + 1), bytes: termBytes.subarray(0, size) },
    postingStarts: postingStarts.subarray(0, terms + 1),
    postings: postings.subarray(0, length),
    termPlaces,
  };
}

function mergeTables(
  inputs: readonly MergeInput[],
  order: readonly Source[],
  read: (segment: Segment) => { starts: Uint32Array; ids: Uint32Array; values: readonly string[] },
) {
  const tables = inputs.map(({ segment }) => read(segment));
  const ids = new Map<string, number>();
  // -1: not met yet. Only strings that a live document has are taken along.
  const renumber = tables.map(({ values }) => new Int32Array(values.length).fill(-1));
  const starts = new Uint32Array(order.length + 1);
  const list = new Numbers();
  order.forEach(({ input, document }, at) => {
    const table = tables[input]!;
    for (let i = table.starts[document]!; i < table.starts[document + 1]!; i++) {
      const old = table.ids[i]!;
      let id = renumber[input]![old]!;
      if (id < 0) {
        const value = table.values[old]!;
        id = ids.get(value) ?? ids.size;
        ids.set(value, id);
        renumber[input]![old] = id;
      }
      list.push(id);
    }
    starts[at + 1] = list.length;
  });
  return { starts, ids: list.trimmed(), strings: encodeStrings([...ids.keys()]) };
}
