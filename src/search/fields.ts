/**
 * The fields of a paper, what each weighs, and how a posting packs them.
 *
 * A posting is one 32 bit number: 20 bits document, 12 bits how often the term stands in each field. The
 * counts saturate (four bits for the abstract, two for the others): BM25F itself saturates, so the fourth
 * "token" in one title says nothing that the third has not said.
 */

export interface Field {
  name: string;
  /** Where its count lies in a posting, and its greatest value. */
  shift: number;
  mask: number;
  /** How much one occurrence counts. */
  weight: number;
  /** BM25F's b: how much a long field is held against its occurrences, 0 to 1. */
  b: number;
}

export const TITLE = 0;
export const SUMMARY = 1;
export const ABSTRACT = 2;
export const AUTHORS = 3;
export const TOPICS = 4;

/** Keywords and the names of organisations share the field `topics`. */
export const FIELDS: readonly Field[] = [
  { name: 'title', shift: 4, mask: 3, weight: 2.5, b: 0.4 },
  { name: 'summary', shift: 6, mask: 3, weight: 1.2, b: 0.6 },
  { name: 'abstract', shift: 0, mask: 15, weight: 1, b: 0.6 },
  { name: 'authors', shift: 8, mask: 3, weight: 2.5, b: 0.2 },
  { name: 'topics', shift: 10, mask: 3, weight: 2, b: 0.3 },
];

export const COUNT_BITS = 12;
export const COUNT_MASK = (1 << COUNT_BITS) - 1;
/** Documents a segment can number. */
export const MOST_DOCUMENTS = 1 << (32 - COUNT_BITS);

/** Longer fields count as no longer than this, so that what a length does to a score can be tabled. */
export const LONGEST_FIELD = 1023;

/** A day that is not known. */
export const NO_DAY = -0x80000000;

export const HAS_CODE = 1;
