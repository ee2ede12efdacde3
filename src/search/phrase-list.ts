/**
 * Phrases: words that stand in their places behind one another. No segment holds a list of them, and to make one asks
 * for the places of every document that has all the words, which for common words are many. So a phrase is a list that
 * is gone through like any other, and looks at the places of those documents only that could be among the best.
 */
import { mapped } from './arrays.ts';
import { BLOCK } from './blocks.ts';
import { Cursor, type Listed, type MadeList, type Window } from './cursor.ts';
import { MOST_IMPACT } from './fields.ts';
import { keep } from './kept.ts';
import { CANDIDATE_NUMBERS, MOST_STEPS, ROWS, SOME, WINDOW } from './kernel/areas.ts';
import type { Kernel } from './kernel/kernel.ts';
import { type PostingList, unpack } from './lexicon.ts';
import { impactAt, locate } from './locate.ts';
import type { Segment } from './segment.ts';

/** Phrases of words that no more documents have are made at once. */
const CHEAP = 1_024;

const blockDocs = new Uint32Array(BLOCK);
const blockImpacts = new Uint8Array(BLOCK);

const NO_LIST: MadeList = { frequency: 0, most: 0, docs: new Uint32Array(0), impacts: new Uint8Array(0) };

/** The part of an index that a phrase is looked up in, and where its list is kept (snapshot.ts). */
interface MadeIn {
  segment: Segment;
  made(key: string, make: () => MadeList): MadeList;
  known(key: string): MadeList | null;
}

/** The documents in which the words of a phrase stand behind one another. The impact is the least of its words'. */
export class PhraseList {
  /** The words' lists, the rarest first, and how far behind the first word each stands. */
  readonly lists: readonly PostingList[];
  readonly offsets: readonly number[];
  /** Documents and greatest impact at most: those of its words. */
  readonly frequency: number;
  readonly most: number;
  readonly #part: MadeIn;
  readonly #key: string;

  constructor(part: MadeIn, key: string, words: readonly { list: PostingList; offset: number }[]) {
    const sorted = words.toSorted((a, b) => a.list.frequency - b.list.frequency);
    this.#part = part;
    this.#key = key;
    this.lists = mapped(sorted, ({ list }) => list);
    this.offsets = mapped(sorted, ({ offset }) => offset);
    this.frequency = this.lists[0]!.frequency;
    this.most = Math.min(...this.lists.map(({ most }) => most));
    keep(this);
  }

  /** Whether any document has it. */
  get exists(): boolean {
    const { known } = this;
    return known === null ? !this.#each(() => false) : known.frequency > 0;
  }

  /** All of its documents, where that is cheap or they are known. */
  get known(): MadeList | null {
    return this.frequency <= CHEAP ? this.made : this.#part.known(this.#key);
  }

  /** All of its documents: for who must know them all. */
  get made(): MadeList {
    return this.#part.made(this.#key, () => {
      const found: [number, number][] = [];
      this.#each((doc, impact) => {
        found.push([doc, impact]);
        return true;
      });
      found.reverse();
      return {
        frequency: found.length,
        most: found.reduce((most, [, impact]) => Math.max(most, impact), 0),
        docs: Uint32Array.from(found, ([doc]) => doc),
        impacts: Uint8Array.from(found, ([, impact]) => impact),
      };
    });
  }

  /** Calls `visit` for its documents, the last first, until it says false; gives whether it never did. */
  #each(visit: (doc: number, impact: number) => boolean): boolean {
    // More words than the kernel has rows: only pasted paragraphs in quotation marks.
    if (this.lists.length > ROWS) return this.#eachByCursor(visit);
    const { segment } = this.#part;
    const { kernel } = segment;
    const [rarest] = this.lists as [PostingList];
    for (let block = Math.max(1, rarest.blocks) - 1; block >= 0; block--) {
      const all = unpack(segment.sections, rarest, block, blockDocs, blockImpacts);
      for (let end = all; end > 0; ) {
        const start = Math.max(0, end - SOME);
        for (let at = start; at < end; at++) {
          kernel.documents[at - start] = blockDocs[at]!;
          kernel.ranks[at - start] = block * BLOCK + at;
        }
        const count = this.among(segment, end - start, 1);
        end = start;
        for (let i = count - 1; i >= 0; i--)
          if (kernel.titles[i] !== 0 && !visit(kernel.documents[i]!, this.impactIn(segment, i))) return false;
      }
    }
    return true;
  }

  /** The same, word by word. */
  #eachByCursor(visit: (doc: number, impact: number) => boolean): boolean {
    const { segment } = this.#part;
    const cursor = new PhraseCursor(segment, this, 1, 0, 0);
    const found: [number, number][] = [];
    let goesOn = true;
    for (let end = segment.documents; end > 0 && goesOn; ) {
      const start = Math.max(0, end - WINDOW);
      cursor.enter(start, end);
      found.length = 0;
      if (cursor.bound > 0) cursor.each(start, end, 1, (doc, impact) => void found.push([doc, impact]));
      for (const [doc, impact] of found.reverse()) goesOn &&= visit(doc, impact);
      end = cursor.before(start) + 1;
    }
    cursor.release();
    return goesOn;
  }

  /**
   * Of the first `count` documents in the kernel, leaves those that have all words, from the `from`-th on, and gives how
   * many. The kernel's `titles` then says of each whether they stand in their places.
   */
  among(segment: Segment, count: number, from: number): number {
    const { documents, ranks, lists, meant, loops } = segment.kernel;
    let left = count;
    for (let row = from; row < this.lists.length && left > 0; row++) {
      locate(segment, left, this.lists[row]!, row);
      let kept = 0;
      for (let i = 0; i < left; i++) {
        if (ranks[row * SOME + i]! < 0) continue;
        if (kept < i) {
          documents[kept] = documents[i]!;
          for (let of = 0; of <= row; of++) ranks[of * SOME + kept] = ranks[of * SOME + i]!;
        }
        kept++;
      }
      left = kept;
    }
    if (left === 0) return 0;
    for (let row = 0; row < this.lists.length; row++) {
      const { frequency, blocks, firstBlock, placesAt } = this.lists[row]!;
      lists[2 * row] = frequency;
      lists[2 * row + 1] = blocks > 1 ? firstBlock : placesAt;
      meant[this.offsets[row]!] = row;
    }
    loops.stand(left, this.lists.length);
    loops.inRow(left, this.lists.length);
    return left;
  }

  /** The least impact of its words in the `i`-th document. */
  impactIn(segment: Segment, i: number): number {
    let impact = MOST_IMPACT;
    for (let row = 0; row < this.lists.length; row++)
      impact = Math.min(impact, impactAt(segment, this.lists[row]!, segment.kernel.ranks[row * SOME + i]!));
    return impact;
  }
}

/** The list of these terms in a row in a part. */
export function phraseList(part: MadeIn, terms: readonly string[]): PhraseList | MadeList {
  const words: { list: PostingList; offset: number }[] = [];
  for (const term of terms) {
    const list = part.segment.lexicon.find(term);
    if (list === null || list.placesAt < 0) return NO_LIST;
    words.push({ list, offset: words.length });
  }
  return new PhraseList(part, `"${terms.join(' ')}`, words);
}

/** Goes through a phrase. */
export class PhraseCursor implements Listed {
  readonly weight: number;
  readonly base: number;
  readonly groups: number;
  readonly lookup = 1;
  readonly directory = -1;
  bound = 0;
  within = 0;
  readonly #kernel: Kernel;
  readonly #segment: Segment;
  readonly #list: PhraseList;
  readonly #cursors: readonly Cursor[];
  readonly #offsets: readonly number[];

  constructor(segment: Segment, list: PhraseList, weight: number, base: number, groups: number) {
    this.#segment = segment;
    this.#list = list;
    this.weight = weight;
    this.base = base;
    this.groups = groups;
    this.#kernel = segment.kernel;
    this.#cursors = mapped(list.lists, (each) => new Cursor(segment, each, 1, 0, 0));
    this.#offsets = list.offsets;
  }

  release(): void {
    keep(this);
    for (const cursor of this.#cursors) cursor.release();
  }

  enter(start: number, end: number): void {
    let most = MOST_IMPACT;
    let within = Number.POSITIVE_INFINITY;
    for (const cursor of this.#cursors) {
      cursor.enter(start, end);
      most = Math.min(most, cursor.bound);
      within = Math.min(within, cursor.within);
    }
    this.within = within;
    this.bound = most === 0 ? 0 : this.base + this.weight * most;
  }

  before(start: number): number {
    let last = Number.POSITIVE_INFINITY;
    for (const cursor of this.#cursors) last = Math.min(last, cursor.before(start));
    return last;
  }

  scatter({ start, size, counts }: Window, least: number): void {
    const { weight, base } = this;
    const { sums, groups } = this.#kernel;
    const own = counts ? this.groups : 0;
    const enough = Math.max(1, Math.ceil((least - base) / weight));
    this.each(start, start + size, enough, (doc, impact) => {
      const place = doc - start;
      sums[place]! += base + weight * impact;
      groups[place]! |= own;
    });
  }

  /** Calls `visit` for the documents from `start` to before `end` with an impact from `enough` on; `enter` comes first. */
  each(start: number, end: number, enough: number, visit: (doc: number, impact: number) => void): void {
    const [rarest, ...others] = this.#cursors as [Cursor, ...Cursor[]];
    let count = rarest.find(start, end, enough);
    if (count < 0) {
      for (let doc = rarest.seek(start); doc < end; doc = rarest.seek(doc + 1)) {
        const impact = this.#impactIn(doc, rarest.impact, enough);
        if (impact > 0) visit(doc, impact);
      }
      return;
    }
    // The kernel looks words up by their rank directories.
    let isKernels = this.#cursors.length <= MOST_STEPS;
    for (const cursor of others) {
      if (count === 0) return;
      count = cursor.narrow(count, start, enough);
      isKernels &&= cursor.directory >= 0;
    }
    if (!isKernels && this.#cursors.length <= ROWS) {
      this.#eachFound(count, start, enough, visit);
      return;
    }
    if (isKernels) count = this.#together(count, start);
    const { found } = this.#kernel;
    for (let i = 0; i < count; i++) {
      const candidate = found[CANDIDATE_NUMBERS * i]!;
      const doc = start + (candidate & 0xffff);
      if (isKernels) {
        visit(doc, candidate >>> 16);
        continue;
      }
      if (!rarest.has(doc)) continue;
      const impact = this.#impactIn(doc, rarest.impact, enough);
      if (impact > 0) visit(doc, impact);
    }
  }

  /** The same for the first `count` found, which may have the phrase. */
  #eachFound(
    count: number,
    start: number,
    enough: number,
    visit: (doc: number, impact: number) => void,
  ): void {
    const { found, documents, titles } = this.#kernel;
    for (let from = 0; from < count; from += SOME) {
      const some = Math.min(SOME, count - from);
      for (let i = 0; i < some; i++) documents[i] = start + (found[CANDIDATE_NUMBERS * (from + i)]! & 0xffff);
      const left = this.#list.among(this.#segment, some, 0);
      for (let i = 0; i < left; i++) {
        if (titles[i] === 0) continue;
        const impact = this.#list.impactIn(this.#segment, i);
        if (impact >= enough) visit(documents[i]!, impact);
      }
    }
  }

  /** Of the first `count` found, leaves those that have the phrase. */
  #together(count: number, start: number): number {
    const cursors = this.#cursors;
    for (let c = 0; c < cursors.length; c++) cursors[c]!.beStep(c, this.#offsets[c]! - this.#offsets[0]!);
    return this.#kernel.loops.together(count, start, cursors.length);
  }

  look({ start, counts }: Window, count: number): void {
    const { weight, base } = this;
    const { kept, sums, groups, documents, titles } = this.#kernel;
    const own = counts ? this.groups : 0;
    if (this.#cursors.length > ROWS) {
      for (let i = 0; i < count; i++) {
        const place = kept[i]!;
        const impact = this.advance(start + place);
        if (impact === 0) continue;
        sums[place]! += base + weight * impact;
        groups[place]! |= own;
      }
      return;
    }
    for (let from = 0; from < count; from += SOME) {
      const some = Math.min(SOME, count - from);
      for (let i = 0; i < some; i++) documents[i] = start + kept[from + i]!;
      const left = this.#list.among(this.#segment, some, 0);
      for (let i = 0; i < left; i++) {
        if (titles[i] === 0) continue;
        const place = documents[i]! - start;
        sums[place]! += base + weight * this.#list.impactIn(this.#segment, i);
        groups[place]! |= own;
      }
    }
  }

  advance(doc: number): number {
    const rarest = this.#cursors[0]!;
    return rarest.has(doc) ? this.#impactIn(doc, rarest.impact, 1) : 0;
  }

  /** The impact in a document that the first cursor is at, with that impact; 0 where it is less than `enough`. */
  #impactIn(doc: number, first: number, enough: number): number {
    let impact = first;
    const cursors = this.#cursors;
    if (impact < enough) return 0;
    for (let c = 1; c < cursors.length; c++) {
      if (!cursors[c]!.has(doc)) return 0;
      impact = Math.min(impact, cursors[c]!.impact);
      if (impact < enough) return 0;
    }
    return this.#standTogether() ? impact : 0;
  }

  /** Whether the words at the cursors stand as far from each other as the offsets say, anywhere. */
  #standTogether(): boolean {
    const [first, next] = this.#kernel.places;
    // Places of the first from which on all that were looked at stand right.
    const own = first.list;
    const other = next.list;
    let left = this.#cursors[0]!.places(first);
    for (let c = 1; c < this.#cursors.length && left > 0; c++) {
      const count = this.#cursors[c]!.places(next);
      const shift = this.#offsets[c]! - this.#offsets[0]!;
      let kept = 0;
      for (let i = 0, j = 0; i < left; i++) {
        const wanted = own[i]! + shift;
        while (j < count && other[j]! < wanted) j++;
        if (j < count && other[j] === wanted) own[kept++] = own[i]!;
      }
      left = kept;
    }
    return left > 0;
  }
}
