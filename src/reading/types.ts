/**
 * What can be read from an abstract without a model: figures, benchmarks, names, open questions. Everything is a span
 * of the text it was found in, so nothing can be shown that the text does not say.
 */

/** Part of a text: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The unit of a figure; `seconds` covers any measure of time, `x` is a factor, `points` are percentage points. */
export type Unit = '%' | 'points' | 'x' | 'seconds' | 'count' | 'other';

/** A number that a text states about its own contribution or finding. */
export interface Figure {
  /** The number with its unit, as written. */
  value: Span;
  unit: Unit;
  /** The value as a number, for sorting (percent as 0–100, a range by its last bound); null where there is no one number. */
  number: number | null;
  /** What is measured or counted. */
  what: Span | null;
  /** What it is compared with. */
  compared: Span | null;
  /** The dataset or benchmark it was measured on. */
  on: Span | null;
  /** The sentence it is in. */
  sentence: Span;
  /** Whether it is a main result or size, rather than a detail. */
  isHeadline: boolean;
  /** How sure the rules are, 0–1; below `SURE`, a figure is shown less prominently and never as a headline. */
  confidence: number;
}

/** A name that the text mentions. */
export interface Mention extends Span {
  kind: 'benchmark' | 'dataset' | 'method' | 'task';
}

/** A sentence with the words that mark it, for example “remains open”. */
export interface Marked extends Span {
  marks: Span;
}

/** Everything the rules find in one text. */
export interface Reading {
  figures: Figure[];
  /** Datasets and benchmarks used to evaluate. */
  benchmarks: Mention[];
  /** Names of tasks, methods and datasets, in order of appearance. */
  names: Mention[];
  /** Addresses of code, data and demos, without final punctuation. */
  code: Span[];
  /** Open questions and future work as the authors put it. */
  open: Marked[];
  kind: 'method' | 'dataset/benchmark' | 'analysis' | 'theory' | 'system' | 'survey' | 'other';
}

/** Least confidence of a figure that may be shown as a headline. */
export const SURE = 0.6;
