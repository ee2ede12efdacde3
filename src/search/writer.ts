/** The writing side of an index folder (see directory.ts for what is on disk). */
import { join } from 'node:path';
import { lowerBound } from './arrays.ts';
import { Builder, type Meaning } from './builder.ts';
import {
  EMPTY,
  type Manifest,
  parseManifest,
  readManifestBytes,
  removeFile,
  sweep,
  writeFileDurably,
  writeManifest,
} from './directory.ts';
import { liveMarks } from './hiding.ts';
import type { TokenModel } from './meaning/model.ts';
import { mergeSegments } from './merge.ts';
import { SecondBuilder } from './second-builder.ts';
import { keysIn, Segment } from './segment.ts';
import { type ChangeBatch, IndexUnusable, type IndexWriter, type SearchDocument } from './types.ts';
import { columnVotes, putVotes, readVotes, writeVotes } from './votes.ts';

/**
 * A segment is at least so many times as large as all smaller ones together: those are merged with it when they have
 * grown past that. So there are few segments, and a paper is seldom rewritten.
 */
const LARGER = 0.3;
/** The same where there is time. */
const MUCH_LARGER = 16;
/** No merge makes a segment of more documents, which bounds the memory and the time that one takes. */
const MOST_MERGED = 1 << 20;
/** `apply` merges on its own only from so many segments on, and while that costs next to nothing: so many documents. */
const MANY_SEGMENTS = 8;
const SMALL = 1_000;
/** And from so many segments on in any case, for a caller who never calls `merge`. */
const FAR_TOO_MANY = 24;
/** A segment of which more than this share is hidden is rewritten. */
const MOST_HIDDEN = 0.4;
/** Documents in one segment of a batch, which bounds the memory that building takes. */
const BATCH = 50_000;

/** Of so many documents on, a batch is expected to have another behind it. */
const FLOOD = 5_000;

export interface WriterOptions {
  /** Throw away what is there, unread. */
  fresh?: boolean;
  /** The model in this room that gives papers their vectors. */
  model?: TokenModel | null;
  /** A model outside whose vectors come with the papers. */
  outside?: { name: string; dimensions: number };
  /** With two, another thread makes half of a flood. One, unless told. */
  threads?: 1 | 2;
}

interface Held {
  file: string;
  keys: Uint32Array;
  tombstones: Uint32Array;
  bytes: number;
}

/**
 * Opens an index folder for writing, making it when needed. Throws IndexUnusable when what is there does not
 * fit; with `fresh`, what is there is thrown away unread.
 */
export function openWriter(folder: string, options: WriterOptions = {}): IndexWriter {
  return new FolderWriter(folder, options);
}

class FolderWriter implements IndexWriter {
  readonly #folder: string;
  #manifest: Manifest = EMPTY;
  /** What the writer keeps of each segment in memory: its keys, no more. */
  #held: Held[] = [];

  /** Votes of documents that have other ones in their segments. */
  #votes = new Map<number, number>();

  readonly #meaning: Meaning;
  readonly #builder: Builder;
  /** Another thread makes half of a flood; while there is one, that thread. */
  #isShared: boolean;
  #second: SecondBuilder | null = null;
  /** The name of the model, '' without one. */
  readonly #model: string;

  constructor(folder: string, { fresh, model, outside, threads }: WriterOptions) {
    this.#folder = folder;
    this.#meaning = outside ?? (model ? { model } : null);
    this.#isShared = (threads ?? 1) > 1;
    this.#builder = new Builder(this.#meaning);
    this.#model = outside?.name ?? model?.name ?? '';
    if (fresh) this.reset();
    else {
      const bytes = readManifestBytes(folder);
      if (bytes !== null) this.#manifest = parseManifest(folder, bytes);
      if (bytes !== null && this.#manifest.model !== this.#model)
        throw new IndexUnusable(
          `${folder}: its vectors are by ${this.#manifest.model || 'no model'}, not by ${this.#model || 'none'}`,
        );
      this.#held = this.#manifest.segments.map((each) => {
        const { sections } = this.#read(each);
        // Copies, so that the rest of the file need not stay in memory.
        return { ...each, keys: sections.keys.slice(), tombstones: sections.tombstones.slice() };
      });
      const votes = readVotes(folder, this.#manifest.votes);
      if (votes === null)
        throw new IndexUnusable(
          `${join(folder, this.#manifest.votes!.file)}: is missing although the manifest lists it`,
        );
      this.#votes = votes;
      sweep(folder, this.#manifest);
    }
  }

  get seq(): number {
    return this.#manifest.seq;
  }

  apply(batch: ChangeBatch): void {
    if (batch.seq < this.seq)
      throw new RangeError(`change ${batch.seq} comes before change ${this.seq}, which is already written`);
    // The last version of a document counts. A key both given and deleted is given: the caller has its row.
    const latest = new Map<number, SearchDocument>();
    for (const document of batch.documents) latest.set(document.key, document);
    const documents = [...latest.values()].sort((a, b) => a.key - b.key);
    const deleted = [...new Set(batch.deleted)].filter((key) => !latest.has(key) && this.#holds(key));

    let next = this.#manifest.next;
    const added: Held[] = [];
    for (let from = 0; from < documents.length || (from === 0 && deleted.length > 0); from += BATCH)
      for (const bytes of this.#build(documents.slice(from, from + BATCH), from === 0 ? deleted : []))
        added.push(this.#write(next++, bytes));
    // More of a flood comes in batches as large; what is known of words is of no use to single edits.
    if (documents.length < FLOOD) this.#forget();
    const votes = new Map(this.#votes);
    for (const key of [...latest.keys(), ...deleted]) votes.delete(key);
    for (const [key, count] of batch.votes ?? [])
      if (!latest.has(key) && this.#isLive(key)) votes.set(key, columnVotes(count));
    this.#commit(batch.seq, next, [...this.#held, ...added], votes);
    this.#mergeTiny();
    if (this.#held.length > FAR_TOO_MANY) this.merge();
  }

  /** Segments of documents: one, or two where another thread makes half of a flood. */
  #build(documents: SearchDocument[], deleted: number[]): Uint8Array[] {
    if (!this.#isShared || documents.length < FLOOD) return [this.#builder.build(documents, deleted)];
    this.#second ??= new SecondBuilder(this.#meaning);
    const half = documents.length >>> 1;
    const theirs = documents.slice(half);
    this.#second.begin(theirs);
    const own = this.#builder.build(documents.slice(0, half), deleted);
    const other = this.#second.finish();
    if (other !== null) return [own, other];
    this.#second.close();
    this.#second = null;
    this.#isShared = false;
    return [own, this.#builder.build(theirs, [])];
  }

  /** Gives the memory back that making segments takes. */
  #forget(): void {
    this.#builder.forget();
    this.#second?.close();
    this.#second = null;
  }

  merge(): void {
    for (let i = this.#held.length - 1; i >= 0; i--) {
      const documents = this.#size(i);
      if (documents - this.#live(i) > documents * MOST_HIDDEN) this.#mergeInto([i]);
    }
    this.#balance(LARGER);
  }

  settle(): void {
    this.#balance(MUCH_LARGER);
  }

  #balance(larger: number): void {
    for (;;) {
      const chosen = this.#unbalanced(larger);
      if (chosen.length < 2) return;
      this.#mergeInto(chosen);
    }
  }

  reset(): void {
    let next = this.#manifest.next;
    try {
      const bytes = readManifestBytes(this.#folder);
      if (bytes !== null) next = Math.max(next, parseManifest(this.#folder, bytes).next);
    } catch {
      // What is there cannot be read. Far ahead of any name it may have used.
      next = Date.now();
    }
    this.#held = [];
    this.#votes = new Map();
    this.#manifest = { seq: 0, next, model: this.#model, segments: [] };
    writeManifest(this.#folder, this.#manifest);
    sweep(this.#folder, this.#manifest);
  }

  close(): void {
    this.#forget();
    this.#held = [];
  }

  /** Reads all of it, so that damage is found before anything is built upon it. */
  #read({ file, bytes }: { file: string; bytes: number }): Segment {
    const segment = Segment.read(this.#folder, file, bytes);
    if (segment === null)
      throw new IndexUnusable(`${join(this.#folder, file)}: is missing although the manifest lists it`);
    return segment;
  }

  #holds(key: number): boolean {
    return this.#held.some(({ keys }) => keys[lowerBound(keys, key)] === key);
  }

  /** How many documents of segment `index` are not hidden. */
  #live(index: number): number {
    const { keys } = this.#held[index]!;
    const marks = liveMarks(keys, this.#held.slice(index + 1));
    return marks === null ? keys.length : marks.reduce((sum, mark) => sum + mark, 0);
  }

  #write(number: number, bytes: Uint8Array): Held {
    const file = `segment-${String(number).padStart(6, '0')}.bin`;
    writeFileDurably(this.#folder, file, bytes);
    return { file, bytes: bytes.length, ...keysIn(bytes) };
  }

  #commit(seq: number, next: number, held: Held[], votes: Map<number, number>): void {
    const isOther = votes.size !== this.#votes.size || !isIn(votes, this.#votes);
    const listed = isOther ? writeVotes(this.#folder, next, votes) : this.#manifest.votes;
    const manifest: Manifest = {
      seq,
      next: isOther ? next + 1 : next,
      model: this.#model,
      segments: held.map(({ file, keys, bytes }) => ({ file, documents: keys.length, bytes })),
      ...(listed && { votes: listed }),
    };
    const before = this.#manifest.votes?.file;
    writeManifest(this.#folder, manifest);
    this.#manifest = manifest;
    this.#held = held;
    this.#votes = votes;
    if (before !== undefined && before !== listed?.file) removeFile(this.#folder, before);
  }

  /** The segments to be merged next, as places in `#held`, ascending; none where all are in proportion. */
  #unbalanced(larger: number): number[] {
    const bySize = this.#held.map((_, i) => i).sort((a, b) => this.#size(b) - this.#size(a) || a - b);
    let behind = this.#held.reduce((sum, { keys }) => sum + keys.length, 0);
    for (let i = 0; i + 1 < bySize.length; i++) {
      const size = this.#size(bySize[i]!);
      const all = behind;
      behind -= size;
      if (size < larger * behind && all <= MOST_MERGED) return bySize.slice(i).sort((a, b) => a - b);
    }
    return [];
  }

  #size(index: number): number {
    return this.#held[index]!.keys.length;
  }

  /** Joins the segments of single edits while they are tiny. */
  #mergeTiny(): void {
    if (this.#held.length <= MANY_SEGMENTS) return;
    const chosen = this.#unbalanced(LARGER);
    const documents = chosen.reduce((sum, i) => sum + this.#size(i), 0);
    if (chosen.length > 1 && documents <= SMALL) this.#mergeInto(chosen);
  }

  /**
   * Merges the segments at `chosen` (ascending) into one at the place of the last of them. That place is
   * right: what it takes along is live, so no segment in between holds a newer version, and older versions
   * in between stay hidden.
   */
  #mergeInto(chosen: number[]): void {
    const inputs = chosen.map((index) => {
      const held = this.#held[index]!;
      const segment = this.#read(held);
      putVotes(segment, this.#votes);
      return { segment, live: liveMarks(held.keys, this.#held.slice(index + 1)) };
    });
    const last = chosen.at(-1)!;
    const others = this.#held.filter((_, i) => !chosen.includes(i));
    const rest = this.#held.filter((_, i) => i < last && !chosen.includes(i));
    const bytes = mergeSegments(inputs, this.#tombstonesToKeep(chosen, rest), this.#builder.inverted);
    const merged = this.#write(this.#manifest.next, bytes);
    const held: Held[] = [];
    for (const [i, each] of this.#held.entries())
      if (i === last) {
        if (merged.keys.length > 0 || merged.tombstones.length > 0) held.push(merged);
      } else if (others.includes(each)) held.push(each);
    const votes = new Map(this.#votes);
    if (votes.size > 0) for (const key of merged.keys) votes.delete(key);
    this.#commit(this.#manifest.seq, this.#manifest.next + 1, held, votes);
    sweep(this.#folder, this.#manifest);
  }

  /**
   * The keys that must go on being hidden in the older segments `rest`: what the chosen segments deleted or
   * held in a version that is itself hidden, unless a segment outside still holds a live version.
   */
  #tombstonesToKeep(chosen: readonly number[], rest: readonly Held[]): number[] {
    if (rest.length === 0) return [];
    const keep: number[] = [];
    for (const key of new Set(chosen.flatMap((i) => [...this.#held[i]!.tombstones])))
      if (rest.some(({ keys }) => keys[lowerBound(keys, key)] === key) && !this.#isLive(key)) keep.push(key);
    return keep;
  }

  #isLive(key: number): boolean {
    for (const { keys, tombstones } of this.#held.toReversed()) {
      if (keys[lowerBound(keys, key)] === key) return true;
      if (tombstones[lowerBound(tombstones, key)] === key) return false;
    }
    return false;
  }
}

const isIn = (some: ReadonlyMap<number, number>, all: ReadonlyMap<number, number>): boolean => {
  for (const [key, value] of some) if (all.get(key) !== value) return false;
  return true;
};
