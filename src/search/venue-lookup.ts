/** Venues as an index has them: which it knows, and which papers are of one. */
import { VENUE } from './analysis.ts';
import { mapped } from './arrays.ts';
import type { MadeList } from './cursor.ts';
import { unionList } from './made-lists.ts';
import type { QueryWord, Unit } from './query-types.ts';
import type { Segment } from './segment.ts';
import type { Part, Snapshot } from './snapshot.ts';
import { isOtherName, PRESENTED, slugOf, venueWords } from './venues.ts';

/** Marks what a paper was presented as, among venues. */
const AS = '!';
const MOST_WORDS = 10;
/** A word in small letters is a venue where one in so many papers that have it is of it. */
const OF_VENUE = 5;
/** A name of several words that has one of these is hardly about anything else. */
const TELLING =
  /\b(?:journal|transactions|letters|reviews?|annals|bulletin|proceedings|communications|notices|conference|symposium)\b/;
const YEAR = /^(?:19|20)\d\d$/;
const GLUED = /^([a-z]{3,12})((?:19|20)\d\d)$/;

interface Venues {
  bySlug: Map<string, { term: string; year: string }[]>;
  /** What their names begin with: most words of queries begin none. */
  first: Set<string>;
}

/** The venues of a segment; few, and asked for at every query. */
const known = new WeakMap<Segment, Venues>();

function venuesOf(segment: Segment): Venues {
  let found = known.get(segment);
  if (found === undefined) {
    const bySlug: Venues['bySlug'] = new Map();
    const first = new Set<string>();
    segment.lexicon.each(VENUE, ({ term }) => {
      const [slug = '', , year = ''] = term.slice(1).split('\0');
      const terms = bySlug.get(slug);
      if (terms) terms.push({ term, year });
      else bySlug.set(slug, [{ term, year }]);
      first.add(slug.split('-', 1)[0]!);
      return true;
    });
    found = { bySlug, first };
    known.set(segment, found);
  }
  return found;
}

/** Whether the name of a venue may begin with a word. */
const mayBegin = (snapshot: Snapshot, word: string): boolean =>
  snapshot.remember(
    `begins venue ${word}`,
    () =>
      isOtherName(word) ||
      snapshot.parts.some(({ segment }) => venuesOf(segment).first.has(venueWords(word)[0] ?? '')),
  );

/** Whether any word of a query may begin the name of a venue, alone or without the year behind it. */
const mayName = (snapshot: Snapshot, units: readonly Unit[]): boolean =>
  units.some(({ alternatives }) =>
    alternatives[0]?.words.some(({ word }) => mayBegin(snapshot, GLUED.exec(word)?.[1] ?? word)),
  );

/** The papers of a venue, of one year where it is told. */
export const venueList = (part: Part, slug: string, year = ''): MadeList =>
  unionList(
    part,
    `${VENUE}${slug} ${year}`,
    (venuesOf(part.segment).bySlug.get(slug) ?? [])
      .filter((each) => year === '' || each.year === year)
      .map(({ term }) => term),
  );

/** The term that says what a paper was presented as. */
export const presentedTerm = (as: string): string => `${VENUE}${AS}${as}`;

/** Whether a venue's term names one. */
export const isNamed = (slug: string): boolean => !slug.startsWith(AS);

/** A venue that a query names. */
export interface Named {
  slug: string;
  year: string;
  label: string;
  /** Its name is one of several words. */
  isWritten: boolean;
  /** A bit for each unit that is part of its name, and with those of its year. */
  bits: number;
  yearBits: number;
  lists: MadeList[];
}

interface Said {
  word: QueryWord;
  bit: number;
  /** It does not go on from the one before it. */
  isApart: boolean;
}

/**
 * The venues that a query names, the longest names first, with what their papers were presented as ("ICLR 2024 oral").
 * `bitOf` gives the bit of a unit's word, 0 where it is not looked for.
 */
export function venuesNamed(
  snapshot: Snapshot,
  units: readonly Unit[],
  bitOf: (word: QueryWord) => number,
): Named[] {
  if (!mayName(snapshot, units)) return [];
  const said = wordsOf(units, bitOf);
  const named: Named[] = [];
  for (let from = 0; from < said.length; from++) {
    if (!mayBegin(snapshot, said[from]!.word.word)) continue;
    for (let to = Math.min(said.length, from + MOST_WORDS); to > from; to--) {
      const found = named.length < 2 ? venueAt(snapshot, said, from, to) : null;
      if (found === null) continue;
      named.push(found);
      from = to - 1;
      break;
    }
  }
  if (named.length > 0)
    for (const { word, bit } of said) {
      const as = PRESENTED.find((each) => each === word.word || `${each}s` === word.word);
      if (as === undefined) continue;
      const term = presentedTerm(as);
      const lists = mapped(snapshot.parts, (part) => unionList(part, term, [term]));
      named.push({ slug: AS + as, year: '', label: as, isWritten: false, bits: bit, yearBits: 0, lists });
    }
  return named;
}

/** The query's words in order; one that is a venue with its year is both. */
function wordsOf(units: readonly Unit[], bitOf: (word: QueryWord) => number): Said[] {
  let isApart = false;
  return units.flatMap((unit) => {
    const [atom, ...others] = unit.alternatives;
    // Words in a field are not a venue's, and those on either side of alternatives are not one name.
    const words = others.length === 0 && atom && !atom.field && !atom.slop ? atom.words : [];
    isApart ||= unit.isApart === true || words.length === 0;
    const bit = words.length > 0 ? bitOf(words[0]!) : 0;
    return words.flatMap((word) => {
      const glued = GLUED.exec(word.word);
      const said = (glued?.slice(1) ?? [word.word]).map((each, i) => {
        const one = { word: { ...word, word: each }, bit, isApart: isApart && i === 0 };
        isApart = false;
        return one;
      });
      return said;
    });
  });
}

function venueAt(snapshot: Snapshot, said: readonly Said[], from: number, to: number): Named | null {
  const words = said.slice(from, to);
  if (words.some(({ isApart }, i) => i > 0 && isApart)) return null;
  if (YEAR.test(words[0]!.word.word) || YEAR.test(words.at(-1)!.word.word)) return null;
  const name = words.map(({ word }) => word.word).join(' ');
  const slug = snapshot.remember(`venue ${name}`, () => slugOf(name));
  const count = (year: string): number =>
    snapshot.parts.reduce((sum, part) => sum + part.count(venueList(part, slug, year)), 0);
  if (!snapshot.parts.some(({ segment }) => venuesOf(segment).bySlug.has(slug))) return null;
  const next = said[to]?.isApart ? undefined : said[to];
  const year = next && YEAR.test(next.word.word) && count(next.word.word) > 0 ? next.word.word : '';
  const isClear =
    year !== '' ||
    (words.length > 1
      ? TELLING.test(slug)
      : words[0]!.word.isCapital === true || count('') * OF_VENUE >= snapshot.frequency(words[0]!.word.term));
  if (!isClear) return null;
  const bits = words.reduce((sum, { bit }) => sum | bit, 0);
  return {
    slug,
    year,
    label: name,
    isWritten: words.length > 1,
    bits,
    yearBits: year === '' ? 0 : bits | next!.bit,
    lists: mapped(snapshot.parts, (part) => venueList(part, slug)),
  };
}
