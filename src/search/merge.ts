/**
 * Several segments become one. Documents that a later segment hides are left behind, terms that nobody has
 * any more too. Nothing is analysed again: lists of numbers are renumbered and joined.
 */
import { BLOCK, blockPlaces, unpackAllPlaces } from './blocks.ts';
import { type InvertedSections, InvertedWriter } from './inverted.ts';
import { placesOf, unpack, Walk } from './lexicon.ts';
import { titlePhrases } from './phrases.ts';
import { type Columns, encodeSegment, makeColumns, type Segment } from './segment.ts';
import { SAMPLES } from './sketch.ts';
import { type CellSections, dealOut, packedBytes } from './vectors.ts';

/** One segment to merge; `live` marks the documents to take along, null meaning all. */
export interface MergeInput {
  segment: Segment;
  live: Uint8Array | null;
}

const GONE = 0xffffffff;

/** The bytes of the merged segment, made in the memory of `writer`. The live documents of the inputs must have different keys. */
export function mergeSegments(
  inputs: readonly MergeInput[],
  tombstones: readonly number[],
  writer = new InvertedWriter(),
): Uint8Array {
  const { order, places } = numberDocuments(inputs);
  const columns = mergeColumns(inputs, order);
  const inverted = mergeTerms(inputs, places, order.length, writer);
  return encodeSegment({
    ...inverted,
    ...columns,
    ...mergeCells(inputs, places, order.length),
    ...titlePhrases(inverted, columns.ends, order.length),
    tombstones: Uint32Array.from(tombstones).sort(),
  });
}

interface Origin {
  input: number;
  document: number;
}

/** The documents that go along in the order of their keys, and for each input its documents' new numbers. */
function numberDocuments(inputs: readonly MergeInput[]): { order: Origin[]; places: Uint32Array[] } {
  const order: (Origin & { key: number })[] = [];
  inputs.forEach(({ segment, live }, input) => {
    for (let document = 0; document < segment.documents; document++)
      if (live === null || live[document])
        order.push({ input, document, key: segment.sections.keys[document]! });
  });
  if (order.some(({ key }, i) => i > 0 && key < order[i - 1]!.key)) order.sort((a, b) => a.key - b.key);
  const places = inputs.map(({ segment }) => new Uint32Array(segment.documents).fill(GONE));
  order.forEach(({ input, document }, at) => {
    places[input]![document] = at;
  });
  return { order, places };
}

function mergeColumns(inputs: readonly MergeInput[], order: readonly Origin[]): Columns {
  const dimensions = inputs.reduce((most, { segment }) => Math.max(most, segment.dimensions), 0);
  const columns = makeColumns(order.length, dimensions);
  order.forEach(({ input, document }, at) => {
    const from = inputs[input]!.segment.sections;
    columns.keys[at] = from.keys[document]!;
    columns.days[at] = from.days[document]!;
    columns.editions[at] = from.editions[document]!;
    columns.upvotes[at] = from.upvotes[document]!;
    columns.flags[at] = from.flags[document]!;
    for (let i = 0; i < 3; i++) columns.ends[at * 3 + i] = from.ends[document * 3 + i]!;
    for (let i = 0; i < SAMPLES; i++)
      columns.sketches[at * SAMPLES + i] = from.sketches[document * SAMPLES + i]!;
    const bytes = packedBytes(dimensions);
    if (inputs[input]!.segment.dimensions === dimensions)
      columns.vectors.set(from.vectors.subarray(document * bytes, (document + 1) * bytes), at * bytes);
  });
  return columns;
}

function mergeCells(
  inputs: readonly MergeInput[],
  places: readonly Uint32Array[],
  count: number,
): CellSections {
  const cells = Math.max(...inputs.map(({ segment }) => segment.sections.cellStarts.length - 1));
  if (cells <= 0) return { cellStarts: new Uint32Array(0), cellDocs: new Uint32Array(0) };
  const cellOfDocument = new Int32Array(count).fill(-1);
  inputs.forEach(({ segment: { sections } }, input) => {
    for (let cell = 0; cell + 1 < sections.cellStarts.length; cell++)
      for (let i = sections.cellStarts[cell]!; i < sections.cellStarts[cell + 1]!; i++) {
        const at = places[input]![sections.cellDocs[i]!]!;
        if (at !== GONE) cellOfDocument[at] = cell;
      }
  });
  return dealOut(cellOfDocument, cells);
}

/** The postings of one term, gathered from the inputs. */
class Gathered {
  docs = new Uint32Array(1 << 12);
  impacts = new Uint8Array(1 << 12);
  counts = new Uint16Array(1 << 12);
  places = new Uint16Array(1 << 14);
  length = 0;
  placed = 0;
  hasPlaces = false;

  clear(): void {
    this.length = 0;
    this.placed = 0;
    this.hasPlaces = false;
  }

  room(postings: number, places: number): void {
    if (this.length + postings > this.docs.length) {
      const size = (this.length + postings) * 2;
      this.docs = grown(this.docs, new Uint32Array(size));
      this.impacts = grown(this.impacts, new Uint8Array(size));
      this.counts = grown(this.counts, new Uint16Array(size));
    }
    if (this.placed + places > this.places.length)
      this.places = grown(this.places, new Uint16Array((this.placed + places) * 2));
  }

  /** Brings the postings into the order of their documents, where they are not. */
  sort(): void {
    const { docs, length } = this;
    let sorted = true;
    for (let i = 1; i < length && sorted; i++) sorted = docs[i]! > docs[i - 1]!;
    if (sorted) return;
    const starts = new Uint32Array(length + 1);
    if (this.hasPlaces) for (let i = 0; i < length; i++) starts[i + 1] = starts[i]! + this.counts[i]!;
    const order = Array.from({ length }, (_, i) => i).sort((a, b) => docs[a]! - docs[b]!);
    const old = {
      docs: docs.slice(0, length),
      impacts: this.impacts.slice(0, length),
      counts: this.counts.slice(0, length),
      places: this.places.slice(0, this.placed),
    };
    let place = 0;
    order.forEach((from, i) => {
      this.docs[i] = old.docs[from]!;
      this.impacts[i] = old.impacts[from]!;
      this.counts[i] = old.counts[from]!;
      for (let k = starts[from]!; k < starts[from + 1]!; k++) this.places[place++] = old.places[k]!;
    });
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(old: T, made: T): T {
  made.set(old);
  return made;
}

/** Walks the dictionaries side by side and joins the postings of equal terms. */
function mergeTerms(
  inputs: readonly MergeInput[],
  renumbered: readonly Uint32Array[],
  documents: number,
  writer: InvertedWriter,
): InvertedSections {
  writer.begin(documents);
  const walks = inputs.map(({ segment }) => new Walk(segment.sections, 0));
  const alive = walks.map((walk) => walk.next());
  const gathered = new Gathered();
  let scratch = new Uint8Array(1024);
  const docs = new Uint32Array(BLOCK);
  const impacts = new Uint8Array(BLOCK);
  const counts = new Uint16Array(BLOCK);
  const places = blockPlaces;

  const gather = (input: number): void => {
    const { sections } = inputs[input]!.segment;
    const { list } = walks[input]!;
    const map = renumbered[input]!;
    const placed = list.placesAt >= 0;
    gathered.hasPlaces ||= placed;
    for (let block = 0; block < Math.max(1, list.blocks); block++) {
      const count = unpack(sections, list, block, docs, impacts);
      const total = placed
        ? unpackAllPlaces(sections.places, placesOf(sections, list, block), count, counts, places)
        : 0;
      gathered.room(count, total);
      let k = 0;
      for (let i = 0; i < count; i++) {
        const at = map[docs[i]!]!;
        const times = placed ? counts[i]! : 0;
        if (at !== GONE) {
          gathered.docs[gathered.length] = at;
          gathered.impacts[gathered.length] = impacts[i]!;
          gathered.counts[gathered.length++] = times;
          for (let t = 0; t < times; t++) gathered.places[gathered.placed++] = places[k + t]!;
        }
        k += times;
      }
    }
  };

  for (;;) {
    let least = -1;
    for (let i = 0; i < walks.length; i++)
      if (alive[i] && (least < 0 || walks[i]!.compareTo(walks[least]!) < 0)) least = i;
    if (least < 0) return writer.finish();
    const length = walks[least]!.length;
    if (length > scratch.length) scratch = new Uint8Array(length * 2);
    for (let i = 0; i < length; i++) scratch[i] = walks[least]!.raw[i]!;
    const term = scratch.subarray(0, length);
    gathered.clear();
    for (let i = 0; i < walks.length; i++)
      if (alive[i] && (i === least || walks[i]!.compare(term) === 0)) {
        gather(i);
        alive[i] = walks[i]!.next();
      }
    if (gathered.length === 0) continue;
    gathered.sort();
    writer.add(
      term,
      gathered.docs,
      gathered.impacts,
      0,
      gathered.length,
      gathered.hasPlaces ? gathered.counts : null,
      gathered.places,
      0,
    );
  }
}
