/**
 * The fields of a paper and what an occurrence in each is worth. BM25F's saturated frequency is worked out
 * when a paper is written and kept in five bits, its *impact*:
 *
 *   tf~(t, d)     = Σ_f  weight_f · tf(t, d, f) / (1 - b_f + b_f · length(d, f) / usual_f)
 *   impact(t, d)  = round(31 · tf~ / (K1 + tf~)), at least 1
 *
 * `usual_f` is a constant, not the average over the corpus. So an impact depends on its paper alone: it need
 * not be worked out anew as papers come and go, scores do not depend on how papers are spread over segments,
 * and scoring a posting is one multiplication.
 */

export interface Field {
  name: string;
  weight: number;
  /** BM25F's b: how much a long field is held against its occurrences, 0 to 1. */
  b: number;
  /** Words in such a field of a usual paper. */
  usual: number;
}

export const TITLE = 0;
export const SUMMARY = 1;
export const ABSTRACT = 2;
/** Keywords and the names of organisations. */
export const TOPICS = 3;

/** Fields whose words are stems. Their order is that of the word positions within a paper. */
export const FIELDS: readonly Field[] = [
  { name: 'title', weight: 2.2, b: 0.4, usual: 10 },
  { name: 'summary', weight: 1, b: 0.6, usual: 60 },
  { name: 'abstract', weight: 1, b: 0.7, usual: 180 },
  { name: 'topics', weight: 1.6, b: 0.3, usual: 12 },
];

export const K1 = 1.2;
export const MOST_IMPACT = 31;

/** tf~ as an impact, 1 to 31. */
export const impactOf = (frequency: number): number =>
  Math.max(1, ((MOST_IMPACT * frequency) / (K1 + frequency) + 0.5) | 0);

/** What one occurrence in field `f` adds to tf~ in a paper whose field has `length` words. */
export function worthOf(f: number, length: number): number {
  const { weight, b, usual } = FIELDS[f]!;
  return weight / (1 - b + (b * length) / usual);
}

/**
 * The impact of words that say nothing: the greatest, so that in a phrase, whose impact is the least of its words', the
 * others decide.
 */
export const FUNCTION_IMPACT = MOST_IMPACT;

/** The impact of terms that are there or not: names, exact forms, categories, organisations. */
export const PLAIN_IMPACT = MOST_IMPACT;

/** A word's place in its paper is kept up to here; what stands behind is found, but is near to nothing. */
export const MOST_POSITIONS = 4_095;
/** Words left free between two fields, so that no phrase reaches from one into the next. */
export const FIELD_GAP = 8;

/** Days are kept in 16 bits, from 1880 to 2059. This one is not known. */
export const NO_DAY = -0x8000;
export const LAST_DAY = 0x7fff;
/** And votes: of more, so many. */
export const MOST_UPVOTES = 0xffff;
export const HAS_CODE = 1;
