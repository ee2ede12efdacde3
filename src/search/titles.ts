/**
 * Titles as a whole. Whoever types a title, or most of one, means the paper that has it: how much of what was asked for
 * stands in a title, and how much of the title that is, counts as a share of its own.
 *
 *   title(d) = asked ^ steepness · (said + covered · coverage + begun · beginning)
 *
 * `asked` is the share of the query that stands in the title, by what its words are worth; `coverage` the share of the
 * title's words that the query has; `beginning` how much of the query the title begins with: the name of a model, or
 * all that stands to the left of a colon.
 */
import { FORM, NAME } from './analysis.ts';
import { popcount } from './arrays.ts';
import { Cursor } from './cursor.ts';
import { ONLY_THERE, SOME } from './kernel/areas.ts';
import { eachPosting, type PostingList } from './lexicon.ts';
import type { Located } from './located.ts';
import type { Unit } from './query-types.ts';
import { isFunctionWord } from './query-words.ts';
import type { Shortlist } from './shortlist.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import type { ShareKind } from './types.ts';
import { SCALE, TITLE, TITLE_MOST, UNIT_SCORE } from './weights.ts';

/** What a query looks for in titles. */
export interface Titled {
  /** Terms, with the groups each stands for; 0: a function word. Names count as asked for, but cover nothing. */
  words: { term: string; groups: number }[];
  /** What each group is worth, as a share of all. */
  shares: Float64Array;
  /** Words of the query, function words included. */
  length: number;
  /** The same words as forms, if they may be a whole title. */
  forms: string[] | null;
}

/** What is known of a list that a query looks for. */
interface Looked {
  kind: ShareKind;
  term: string;
  label: string;
  weight: number;
  base: number;
  groups: number;
}

/** Places of a title that are told apart. */
const MOST_PLACES = 32;
/** Longer queries are no titles. */
const MOST_LOOKED_FOR = 30;
/**
 * Words that are looked for in titles, all spellings of all things counted: each takes one of the kernel's rows (ROWS), and
 * most runs of words need some that are left (standing.ts).
 */
const MOST_TITLED = 80;
/** In longer queries, a whole title comes first among the papers that have all words anyway. */
const MOST_EXACT = 2;

/** What to look for in titles; null where a query is too long, or says nothing. */
export function titledWords(
  snapshot: Snapshot,
  all: readonly Unit[],
  units: readonly Unit[],
  lists: readonly Looked[],
): Titled | null {
  if (units.length === 0 || units.length > MOST_LOOKED_FOR) return null;
  const terms = new Map<string, number>();
  const put = (term: string, groups: number): void => {
    if (snapshot.frequency(term) > 0) terms.set(term, (terms.get(term) ?? 0) | groups);
  };
  units.forEach(({ alternatives }, i) => {
    for (const { words, field } of alternatives)
      if (field !== 'abstract') for (const { term } of words) put(term, 1 << i);
  });
  let length = 0;
  for (const { alternatives } of all) {
    length += alternatives[0]?.words.length ?? 0;
    for (const { words } of alternatives)
      for (const word of words) if (isFunctionWord(word)) put(word.term, 0);
  }
  for (const { kind, term, label, groups } of lists) {
    // A whole name is asked for by each of its words.
    if (term === NAME + label && kind === 'phrase')
      label.split(' ').forEach((word, at) => {
        put(NAME + word, groupAt(groups, at));
      });
    else if (term.startsWith(NAME) || kind === 'typo') put(term, groups);
    // Two words for one, joined by a hyphen or not, or one for two.
    else if (kind === 'variant') for (const part of label.split(/[ -]/)) put(stemOf(part), groups);
  }
  const worths = new Float64Array(units.length);
  for (const { groups, base, weight } of lists) {
    if (groups === 0 || (groups & (groups - 1)) !== 0) continue;
    const group = 31 - Math.clz32(groups);
    worths[group] = Math.max(worths[group]!, base / UNIT_SCORE + weight / SCALE);
  }
  units.forEach(({ alternatives }, g) => {
    if (alternatives.every(({ field }) => field === 'abstract')) worths[g] = 0;
  });
  const sum = worths.reduce((total, worth) => total + worth, 0);
  if (sum === 0) return null;
  const isPlain =
    units.length <= MOST_EXACT &&
    all.every(
      ({ alternatives: [first, ...others], isApart }, i) =>
        first?.words.length === 1 && !first.field && others.length === 0 && (i === 0 || !isApart),
    );
  return {
    words: [...terms].slice(0, MOST_TITLED).map(([term, groups]) => ({ term, groups })),
    shares: worths.map((worth) => worth / sum),
    length,
    forms: isPlain ? all.map(({ alternatives }) => FORM + alternatives[0]!.words[0]!.word) : null,
  };
}

/** The group of the `at`-th word of what has several, each a word; of one that has a single group, that. */
function groupAt(groups: number, at: number): number {
  let left = groups;
  for (let i = 0; i < at && (left & (left - 1)) !== 0; i++) left &= left - 1;
  return left & -left;
}

/** Puts what the titles of some documents of a shortlist have of the query into `titles`, 0 to 1. */
export function addTitles(
  some: Located,
  { words, shares, length }: Titled,
  rows: readonly number[],
  list: Shortlist,
): void {
  const { kernel, addressOf, sections } = some.segment;
  const { loops, titles, meant } = kernel;
  for (let i = 0; i < rows.length; i++) {
    // Of a name, it only counts that the paper has it.
    meant[2 * i] = rows[i]! + (words[i]!.term.startsWith(NAME) ? ONLY_THERE : 0);
    meant[2 * i + 1] = words[i]!.groups;
  }
  loops.inTitles(some.places.length, rows.length, addressOf.ends);
  for (let i = 0; i < some.places.length; i++) {
    const places = titles[i]!;
    const groups = titles[SOME + i]!;
    if (places === 0 || groups === 0) continue;
    const place = some.places[i]!;
    const title = sections.ends[list.documents[place]! * 3]!;
    list.titles[place] = strengthOf(groups, places, title, shares, length);
  }
}

/** The strength of a title of `title` words, of which the query has those at `places`, and they have these groups of it. */
export function strengthOf(
  groups: number,
  places: number,
  title: number,
  shares: Float64Array,
  length: number,
): number {
  let asked = 0;
  for (let g = 0; g < shares.length; g++) if ((groups & (1 << g)) !== 0) asked += shares[g]!;
  const coverage = popcount(places) / Math.min(MOST_PLACES, title);
  // How many of the first places, without a gap.
  const first = ~places === 0 ? MOST_PLACES : 31 - Math.clz32(~places & -~places);
  const beginning = Math.min(1, first / length);
  const { said, covered, begun, whole, steepness } = TITLE;
  const within = Math.min(1, asked);
  const most = within ** steepness * (said + covered * coverage + begun * beginning);
  return (most + whole * within * coverage ** steepness) / TITLE_MOST;
}

/** The documents whose titles are just the words of the query in their order, by part; null: there are none. */
export function wholeTitles(snapshot: Snapshot, titled: Titled | null): Uint32Array[] | null {
  const forms = titled?.forms;
  if (!forms) return null;
  return snapshot.remember(`title ${forms.join(' ')}`, () => {
    const found = snapshot.parts.map((part) => wholeTitlesIn(part, forms));
    return found.some(({ length }) => length > 0) ? found : null;
  });
}

/** The documents whose titles have so many words: bits, because their lengths lie far apart in memory. */
const titlesOf = (part: Part, length: number): Bits =>
  part.bits(`titles of ${length}`, () => {
    const { sections, documents } = part.segment;
    const bits = new Uint32Array((documents + 31) >>> 5);
    for (let document = 0; document < documents; document++)
      if (sections.ends[document * 3] === length && part.isLive(document))
        bits[document >>> 5]! |= 1 << (document & 31);
    return bits;
  });

function wholeTitlesIn(part: Part, forms: readonly string[]): Uint32Array {
  const { segment } = part;
  const { lexicon, sections, documents, kernel } = segment;
  const [into] = kernel.places;
  const lists = forms.map((form, at) => ({ at, list: lexicon.find(form) }));
  let rarest: PostingList | null = null;
  for (const { list } of lists) {
    if (list === null) return new Uint32Array(0);
    if (rarest === null || list.frequency < rarest.frequency) rarest = list;
  }
  const found: number[] = [];
  const asLong = titlesOf(part, forms.length);
  eachPosting(sections, rarest!, (document) => {
    if ((asLong[document >>> 5]! & (1 << (document & 31))) !== 0) found.push(document);
  });
  let left = found;
  for (const { at, list } of lists) {
    if (left.length === 0) break;
    const cursor = new Cursor(segment, list!, 1, 0, 0);
    cursor.enter(left[0]!, documents);
    left = left.filter(
      (document) => cursor.advance(document) > 0 && into.list.subarray(0, cursor.places(into)).includes(at),
    );
    cursor.release();
  }
  return Uint32Array.from(left);
}
