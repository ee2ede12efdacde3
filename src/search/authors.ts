/** Papers by somebody: the words of a name stand within one author's name, and are all of it where there is such a one. */
import { NAME } from './analysis.ts';
import { Cursor, type MadeList } from './cursor.ts';
import { PLAIN_IMPACT } from './fields.ts';
import { eachPosting, type PostingList } from './lexicon.ts';
import { eachBit } from './made-lists.ts';
import { authorAt, type WordInName, wordAt } from './name-places.ts';
import { type NamePart, printedOrders, readName, type TypedName } from './names.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';

/**
 * How well an author's name is the one typed: it is all of it, but for middle initials; it has its words side by side
 * ("Van Gool" in "Luc Van Gool"); it has them in any order.
 */
const LEVELS = 3;
const [WHOLE, TOGETHER, APART] = [0, 1, 2];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The documents of part `p` by those whose name it is as well as anybody's here. */
export function byAuthor(snapshot: Snapshot, p: number, name: string): Bits {
  const level = levelOf(snapshot, name);
  return levelsIn(snapshot.parts[p]!, name)[level ?? APART]!;
}

/** Whether anybody here is called so, no word more. */
export const isAuthor = (snapshot: Snapshot, name: string): boolean => levelOf(snapshot, name) === WHOLE;

/** The papers of somebody as a list to score by. */
export function authorList(snapshot: Snapshot, p: number, name: string): MadeList {
  const part = snapshot.parts[p]!;
  return part.made(`@${levelOf(snapshot, name)} ${name}`, () => {
    const docs: number[] = [];
    eachBit(byAuthor(snapshot, p, name), (doc) => docs.push(doc));
    const impacts = new Uint8Array(docs.length).fill(PLAIN_IMPACT);
    return { frequency: docs.length, most: PLAIN_IMPACT, docs: Uint32Array.from(docs), impacts };
  });
}

/** The best level that any paper that counts has, or null. The same however papers are spread over segments. */
function levelOf(snapshot: Snapshot, name: string): number | null {
  return snapshot.remember(`author ${name.slice(0, 200)}`, () => {
    for (let level = WHOLE; level < LEVELS; level++)
      for (const part of snapshot.parts) {
        const bits = levelsIn(part, name)[level]!;
        for (let i = 0; i < bits.length; i++) if ((bits[i]! & (part.live?.[i] ?? -1)) !== 0) return level;
      }
    return null;
  });
}

/** For each level, the documents that have it or a better one. */
function levelsIn(part: Part, name: string): Bits[] {
  let made: Bits[] | null = null;
  const make = (): Bits[] => {
    made ??= readName(name).reduce((all: Bits[], typed) => addMatches(part, typed, all), emptyLevels(part));
    return made;
  };
  return Array.from({ length: LEVELS }, (_, level) =>
    part.bits(`author ${level} ${name}`, () => make()[level]!),
  );
}

const emptyLevels = (part: Part): Bits[] =>
  Array.from({ length: LEVELS }, () => new Uint32Array((part.segment.documents + 31) >>> 5));

/** Where the words of a name stand among the authors of a document: for each author, the places of each part. */
type Found = Map<number, Map<number, number[][]>>;

function addMatches(part: Part, typed: TypedName, levels: Bits[]): Bits[] {
  const found = withAllNames(part, typed.parts);
  if (found.size > 0 && typed.parts.some(({ isInitial }) => isInitial)) addInitials(part, typed.parts, found);
  const orders = printedOrders(typed);
  const cursors: Cursor[] = [];
  // Cursors only go forward.
  for (const doc of [...found.keys()].sort((a, b) => a - b))
    for (const [author, places] of found.get(doc)!) {
      if (places.some((own) => own.length === 0)) continue;
      const level = levelIn(places, typed, orders, () => initialsOf(part, cursors, doc, author));
      for (let l = level; l < LEVELS; l++) levels[l]![doc >>> 5]! |= 1 << (doc & 31);
    }
  for (const cursor of cursors) cursor.release();
  return levels;
}

/** Authors that have all words of a name that are no initials; all words where there are only initials. */
function withAllNames(part: Part, parts: readonly NamePart[]): Found {
  const found: Found = new Map();
  const { lexicon, sections, kernel, documents } = part.segment;
  const isLooked = (i: number): boolean => !parts[i]!.isInitial || parts.every(({ isInitial }) => isInitial);
  const numbers = parts.map((_, i) => i).filter(isLooked);
  const lists = numbers.map((i) => ({
    i,
    lists: parts[i]!.spellings.map((word) => lexicon.find(NAME + word)).filter((list) => list !== null),
  }));
  if (lists.some(({ lists: own }) => own.length === 0)) return found;
  const sum = (own: PostingList[]): number => own.reduce((all, { frequency }) => all + frequency, 0);
  lists.sort((a, b) => sum(a.lists) - sum(b.lists));
  const [into] = kernel.places;
  const cursorsOf = (own: readonly PostingList[]): Cursor[] =>
    own.map((list) => {
      const cursor = new Cursor(part.segment, list, 1, 0, 0);
      cursor.enter(0, documents);
      return cursor;
    });
  const put = (doc: number, i: number, cursor: Cursor, isFirst: boolean): void => {
    const authors = found.get(doc) ?? new Map<number, number[][]>();
    const count = cursor.places(into);
    for (let k = 0; k < count; k++) {
      const place = into.list[k]!;
      let places = authors.get(authorAt(place));
      if (places === undefined) {
        if (!isFirst) continue;
        places = parts.map(() => []);
        authors.set(authorAt(place), places);
      }
      addPlace(places[i]!, place);
    }
    if (isFirst) found.set(doc, authors);
  };
  // The rarest says which documents there are to look at; each further one leaves fewer.
  lists.forEach(({ i, lists: own }, at) => {
    const cursors = cursorsOf(own);
    if (at === 0)
      own.forEach((list, k) => {
        eachPosting(sections, list, (doc) => {
          if (cursors[k]!.has(doc)) put(doc, i, cursors[k]!, true);
        });
      });
    else
      for (const doc of [...found.keys()].sort((a, b) => a - b)) {
        let has = false;
        for (const cursor of cursors)
          if (cursor.has(doc)) {
            put(doc, i, cursor, false);
            has = true;
          }
        if (!has) found.delete(doc);
      }
    for (const cursor of cursors) cursor.release();
  });
  return found;
}

/** Once each: words behind the third of a name have one place. */
function addPlace(places: number[], place: number): void {
  if (!places.includes(place)) places.push(place);
}

/** Puts the words that begin with each initial to the authors found. */
function addInitials(part: Part, parts: readonly NamePart[], found: Found): void {
  const { lexicon, sections, kernel, documents } = part.segment;
  const [into] = kernel.places;
  const bits = new Uint32Array((documents + 31) >>> 5);
  for (const doc of found.keys()) bits[doc >>> 5]! |= 1 << (doc & 31);
  const letters = new Set(parts.filter(({ isInitial }) => isInitial).map(({ spellings }) => spellings[0]!));
  for (const letter of letters)
    lexicon.each(NAME + letter, ({ list }) => {
      let cursor: Cursor | null = null;
      eachPosting(sections, list, (doc) => {
        if ((bits[doc >>> 5]! & (1 << (doc & 31))) === 0) return;
        if (cursor === null) {
          cursor = new Cursor(part.segment, { ...list }, 1, 0, 0);
          cursor.enter(0, documents);
        }
        if (!cursor.has(doc)) return;
        const count = cursor.places(into);
        for (let k = 0; k < count; k++) {
          const place = into.list[k]!;
          const places = found.get(doc)!.get(authorAt(place));
          if (places)
            parts.forEach((own, i) => {
              if (own.isInitial && own.spellings[0] === letter) addPlace(places[i]!, place);
            });
        }
      });
      (cursor as Cursor | null)?.release();
      return true;
    });
}

/** How many words of an author's name are single letters; `cursors` are made the first time. */
function initialsOf(part: Part, cursors: Cursor[], doc: number, author: number): number {
  const { lexicon, kernel, documents } = part.segment;
  const [into] = kernel.places;
  if (cursors.length === 0)
    for (const letter of LETTERS) {
      const list = lexicon.find(NAME + letter);
      if (list === null) continue;
      const cursor = new Cursor(part.segment, list, 1, 0, 0);
      cursor.enter(0, documents);
      cursors.push(cursor);
    }
  let initials = 0;
  for (const cursor of cursors) {
    if (!cursor.has(doc)) continue;
    const count = cursor.places(into);
    for (let k = 0; k < count; k++) if (authorAt(into.list[k]!) === author) initials++;
  }
  return initials;
}

function levelIn(
  places: readonly number[][],
  { parts }: TypedName,
  orders: readonly number[][],
  initials: () => number,
): number {
  if (parts.length === 1) return WHOLE;
  const hasInitials = parts.some(({ isInitial }) => isInitial);
  let level = APART;
  for (const order of orders)
    eachWay(
      order.map((i) => places[i]!),
      (way) => {
        const last = way.at(-1)!;
        if (last === null) {
          // Of the many authors of a paper, the last are known by number only.
          level = WHOLE;
          return true;
        }
        if (last.words > 0) {
          const left = last.words - way.length;
          if (left <= 0 || (hasInitials && way[0]!.index === 0) || initials() >= left) {
            level = WHOLE;
            return true;
          }
        }
        const isRow = way.every((word, i) => i === 0 || word!.index - way[i - 1]!.index <= 1);
        if (isRow && order === orders[0]) level = Math.min(level, TOGETHER);
        return false;
      },
    );
  return level;
}

/** Calls `take` for every choice of one place of each, in order, until it says true. */
function eachWay(places: readonly number[][], take: (way: (WordInName | null)[]) => boolean): boolean {
  const way: (WordInName | null)[] = [];
  const go = (i: number): boolean => {
    if (i === places.length) return take(way);
    for (const place of places[i]!) {
      const word = wordAt(place);
      const before = way[i - 1];
      // Words behind the third all count as the fourth.
      if (
        word &&
        before &&
        (before.words > 0 || word.index < before.index || (word.index === before.index && word.index < 3))
      )
        continue;
      way[i] = word;
      if (go(i + 1)) return true;
      way.length = i;
    }
    return false;
  };
  return go(0);
}
