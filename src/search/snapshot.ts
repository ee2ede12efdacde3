/** One state of the index: its segments, which of their documents count, and the statistics over all. */
import { FIELDS, LONGEST_FIELD } from './fields.ts';
import { liveMarks } from './hiding.ts';
import type { Segment } from './segment.ts';

/** A segment with what counts of it. */
export interface Part {
  segment: Segment;
  /** 1 for each document that counts; null: all do. */
  live: Uint8Array | null;
  documents: number;
  /** Sums of the field lengths of the documents that count. */
  lengthSums: Float64Array;
}

/**
 * Everything a score depends on comes from here and is taken over live documents only. So scores depend
 * neither on how documents are spread over segments nor on what has been deleted since.
 */
export class Snapshot {
  readonly seq: number;
  readonly parts: readonly Part[];
  readonly documents: number;
  /** Bytes of memory. */
  readonly bytes: number;
  /** Documents in the biggest segment. */
  readonly widest: number;
  readonly #averages: Float64Array;
  /** weight / (1 - b + b · length / average), a table over lengths for each field. */
  readonly norms: readonly Float64Array[];

  constructor(seq: number, segments: readonly Segment[], previous?: Snapshot) {
    this.seq = seq;
    // Newer segments only ever hide: what they do not touch is taken over as it was.
    const kept = previous?.parts ?? [];
    const appended = kept.every((part, i) => part.segment === segments[i]);
    this.parts = segments.map((segment, i) => {
      const newer = segments.slice(appended ? Math.max(i + 1, kept.length) : i + 1);
      const known = appended ? kept[i] : undefined;
      const marks = liveMarks(
        segment.sections.keys,
        newer.map(({ sections }) => sections),
      );
      if (known && marks === null) return known;
      if (known?.live && marks) for (let d = 0; d < marks.length; d++) marks[d]! &= known.live[d]!;
      return makePart(segment, marks);
    });
    this.documents = this.parts.reduce((sum, part) => sum + part.documents, 0);
    this.widest = this.parts.reduce((most, { segment }) => Math.max(most, segment.documents), 0);
    this.bytes = this.parts.reduce((sum, part) => sum + part.segment.bytes + (part.live?.length ?? 0), 0);
    this.#averages = new Float64Array(FIELDS.length);
    for (const part of this.parts)
      for (let f = 0; f < FIELDS.length; f++) this.#averages[f]! += part.lengthSums[f]!;
    for (let f = 0; f < FIELDS.length; f++) this.#averages[f]! /= Math.max(1, this.documents);
    this.norms = FIELDS.map(({ b, weight }, f) =>
      Float64Array.from({ length: LONGEST_FIELD + 1 }, (_, length) => {
        const average = this.#averages[f]!;
        return average === 0 ? weight : weight / (1 - b + (b * length) / average);
      }),
    );
  }
}

function makePart(segment: Segment, live: Uint8Array | null): Part {
  if (live === null)
    return { segment, live, documents: segment.documents, lengthSums: segment.sections.lengthSums };
  let documents = 0;
  const lengthSums = segment.sections.lengthSums.slice();
  for (let d = 0; d < segment.documents; d++) {
    if (live[d]) documents++;
    else
      for (let f = 0; f < FIELDS.length; f++)
        lengthSums[f]! -= segment.sections.lengths[f * segment.documents + d]!;
  }
  return { segment, live, documents, lengthSums };
}
