/**
 * A survey: what the papers of a set have found, in their own sentences. It is a function of the papers and nothing
 * else: no clock, no randomness, and no sentence that is not in one of them.
 */

import type { DatePrecision, Day, Organization } from '../papers/types.ts';
import type { Unit } from '../reading/types.ts';

/** A sentence of a paper, word for word, with the parts of it that are highlighted. */
export interface Quote {
  text: string;
  /** [start, end) of each, in order. */
  marks: [number, number][];
}

/** A figure with its sentence. */
export interface SurveyFigure {
  /** As written: `70.9%`. */
  value: string;
  unit: Unit;
  /** For sorting; null: there is no one number. */
  number: number | null;
  what: string | null;
  compared: string | null;
  /** The benchmark or dataset. */
  on: string | null;
  isHeadline: boolean;
  /** False: shown less prominently, and never as a headline. */
  isSure: boolean;
  sentence: Quote;
}

/** What a survey takes from one paper. */
export interface SurveyPaper {
  pk: number;
  /** The change that last wrote the paper. */
  seq: number;
  id: string;
  title: string;
  /** The day it counts under, as in a search; '': unknown. */
  day: Day | '';
  published: Day | null;
  publishedPrecision: DatePrecision;
  /** The day of its last revision, if it has one. */
  updated: Day | null;
  upvotes: number;
  authors: string[];
  /** Slugs of the authors; made once, since most people in a survey appear in the next one too. */
  slugs: string[];
  organizations: Organization[];
  categories: string[];
  code: Code[];
  /** It calls itself a survey. */
  isSurvey: boolean;
  figures: SurveyFigure[];
  /** Names of benchmarks and datasets. */
  benchmarks: string[];
  /** Sentences about what is open. */
  open: Quote[];
  /** What it is about, for naming themes: the stems of a phrase, and the phrase as written. */
  phrases: Phrase[];
}

export interface Code {
  url: string;
  stars: number | null;
  licence: string | null;
}

export interface Phrase {
  key: string;
  text: string;
  /** Words. */
  length: number;
}

/** A paper with its meaning (unit length · 127); null: unknown. */
export interface Meant {
  paper: SurveyPaper;
  vector: Int8Array | null;
}

/** Papers about the same thing. */
export interface Theme {
  /** Stable as long as the theme is. */
  key: string;
  name: string;
  /** Further phrases that set it apart. */
  terms: string[];
  /** Ids, the most typical first. */
  papers: string[];
  /** The most voted of its most typical papers. */
  lead: string;
  /** The day of its earliest paper; '': unknown. */
  first: Day | '';
}

/** Papers per period. */
export interface Timeline {
  /** The length of a step. */
  step: 'day' | 'month' | 'year';
  /** `2026-06-26`, `2026-06` or `2026`, without gaps. */
  steps: string[];
  papers: number[];
  /** Of each theme, in the order of themes. */
  themes: { key: string; papers: number[] }[];
  /** Steps with far more papers than those before. */
  bursts: Burst[];
  /** Papers whose day is unknown. */
  undated: number;
}

export interface Burst {
  at: string;
  /** The theme; null: all papers together. */
  theme: string | null;
  papers: number;
  /** How many would be expected from the steps before it. */
  expected: number;
}

/** A name, and the papers that mention it. */
export interface Mentioned {
  name: string;
  papers: string[];
}

/** Figures that measure the same thing in the same words, best documented first. */
export interface Comparison {
  what: string;
  on: string;
  unit: Unit;
  rows: { paper: string; figure: number }[];
}

/** A person or an organisation among these papers. */
export interface Active {
  name: string;
  slug: string;
  papers: number;
  upvotes: number;
  /** How close their papers are on average to the centre of the survey, -1 to 1; null: unknown. */
  likeness: number | null;
}

export interface Survey {
  /** Papers that match, of which this has the newest. */
  total: number;
  papers: SurveyPaper[];
  themes: Theme[];
  timeline: Timeline;
  comparisons: Comparison[];
  benchmarks: Mentioned[];
  /** Ids of papers with code, most stars first. */
  code: string[];
  /** Ids of papers that call themselves a survey, newest first. */
  surveys: string[];
  people: Active[];
  organizations: Active[];
  /** Ids, most votes first. */
  mostVoted: string[];
  /** Ids, closest to the centre of the survey first. */
  mostTypical: string[];
  /** Ids of papers with open questions, newest first. */
  open: string[];
}

/** As much of a survey as is needed to say what has changed since. */
export type EarlierSurvey = Pick<Survey, 'papers' | 'themes' | 'benchmarks' | 'surveys'>;

/** The most papers in one survey; if there are more, the newest. */
export const MOST_SURVEYED = 5000;
