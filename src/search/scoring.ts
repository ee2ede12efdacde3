/**
 * BM25F (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and
 * Trends in Information Retrieval 3(4), 2009, section 3.6):
 *
 *   tf~(t, d) = Σ_f  weight_f · tf(t, d, f) / (1 - b_f + b_f · length(d, f) / average_length(f))
 *   score(d)  = Σ_t  weight_t · idf(t) · tf~(t, d) / (k1 + tf~(t, d))
 *   idf(t)    = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
 *
 * idf is Robertson and Spärck Jones's weight with one added inside the logarithm (as Lucene does), so that a
 * word in most papers still counts a little and never against one. A term `t` is everything plan.ts takes as
 * one (stem, name, joined spelling): occurrences are added up, n_t counts documents with any of them.
 */
import { ABSTRACT, COUNT_BITS, COUNT_MASK, FIELDS, TITLE } from './fields.ts';
import type { Plan, PlannedWord, Wanted } from './plan.ts';
import type { Part, Snapshot } from './snapshot.ts';
import { stemCached } from './stem.ts';

export const K1 = 1.6;
/** A title's word in exactly the query's form counts as so many further occurrences. */
export const EXACT = 0.8;
/** With all words matched, a score counts so much more. */
export const ALL_WORDS = 0.1;
/** A word that only begins like the query's last word counts so much of a word. */
export const PREFIX_WEIGHT = 0.5;
/** Up to so many words all are required; of more than that, this share. */
const ALL_UP_TO = 3;
const SHARE_REQUIRED = 0.75;

/** How many of a query's words a document must have. */
export const wordsNeeded = (words: number): number =>
  words <= ALL_UP_TO ? words : Math.ceil(words * SHARE_REQUIRED);

export const inverseFrequency = (documents: number, having: number): number =>
  Math.log(1 + (documents - having + 0.5) / (having + 0.5));

/** A posting list in one segment. */
export interface List {
  term: number;
  /** Of exact forms in titles. */
  form: boolean;
}

/** Something wanted, found: its lists in each segment (parallel to the snapshot's parts). */
export interface Scored {
  label: string;
  lists: List[][];
  /** weight · idf: more than this no document can get. */
  most: number;
  idf: number;
  weight: number;
  frequency: number;
}

export interface ScoredWord extends Scored {
  must: boolean;
  /** The words that only begin so; they count where the whole word is not. */
  prefix: Scored | null;
}

export interface ScoredPlan {
  words: ScoredWord[];
  compounds: Scored[];
  /** Each a list of things of which a document must lack one. */
  excluded: Scored[][];
  /** What a document gets whose last word is whole, so that it stands above all where it is not. */
  wholeBonus: number;
}

/** Arrays as wide as the biggest segment, kept from query to query. */
export class Scratch {
  readonly width: number;
  /** tf~ of the term in hand; all zero between terms. */
  readonly often: Float64Array;
  readonly touched: Uint32Array;
  readonly scores: Float64Array;
  readonly matched: Uint8Array;
  readonly must: Uint8Array;
  /** 1: the last word is whole. */
  readonly whole: Uint8Array;
  readonly barred: Uint8Array;
  constructor(width: number) {
    this.width = width;
    this.often = new Float64Array(width);
    this.touched = new Uint32Array(width);
    this.scores = new Float64Array(width);
    this.matched = new Uint8Array(width);
    this.must = new Uint8Array(width);
    this.whole = new Uint8Array(width);
    this.barred = new Uint8Array(width);
  }
  get bytes(): number {
    return this.width * 24;
  }
}

/** Finds everything a plan wants, with its weights over the whole snapshot. */
export function resolve(snapshot: Snapshot, plan: Plan, scratch: Scratch): ScoredPlan {
  const words = plan.words.map((word): ScoredWord => {
    const whole = resolveWanted(snapshot, word, scratch);
    const prefix = word.prefix === null ? null : resolvePrefix(snapshot, word, whole, scratch);
    return { ...whole, must: word.must, prefix };
  });
  const compounds = plan.compounds
    .map((wanted) => resolveWanted(snapshot, wanted, scratch))
    .filter(({ frequency }) => frequency > 0);
  const excluded = plan.excluded.map((group) => group.map((each) => resolveWanted(snapshot, each, scratch)));
  let wholeBonus = 0;
  if (words.some(({ frequency, prefix }) => frequency > 0 && prefix !== null))
    for (const each of [...words, ...compounds])
      wholeBonus += Math.max(each.most, (each as ScoredWord).prefix?.most ?? 0) * (1 + ALL_WORDS);
  return { words, compounds, excluded, wholeBonus };
}

function resolveWanted(snapshot: Snapshot, wanted: Wanted, scratch: Scratch): Scored {
  const terms = wanted.terms.map((term) => Buffer.from(term));
  const forms = wanted.forms.map((form) => Buffer.from(form));
  const lists = snapshot.parts.map(({ segment }) => {
    const found: List[] = [];
    for (const bytes of terms) {
      const term = segment.find(bytes);
      if (term >= 0 && !found.some((list) => list.term === term)) found.push({ term, form: false });
    }
    // A form without its stem in the same segment cannot be.
    for (const bytes of found.length > 0 ? forms : []) {
      const term = segment.find(bytes);
      if (term >= 0) found.push({ term, form: true });
    }
    return found;
  });
  return weigh(snapshot, wanted.label, lists, wanted.weight, scratch);
}

function weigh(snapshot: Snapshot, label: string, lists: List[][], weight: number, scratch: Scratch): Scored {
  let frequency = 0;
  snapshot.parts.forEach((part, p) => {
    frequency += countDocuments(part, lists[p]!, scratch);
  });
  const idf = inverseFrequency(snapshot.documents, frequency);
  return { label, lists, frequency, idf, weight, most: weight * idf };
}

/** Live documents that are in at least one of the lists. */
function countDocuments({ segment, live }: Part, lists: readonly List[], scratch: Scratch): number {
  const { postingStarts, postings } = segment.sections;
  const counted = lists.filter(({ form }) => !form);
  if (counted.length === 1 && live === null) {
    const { term } = counted[0]!;
    return postingStarts[term + 1]! - postingStarts[term]!;
  }
  // The longest list has each document once; only the others need to be looked at for doubles.
  const { often, touched } = scratch;
  let count = 0;
  for (const { term } of counted)
    for (let i = postingStarts[term]!; i < postingStarts[term + 1]!; i++) {
      const document = postings[i]! >>> 12;
      if (often[document] === 0 && (live === null || live[document])) {
        often[document] = 1;
        touched[count++] = document;
      }
    }
  for (let i = 0; i < count; i++) often[touched[i]!] = 0;
  return count;
}

/**
 * All words that begin like the last one, as one thing. Title forms are looked at too, because
 * "optimizat" is the beginning of "optimization" but not of its stem, "optim".
 */
function resolvePrefix(
  snapshot: Snapshot,
  word: PlannedWord,
  whole: Scored,
  scratch: Scratch,
): Scored | null {
  const prefix = word.prefix!;
  const plain = Buffer.from(prefix);
  const form = Buffer.from(`=${prefix}`);
  const name = Buffer.from(`@${prefix}`);
  const stems = new Set<string>();
  const lists = snapshot.parts.map((part, p): List[] => {
    const { segment } = part;
    const found: List[] = [];
    const own = new Set(whole.lists[p]!.map(({ term }) => term));
    for (const start of [plain, name])
      for (let t = segment.lowerBound(start); t < segment.terms && segment.hasPrefix(t, start); t++)
        if (!own.has(t) && !segment.termBytes(t).includes(45)) found.push({ term: t, form: false });
    for (let t = segment.lowerBound(form); t < segment.terms && segment.hasPrefix(t, form); t++) {
      const written = segment.term(t).slice(1);
      const term = /^[a-z]+$/.test(written) ? stemCached(written) : written;
      if (!term.startsWith(prefix) && !word.terms.includes(term) && hasLive(part, t)) stems.add(term);
    }
    return found;
  });
  for (const term of stems) {
    const bytes = Buffer.from(term);
    snapshot.parts.forEach(({ segment }, p) => {
      const found = segment.find(bytes);
      if (found >= 0) lists[p]!.push({ term: found, form: false });
    });
  }
  const scored = weigh(snapshot, `${prefix}…`, lists, PREFIX_WEIGHT, scratch);
  return scored.frequency > 0 ? scored : null;
}

function hasLive({ segment, live }: Part, term: number): boolean {
  if (live === null) return true;
  const { postingStarts, postings } = segment.sections;
  for (let i = postingStarts[term]!; i < postingStarts[term + 1]!; i++)
    if (live[postings[i]! >>> 12]) return true;
  return false;
}

/** Adds up tf~ of some lists into `scratch.often`; gives how many documents it touched. */
export function accumulate(
  snapshot: Snapshot,
  { segment }: Part,
  lists: readonly List[],
  { often, touched }: Scratch,
): number {
  const { postingStarts, postings, lengths } = segment.sections;
  const width = segment.documents;
  const inAbstract = snapshot.norms[ABSTRACT]!;
  const abstracts = ABSTRACT * width;
  const abstractMask = FIELDS[ABSTRACT]!.mask;
  let count = 0;
  for (const { term, form } of lists) {
    const end = postingStarts[term + 1]!;
    if (form) {
      for (let i = postingStarts[term]!; i < end; i++) often[postings[i]! >>> COUNT_BITS]! += EXACT;
      continue;
    }
    for (let i = postingStarts[term]!; i < end; i++) {
      const posting = postings[i]!;
      const document = posting >>> COUNT_BITS;
      const before = often[document]!;
      if (before === 0) touched[count++] = document;
      // Most postings are of abstracts alone (the lowest bits), so these come first and straight.
      let sum = before + (posting & abstractMask) * inAbstract[lengths[abstracts + document]!]!;
      if ((posting & COUNT_MASK) > abstractMask) sum += elsewhere(snapshot, posting, lengths, width);
      often[document] = sum;
    }
  }
  return count;
}

/** A posting's tf~ in all fields but the abstract. */
function elsewhere(snapshot: Snapshot, posting: number, lengths: Uint16Array, width: number): number {
  const document = posting >>> COUNT_BITS;
  let sum = 0;
  for (let f = 0; f < FIELDS.length; f++) {
    if (f === ABSTRACT) continue;
    const { shift, mask } = FIELDS[f]!;
    const times = (posting >>> shift) & mask;
    if (times !== 0) sum += times * snapshot.norms[f]![lengths[f * width + document]!]!;
  }
  return sum;
}

/** A form only counts where a stem does, so it is the title's. */
export const EXACT_FIELD = `${FIELDS[TITLE]!.name}, exact form`;

/** Scores every document of a segment into `scratch`, whose arrays the caller clears. */
export function scoreSegment(snapshot: Snapshot, p: number, plan: ScoredPlan, scratch: Scratch): void {
  const part = snapshot.parts[p]!;
  const { often, touched, scores, matched, must, whole, barred } = scratch;
  /** How the term in hand matches: as a word, as a whole last word, as the beginning of one, or not. */
  const add = (scored: Scored, as: 'word' | 'whole' | 'prefix' | 'bonus', asMust: boolean): void => {
    const lists = scored.lists[p]!;
    if (lists.length === 0) return;
    const count = accumulate(snapshot, part, lists, scratch);
    const { most } = scored;
    const counts = as === 'bonus' ? 0 : 1;
    const isPrefix = as === 'prefix';
    const isWhole = as === 'whole';
    for (let i = 0; i < count; i++) {
      const document = touched[i]!;
      const tf = often[document]!;
      often[document] = 0;
      if (isPrefix && whole[document] !== 0) continue;
      scores[document]! += (most * tf) / (K1 + tf);
      matched[document]! += counts;
      if (isWhole) whole[document] = 1;
      if (asMust) must[document]!++;
    }
  };
  for (const word of plan.words) {
    add(word, word.prefix ? 'whole' : 'word', word.must);
    if (word.prefix) add(word.prefix, 'prefix', word.must);
  }
  for (const compound of plan.compounds) add(compound, 'bonus', false);
  for (const group of plan.excluded) {
    const seen = new Map<number, number>();
    for (const each of group) {
      const count = accumulate(snapshot, part, each.lists[p]!, scratch);
      for (let i = 0; i < count; i++) {
        const document = touched[i]!;
        often[document] = 0;
        if (group.length === 1) barred[document] = 1;
        else seen.set(document, (seen.get(document) ?? 0) + 1);
      }
    }
    for (const [document, times] of seen) if (times === group.length) barred[document] = 1;
  }
}
