/** Papers by somebody: the words of a name stand within one author's name, and are all of it where there is such a one. */
import { NAME } from './analysis.ts';
import { Cursor, type MadeList } from './cursor.ts';
import { eachPlaced } from './each-placed.ts';
import { PLAIN_IMPACT } from './fields.ts';
import { addToBits, type PostingList } from './lexicon.ts';
import { eachBit } from './made-lists.ts';
import { authorAt, MOST_AUTHORS, slotBit, WORDS, type WordInName } from './name-places.ts';
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
    const typed = readName(name);
    if (!snapshot.parts.some((part) => typed.some((each) => hasNames(part, each)))) return null;
    for (let level = WHOLE; level < LEVELS; level++)
      for (const part of snapshot.parts) {
        const bits = levelsIn(part, name)[level]!;
        for (let i = 0; i < bits.length; i++) if ((bits[i]! & (part.live?.[i] ?? -1)) !== 0) return level;
      }
    return null;
  });
}

/** Whether each word of a name, but for initials, is in some author's name. */
const hasNames = ({ segment }: Part, { parts }: TypedName): boolean =>
  parts.every(
    ({ spellings, isInitial }) =>
      isInitial || spellings.some((word) => segment.lexicon.find(NAME + word) !== null),
  );

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

/** Authors that may have the name: by document and number, with the places that each part of it has in their names. */
class Candidates {
  readonly parts: number;
  readonly #rows = new Map<number, number>();
  /** A bit for each place a word may have in a name, for each part of each author. */
  #masks = new Uint16Array(64);

  constructor(parts: number) {
    this.parts = parts;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Notes a place of part `i`; only for authors that are known already, unless `isNew`. */
  add(doc: number, place: number, i: number, isNew: boolean): void {
    const key = doc * MOST_AUTHORS + authorAt(place);
    let row = this.#rows.get(key);
    if (row === undefined) {
      if (!isNew) return;
      row = this.#rows.size;
      this.#rows.set(key, row);
      if ((row + 1) * this.parts > this.#masks.length) {
        const masks = new Uint16Array(this.#masks.length * 2);
        masks.set(this.#masks);
        this.#masks = masks;
      }
    }
    this.#masks[row * this.parts + i]! |= slotBit(place);
  }

  /** Visits those of whom every part has a place, by document. */
  each(visit: (doc: number, author: number, masks: Uint16Array) => void): void {
    for (const key of Float64Array.from(this.#rows.keys()).sort()) {
      const row = this.#rows.get(key)!;
      const masks = this.#masks.subarray(row * this.parts, (row + 1) * this.parts);
      if (!masks.includes(0)) visit(Math.floor(key / MOST_AUTHORS), key % MOST_AUTHORS, masks);
    }
  }

  /** A bit for each document that has one. */
  documents(size: number): Bits {
    const bits = new Uint32Array((size + 31) >>> 5);
    for (const key of this.#rows.keys()) {
      const doc = Math.floor(key / MOST_AUTHORS);
      bits[doc >>> 5]! |= 1 << (doc & 31);
    }
    return bits;
  }
}

function addMatches(part: Part, typed: TypedName, levels: Bits[]): Bits[] {
  const { lexicon, sections, documents } = part.segment;
  if (typed.parts.length === 1) {
    // One word is a part of any name.
    for (const word of typed.parts[0]!.spellings) {
      const list = lexicon.find(NAME + word);
      if (list !== null) for (const bits of levels) addToBits(sections, list, bits);
    }
    return levels;
  }
  const found = withAllNames(part, typed.parts);
  if (found.size > 0 && typed.parts.some(({ isInitial }) => isInitial))
    addInitials(part, typed.parts, found, found.documents(documents));
  const orders = printedOrders(typed);
  // Cursors only go forward, as the documents do.
  const cursors: Cursor[] = [];
  found.each((doc, author, masks) => {
    const level = levelIn(masks, typed, orders, () => initialsOf(part, cursors, doc, author));
    for (let l = level; l < LEVELS; l++) levels[l]![doc >>> 5]! |= 1 << (doc & 31);
  });
  for (const cursor of cursors) cursor.release();
  return levels;
}

/** Authors that have all words of a name that are no initials; all words where there are only initials. */
function withAllNames(part: Part, parts: readonly NamePart[]): Candidates {
  const found = new Candidates(parts.length);
  const { lexicon, sections, documents } = part.segment;
  const areInitials = parts.every(({ isInitial }) => isInitial);
  const words: { i: number; lists: PostingList[]; frequency: number }[] = [];
  for (const [i, { spellings, isInitial }] of parts.entries()) {
    if (isInitial && !areInitials) continue;
    const lists = spellings.map((word) => lexicon.find(NAME + word)).filter((list) => list !== null);
    if (lists.length === 0) return found;
    words.push({ i, lists, frequency: lists.reduce((all, { frequency }) => all + frequency, 0) });
  }
  // Only papers that have all of the words are looked into.
  const bits = new Uint32Array((documents + 31) >>> 5).fill(0xffffffff);
  const own = new Uint32Array(bits.length);
  for (const { lists } of words) {
    own.fill(0);
    for (const list of lists) addToBits(sections, list, own);
    for (let k = 0; k < bits.length; k++) bits[k]! &= own[k]!;
  }
  words.sort((a, b) => a.frequency - b.frequency);
  words.forEach(({ i, lists }, at) => {
    for (const list of lists)
      eachPlaced(sections, list, bits, (doc, places, from, to) => {
        for (let k = from; k < to; k++) found.add(doc, places[k]!, i, at === 0);
      });
  });
  return found;
}

/** Puts the words that begin with each initial to the authors found, who are in the documents of `bits`. */
function addInitials(part: Part, parts: readonly NamePart[], found: Candidates, bits: Bits): void {
  const { lexicon, sections } = part.segment;
  const letters = new Set(parts.filter(({ isInitial }) => isInitial).map(({ spellings }) => spellings[0]!));
  for (const letter of letters) {
    const own = [...parts.keys()].filter((i) => parts[i]!.isInitial && parts[i]!.spellings[0] === letter);
    lexicon.each(NAME + letter, ({ list }) => {
      eachPlaced(sections, list, bits, (doc, places, from, to) => {
        for (let k = from; k < to; k++) for (const i of own) found.add(doc, places[k]!, i, false);
      });
      return true;
    });
  }
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

/** How well a name fits, by the places that each part of it has. */
function levelIn(
  masks: Uint16Array,
  { parts }: TypedName,
  orders: readonly number[][],
  initials: () => number,
): number {
  const hasInitials = parts.some(({ isInitial }) => isInitial);
  let level = APART;
  for (const order of orders)
    eachWay(masks, order, (way) => {
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
    });
  return level;
}

/** Calls `take` for every choice of one place of each part, in order, until it says true. */
function eachWay(
  masks: Uint16Array,
  order: readonly number[],
  take: (way: (WordInName | null)[]) => boolean,
): boolean {
  const way: (WordInName | null)[] = [];
  const go = (i: number): boolean => {
    if (i === order.length) return take(way);
    const before = way[i - 1];
    for (let rest = masks[order[i]!]!; rest !== 0; rest &= rest - 1) {
      const word = WORDS[31 - Math.clz32(rest & -rest)]!;
      // Words behind the third all count as the fourth.
      const isBehind =
        !word || !before || (before.words === 0 && (word.index > before.index || before.index === 3));
      if (!isBehind) continue;
      way[i] = word;
      if (go(i + 1)) return true;
      way.length = i;
    }
    return false;
  };
  return go(0);
}
