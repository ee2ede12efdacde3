/** Every number of the ranking by words that is not a field's (fields.ts): what lists count, and who matches. */
import { MOST_IMPACT } from './fields.ts';

/** Scores are whole numbers: a weight of one and the greatest impact make SCALE · MOST_IMPACT. */
export const SCALE = 4096;
/** What a whole-number score is divided by to be shown. */
export const UNIT_SCORE = SCALE * MOST_IMPACT;

/** A weight as a whole number: one at least, since who has a posting is known by its sum. */
export const wholeWeight = (weight: number): number => Math.max(1, Math.round(weight * SCALE));

/** Things asked for that make a match: one bit each. Of more, those that are rarest and said most often. */
export const MOST_GROUPS = 30;

/** Further things of a long query that count, beyond those that make a match. */
export const MOST_FURTHER = 34;

/** What saying a thing several times counts at most, and how fast it gets there: BM25's k3. */
const K3 = 8;

/** What a thing that a query says so many times counts, 1 to K3 + 1. */
export const timesWeight = (times: number): number => ((K3 + 1) * times) / (K3 + times);

/** What lists weigh, as shares of their idf. */
export const LIST_WEIGHTS = {
  /** A title has the word in exactly this form. */
  form: 0.12,
  /** The same of a form that hardly any other word of its stem is in titles as: for each e-fold it is rarer than usual. */
  rareForm: 0.2,
  /** An author is called so. */
  name: 0.9,
  /** The same, where the word is more usual in texts than in names. */
  nameBesideText: 0.3,
  /** Words side by side are the whole name of one author; and the same if there are further names beside them. */
  person: 2,
  personAmongNames: 1,
  /** Names side by side are the family names of several authors. */
  coauthors: 2,
  /** The same where they are also the whole name of one author. */
  coauthorsOrPerson: 0.9,
  /** Two neighbours that papers hyphenate, written with a space. */
  compound: 0.1,
  /** The same, written with a hyphen; and in a question or pasted text, which says many things beside it. */
  hyphen: 1,
  hyphenInLong: 0.5,
  /** Another spelling of the same. */
  variant: 0.7,
  acronym: 0.3,
  /** The venue that was named by its acronym, and its year. */
  venue: 1,
  /** The same by a name of several words. */
  venueName: 2,
  /** Words that begin so. */
  prefix: 0.4,
  /** For each error. */
  typo: 0.6,
  /** A few words of the query stand in the paper just like that. */
  verbatim: 0.4,
} as const;

/** What two neighbours that a query joins with a hyphen count as a compound. */
export const hyphenWeight = (isLong: boolean): number =>
  isLong ? LIST_WEIGHTS.hyphenInLong : LIST_WEIGHTS.hyphen;

/**
 * Robertson and Spärck Jones's weight with one added inside the logarithm (as Lucene does), so that a word in
 * most papers still counts a little and never against one.
 */
export const inverseFrequency = (documents: number, having: number): number =>
  Math.log(1 + (documents - having + 0.5) / (having + 0.5));

/** Of up to so many things a match has all. */
const ALL_UP_TO = 3;
/** Of more, this share. */
const SHARE_NEEDED = 0.6;

/**
 * Whether papers that have all of what is asked for stand above all that do not. In longer queries, which are
 * questions and pasted text, one word more or less does not decide.
 */
export const tiersFor = (groups: number): boolean => groups <= ALL_UP_TO;

/** How many of `groups` things a match has, of which `must` are required by themselves. */
export const neededOf = (groups: number, must: number): number =>
  groups <= ALL_UP_TO ? groups : Math.max(must, Math.ceil(groups * SHARE_NEEDED));

/** What counts beside words, see rerank.ts. */
export const RERANK = {
  /** Of the lesser idf of two neighbours, where they stand side by side. */
  proximity: 0.15,
  /** Words this far apart are not near. */
  window: 4,
  mostNeighbours: 12,
  freshness: 0.02,
  /** Days. */
  halfLife: 180,
  votes: 0.03,
  /** log2 of so many votes that more say nothing more. */
  manyVotes: 10,
} as const;

/** What a title as a whole counts, as shares of the greatest score by words, see titles.ts. */
export const TITLE = {
  /** All that is asked for stands in it. */
  said: 0.4,
  /** It has no other words. */
  covered: 0.6,
  /** It begins with what is asked for. */
  begun: 0.4,
  /** All of its words are asked for, by the share of the query that they are. */
  whole: 0.8,
  /** How little a title counts that has only a part of what is asked for. */
  steepness: 6,
} as const;
export const TITLE_MOST = TITLE.said + TITLE.covered + TITLE.begun + TITLE.whole;
