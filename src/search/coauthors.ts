/**
 * Papers by several people, given their family names: "Vaswani Shazeer Parmar". Each name must belong to a different
 * author. A paper fits best if these are its first authors, in the order typed.
 */
import { NAME } from './analysis.ts';
import { countBits } from './bits.ts';
import type { MadeList } from './cursor.ts';
import { eachPlaced } from './each-placed.ts';
import { MOST_IMPACT } from './fields.ts';
import { addToBits, type PostingList } from './lexicon.ts';
import { eachBit } from './made-lists.ts';
import { authorAt, slotBit, WORDS } from './name-places.ts';
import { spellingsOf } from './names.ts';
import type { Bits, Part } from './snapshot.ts';

/** Names shared by more papers than this are too common to say anything. */
const MOST_PAPERS = 16_384;
/** The weight of a given name, as a share of a family name. */
const GIVEN = 0.6;
/** The weight of authors in another order, as a share of those in the order typed. */
const DISORDER = 0.85;
/** The weight of authors far down a long list, as a share of the first ones. */
const FAR = 0.4;

/** A family name, which may be several words joined by hyphens. */
export type FamilyName = readonly string[];

/** Authors who have a name, by number: how many of its words, and whether one of them ends their own name. */
export type Bearers = Map<number, { words: number; isLast: boolean }>;

/** What a plan calls the list of some people's papers. */
export const coauthorsTerm = (names: readonly FamilyName[]): string =>
  `${NAME}${NAME}${names.map((name) => name.join('-')).join(' ')}`;

/** The papers of a part that have another author for each of some names. */
export function coauthorList(part: Part, names: readonly FamilyName[]): MadeList {
  return part.made(coauthorsTerm(names), () => {
    const docs: number[] = [];
    const impacts: number[] = [];
    let most = 0;
    for (const [doc, bearers] of bearersIn(part, names)) {
      const impact = fitImpact(names, bearers);
      if (impact === 0) continue;
      docs.push(doc);
      impacts.push(impact);
      most = Math.max(most, impact);
    }
    return { frequency: docs.length, most, docs: Uint32Array.from(docs), impacts: Uint8Array.from(impacts) };
  });
}

/** For each document that has all of the names, in order, who has them. */
function bearersIn(part: Part, names: readonly FamilyName[]): Map<number, Bearers[]> {
  const found = new Map<number, Bearers[]>();
  const lists = new Map<string, PostingList[]>();
  for (const word of new Set(names.flat()))
    lists.set(
      word,
      spellingsOf(word, word).flatMap((each) => part.segment.lexicon.find(NAME + each) ?? []),
    );
  const bits = withAll(part, [...lists.values()]);
  const papers = countBits(bits);
  if (papers === 0 || papers > MOST_PAPERS) return found;
  eachBit(bits, (doc) => {
    found.set(
      doc,
      names.map(() => new Map()),
    );
  });
  for (const [word, spelt] of lists)
    for (const list of spelt)
      eachPlaced(part.segment.sections, list, bits, (doc, places, from, to) => {
        names.forEach((name, i) => {
          if (name.includes(word)) for (let k = from; k < to; k++) note(found.get(doc)![i]!, places[k]!);
        });
      });
  return found;
}

/** The documents that are in one list of each of some sets. */
function withAll({ segment: { sections, documents } }: Part, sets: readonly PostingList[][]): Bits {
  const bits = new Uint32Array((documents + 31) >>> 5).fill(0xffffffff);
  const own = new Uint32Array(bits.length);
  for (const lists of sets) {
    own.fill(0);
    for (const list of lists) addToBits(sections, list, own);
    for (let k = 0; k < bits.length; k++) bits[k]! &= own[k]!;
  }
  return bits;
}

function note(bearers: Bearers, place: number): void {
  const author = authorAt(place);
  const known = bearers.get(author);
  const word = WORDS[31 - Math.clz32(slotBit(place))];
  const isLast = word != null && word.words > 0;
  if (known === undefined) bearers.set(author, { words: 1, isLast });
  else {
    known.words++;
    known.isLast ||= isLast;
  }
}

/** How well a paper fits, by those who have each name: an impact, or 0. */
export function fitImpact(names: readonly FamilyName[], bearers: readonly Bearers[]): number {
  let best = 0;
  for (const families of [true, false]) {
    const able = bearers.map((some, i) =>
      [...some]
        .filter(([, { words, isLast }]) => words >= names[i]!.length && (isLast || !families))
        .map(([author, { isLast }]) => ({ author, isLast }))
        .sort((a, b) => a.author - b.author),
    );
    best = Math.max(best, worthOf(inOrder(able)), worthOf(inAnyOrder(able)) * DISORDER);
  }
  return best === 0 ? 0 : Math.max(1, Math.round(best * MOST_IMPACT));
}

interface Author {
  author: number;
  isLast: boolean;
}

/** One author for each name, in the order of the names, each as early as possible; null: there are none. */
function inOrder(able: readonly Author[][]): Author[] | null {
  const chosen: Author[] = [];
  for (const authors of able) {
    const after = chosen.at(-1)?.author ?? -1;
    const next = authors.find(({ author }) => author > after);
    if (next === undefined) return null;
    chosen.push(next);
  }
  return chosen;
}

/** The same in any order; the rarest names choose first. */
function inAnyOrder(able: readonly Author[][]): Author[] | null {
  const chosen: Author[] = [];
  for (const authors of able.toSorted((a, b) => a.length - b.length)) {
    const next = authors.find(({ author }) => !chosen.some((other) => other.author === author));
    if (next === undefined) return null;
    chosen.push(next);
  }
  return chosen;
}

function worthOf(chosen: readonly Author[] | null): number {
  if (chosen === null) return 0;
  const last = chosen.reduce((most, { author }) => Math.max(most, author), 0);
  const names = chosen.reduce((sum, { isLast }) => sum + (isLast ? 1 : GIVEN), 0) / chosen.length;
  return names * (FAR + ((1 - FAR) * chosen.length) / (last + 1));
}
