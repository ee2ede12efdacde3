/** What a plan is, and a plan in the making as the parts that add to it see it (planner.ts). */
import type { Condition } from './conditions.ts';
import type { AnyList } from './lists.ts';
import type { QueryWord } from './query-types.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import type { Titled } from './titles.ts';
import { PLAIN } from './tokens.ts';
import type { Acronym, ShareKind } from './types.ts';

/** One thing that adds to the score of the documents that have it. */
export interface Planned {
  kind: ShareKind;
  label: string;
  /** Score of an impact of one (a whole number, 1 at least), and of being there at all. */
  weight: number;
  base: number;
  groups: number;
  /** The term, where it is one of the dictionary's. */
  term: string;
  /** Its list in each part. */
  lists: (AnyList | null)[];
  /** It counts only in the second look (rerank.ts): too little to bring a document in. */
  late: boolean;
  /** The terms of a run of words that is looked for only then; null: it is none. */
  run: readonly string[] | null;
}

export interface Plan {
  lists: Planned[];
  /** Groups, and how many of them a match has. */
  groups: number;
  needed: number;
  /** Matches stand above all others, however well those fit otherwise. */
  tiers: boolean;
  /** The greatest score the words could give. */
  most: number;
  /** Groups every document must have. */
  must: number;
  /** Lists whose documents are left out. */
  excluded: (AnyList | null)[][];
  /** What every document must meet besides; null: nothing. */
  condition: Condition | null;
  /** The condition alone says what matches; the lists only score. */
  strict: boolean;
  open: boolean;
  /** Nothing but function words: all papers that have them have them alike. */
  dull: boolean;
  /** Words in order that proximity is measured between. */
  chain: { term: string; idf: number; label: string }[];
  /** What is looked for in titles. */
  titled: Titled | null;
  /** A run of words that is looked for in more papers than are reranked. */
  deep: Planned | null;
  /** Stems of the words, for their meaning. */
  stems: string[];
  /** How often the query says a word, where that is known. */
  said: Map<string, number>;
  acronyms: Acronym[];
  /** People whose names stand in the query. */
  people: string[];
  /** Words that nothing has. */
  unknown: string[];
  /** Words with what they were probably meant to be, which is looked for too. */
  corrected: { word: string; instead: string }[];
  marks: Marks;
}

/** What is marked in texts. */
export interface Marks {
  terms: Set<string>;
  /** Stems in a row, joined by spaces. */
  phrases: Set<string>;
  prefixes: string[];
  names: Set<string>;
}

export interface Draft {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly lists: ReadonlyMap<string, Planned>;
  /** What the unit in hand counts for being said several times. */
  times(): number;
  /** It is a question or pasted text. */
  isLong(): boolean;
  idf(term: string): number;
  /** Adds a list; the same one for several groups stands for all of them. */
  add(
    kind: ShareKind,
    label: string,
    term: string,
    worth: number,
    groups: number,
    lists?: (AnyList | null)[],
  ): void;
  /** Adds the pair of a compound, where papers have it. */
  variant(term: string, label: string, idf: number, groups: number): void;
  /** Adds words that must stand in this order; gives whether any paper has them so. */
  phrase(
    kind: ShareKind,
    words: readonly QueryWord[],
    bit: number,
    worth: number,
    asked: boolean,
    most?: number,
  ): boolean;
  /** Whether any paper has what was asked for; with `asTyped`, without correcting it. */
  has(bit: number, asTyped?: boolean): boolean;
}

export const termFor = (word: string): string => (/^[a-z]+$/.test(word) ? stemOf(word) : word);

/** Words as a query has them. */
export const cut = (words: readonly string[]): QueryWord[] =>
  words.map((word) => ({
    word,
    term: termFor(word),
    flags: /^[a-z]+$/.test(word) ? PLAIN : 0,
    link: 'space',
  }));
