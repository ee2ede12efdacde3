/** One state of the index: its segments, which of their documents count, and what is counted over all. */
import { mapped, popcount } from './arrays.ts';
import type { MadeList } from './cursor.ts';
import { liveMarks } from './hiding.ts';
import { eachPosting } from './lexicon.ts';
import type { AnyList } from './lists.ts';
import { PhraseList } from './phrase-list.ts';
import type { Columns, Segment } from './segment.ts';

/** Bits of documents, 32 in a number. */
export type Bits = Uint32Array;

/** What candidates are sought among: a bit for each document, by part; null: all. */
export type Allowed = readonly (Bits | null)[];

/** What is worked out from a segment alone is kept with it, up to so many numbers. */
const KEPT = 1 << 21;

/** Lists made of a segment: those made last, as many as there is room for. */
class MadeLists {
  readonly #lists = new Map<string, MadeList>();
  #numbers = 0;

  get(key: string): MadeList | undefined {
    return this.#lists.get(key);
  }

  add(key: string, list: MadeList): void {
    const own = list.frequency + 16 + key.length;
    if (this.#numbers + own > KEPT) {
      this.#lists.clear();
      this.#numbers = 0;
    }
    this.#numbers += own;
    this.#lists.set(key, list);
  }
}

/** A segment with what counts of it. */
export class Part {
  readonly segment: Segment;
  /** A bit for each document that counts; null: all do. */
  readonly live: Bits | null;
  readonly documents: number;
  readonly #made: MadeLists;
  readonly #bits = new Map<string, Bits>();
  /** Numbers of all bits kept, keys counted: filters are without end, and those of a small segment take little else. */
  #bitsKept = 0;

  constructor(segment: Segment, live: Bits | null, previous?: Part) {
    this.segment = segment;
    this.live = live;
    this.documents = live === null ? segment.documents : live.reduce((sum, bits) => sum + popcount(bits), 0);
    // Lists do not know what is hidden, so they outlive the state they were made for.
    this.#made = previous?.segment === segment ? previous.#made : new MadeLists();
  }

  /** A list that is made once and kept as long as there is room. */
  made(key: string, make: () => MadeList): MadeList {
    let list = this.#made.get(key);
    if (list === undefined) {
      list = make();
      this.#made.add(key, list);
    }
    return list;
  }

  /** The same, where it is kept. */
  known(key: string): MadeList | null {
    return this.#made.get(key) ?? null;
  }

  /** The same for bits, which do know what is hidden. */
  bits(key: string, make: () => Bits): Bits {
    let bits = this.#bits.get(key);
    if (bits === undefined) {
      bits = make();
      const own = bits.length + 16 + key.length;
      if (this.#bitsKept + own > KEPT / 2) {
        this.#bits.clear();
        this.#bitsKept = 0;
      }
      this.#bitsKept += own;
      this.#bits.set(key, bits);
    }
    return bits;
  }

  isLive(document: number): boolean {
    return this.live === null || (this.live[document >>> 5]! & (1 << (document & 31))) !== 0;
  }

  /** Documents of a list that count. */
  count(list: AnyList): number {
    if (list instanceof PhraseList) return this.count(list.made);
    if (this.live === null) return list.frequency;
    let count = 0;
    if ('docs' in list) {
      for (const document of list.docs) if (this.isLive(document)) count++;
    } else
      eachPosting(this.segment.sections, list, (document) => {
        if (this.isLive(document)) count++;
      });
    return count;
  }
}

const REMEMBERED = 50_000;

/**
 * Everything a score depends on comes from here and is taken over live documents only. So scores depend
 * neither on how documents are spread over segments nor on what has been deleted since.
 */
export class Snapshot {
  readonly seq: number;
  readonly parts: readonly Part[];
  readonly documents: number;
  /** What is known of the documents of each part. */
  readonly columns: readonly Columns[];
  /** The newest day of any document, which freshness is counted from. */
  readonly newest: number;
  readonly #frequencies: Map<string, number> = new Map();
  readonly #remembered: Map<string, unknown> = new Map();

  constructor(seq: number, segments: readonly Segment[], previous?: Snapshot) {
    this.seq = seq;
    if (previous?.isOf(segments)) {
      // Only votes have changed, in place.
      this.parts = previous.parts;
      this.columns = previous.columns;
      this.documents = previous.documents;
      this.newest = previous.newest;
      this.#frequencies = previous.#frequencies;
      this.#remembered = previous.#remembered;
      return;
    }
    const known = new Map(previous?.parts.map((part) => [part.segment, part]));
    this.parts = segments.map((segment, i) => {
      const newer = segments.slice(i + 1).map(({ sections }) => sections);
      const marks = liveMarks(segment.sections.keys, newer);
      const before = known.get(segment);
      if (before && marks === null && before.live === null) return before;
      return new Part(segment, marks === null ? null : toBits(marks), before);
    });
    this.columns = mapped(this.parts, ({ segment }) => segment.sections);
    this.documents = this.parts.reduce((sum, part) => sum + part.documents, 0);
    let newest = Number.NEGATIVE_INFINITY;
    for (const part of this.parts)
      part.segment.sections.days.forEach((day, document) => {
        if (day > newest && part.isLive(document)) newest = day;
      });
    this.newest = newest;
  }

  /** Whether these are its segments, in this order. */
  isOf(segments: readonly Segment[]): boolean {
    return (
      segments.length === this.parts.length &&
      segments.every((segment, i) => segment === this.parts[i]!.segment)
    );
  }

  /** Bytes of memory: of the segments, and of what is kept beside them by now. */
  get bytes(): number {
    return this.parts.reduce(
      (sum, { segment, live }) =>
        sum + segment.bytes + segment.common.bytes + segment.titleForms.bytes + (live?.byteLength ?? 0),
      0,
    );
  }

  /** Live documents that have a term. */
  frequency(term: string): number {
    let frequency = this.#frequencies.get(term);
    if (frequency === undefined) {
      frequency = 0;
      for (const part of this.parts) {
        const list = part.segment.lexicon.find(term);
        if (list) frequency += part.count(list);
      }
      if (this.#frequencies.size > REMEMBERED) this.#frequencies.clear();
      this.#frequencies.set(term, frequency);
    }
    return frequency;
  }

  /** What is worked out of a word from frequencies alone, once. */
  remember<T>(key: string, make: () => T): T {
    let known = this.#remembered.get(key);
    if (known === undefined) {
      known = make();
      if (this.#remembered.size > REMEMBERED) this.#remembered.clear();
      this.#remembered.set(key, known);
    }
    return known as T;
  }

  /** A term's list in each part. */
  lists(term: string): (AnyList | null)[] {
    return mapped(this.parts, ({ segment }) => segment.lexicon.find(term));
  }
}

function toBits(marks: Uint8Array): Bits {
  const bits = new Uint32Array((marks.length + 31) >>> 5);
  for (let d = 0; d < marks.length; d++) if (marks[d]) bits[d >>> 5]! |= 1 << (d & 31);
  return bits;
}
