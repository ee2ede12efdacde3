/** What a query is once it has been read. */
import type { SearchFilters, SearchSort } from './types.ts';

export interface QueryWord {
  word: string;
  term: string;
  flags: number;
  /** How it hangs on to the word before it. */
  link: 'hyphen' | 'space' | 'none';
  /** It was typed with capitals, as acronyms are: at least two, or all it has. */
  isCapital?: boolean;
  /** A hyphen joins it to another. */
  isPart?: boolean;
  /** As it is written without the letters ä, ö, ü, ø and å that it was typed with: `schroedinger`. */
  long?: string;
}

/** Words that stand for one thing: one word, or a phrase whose words must stand in this order. */
export interface Atom {
  words: QueryWord[];
  /** It also stands for all words that begin like it. */
  prefix: boolean;
  /** It must stand in this field; not set: anywhere. */
  field?: 'title' | 'abstract';
  /** By how many places its words may be out of order; not set: none. */
  slop?: number;
  /** Stood in quotation marks or behind a plus: it is not corrected. */
  asTyped?: boolean;
}

/** One thing asked for: any of its alternatives (`a OR b`) will do. */
export interface Unit {
  alternatives: Atom[];
  /** Stood in quotes, behind a plus, in a field or beside AND. */
  must: boolean;
  /** How often it was said; not set: once. */
  times?: number;
  /** It does not go on from the unit before it, which stands in another part of a condition. */
  isApart?: boolean;
}

/** A condition that papers must meet whatever their score. */
export type Rule =
  | { is: 'all' | 'any'; of: Rule[] }
  /** At least `needed` of them. */
  | { is: 'some'; of: Rule[]; needed: number }
  | { is: 'not'; of: Rule }
  | { is: 'text'; atom: Atom }
  | { is: 'filter'; filters: SearchFilters };

export interface Query {
  units: Unit[];
  /** Each to be left out. */
  excluded: Atom[];
  filters: SearchFilters;
  /** What every paper must meet besides; null: nothing. */
  rule: Rule | null;
  /** The rule says all there is to say about which papers match; the units only score them. */
  strict: boolean;
  /** Filters that are no part of `filters`, and the rule, for people. */
  condition: string | null;
  sort: SearchSort | null;
  /** What is not corrected: fields, quotations, what has a sign. From and to where in the text each stands. */
  asTyped: [number, number][];
  /** Nothing was asked for: no text, or nothing but exclusions and filters. */
  open: boolean;
  /** What could not be understood, for people. */
  problems: string[];
}
