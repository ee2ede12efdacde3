/** The writing side of an index folder (see directory.ts for what is on disk). */
import { join } from 'node:path';
import { buildSegment } from './builder.ts';
import {
  EMPTY,
  type Manifest,
  parseManifest,
  readManifestBytes,
  readWhole,
  sweep,
  withFile,
  writeFileDurably,
  writeManifest,
} from './directory.ts';
import { MOST_DOCUMENTS } from './fields.ts';
import { liveMarks } from './hiding.ts';
import { mergeSegments } from './merge.ts';
import { lowerBound, readKeys, Segment } from './segment.ts';
import { type ChangeBatch, IndexUnusable, type IndexWriter, type SearchDocument } from './types.ts';

/** More segments than this are never left by `merge`. */
const MOST_SEGMENTS = 10;
/** How many are merged at once, so that a paper is rewritten only about log(n) times to this base. */
const FAN_IN = 6;
/** `apply` merges on its own only while that costs next to nothing: so many documents in all. */
const SMALL = 1_000;
/** And from so many segments on in any case, for a caller who never calls `merge`. */
const FAR_TOO_MANY = 24;
/** A segment of which more than this share is hidden is rewritten. */
const MOST_HIDDEN = 0.4;
/** Documents in one segment of a batch, which bounds the memory that building takes. */
const BATCH = 50_000;

interface Held {
  file: string;
  keys: Float64Array;
  tombstones: Float64Array;
  bytes: number;
}

/**
 * Opens an index folder for writing, making it when needed. Throws IndexUnusable when what is there does not
 * fit; with `fresh`, what is there is thrown away unread.
 */
export function openWriter(folder: string, options: { fresh?: boolean } = {}): IndexWriter {
  return new FolderWriter(folder, options.fresh ?? false);
}

class FolderWriter implements IndexWriter {
  readonly #folder: string;
  #manifest: Manifest = EMPTY;
  /** What the writer keeps of each segment in memory: its keys, no more. */
  #held: Held[] = [];

  constructor(folder: string, fresh: boolean) {
    this.#folder = folder;
    if (fresh) this.reset();
    else {
      const bytes = readManifestBytes(folder);
      if (bytes !== null) this.#manifest = parseManifest(folder, bytes);
      this.#held = this.#manifest.segments.map(({ file }) => this.#readHeld(file));
      sweep(folder, this.#manifest);
    }
  }

  get seq(): number {
    return this.#manifest.seq;
  }

  apply(batch: ChangeBatch): void {
    if (batch.seq < this.seq)
      throw new RangeError(`change ${batch.seq} comes before change ${this.seq}, which is written already`);
    // The last version of a document counts. A key both given and deleted is given: the caller has its row.
    const latest = new Map<number, SearchDocument>();
    for (const document of batch.documents) latest.set(document.key, document);
    const documents = [...latest.values()].sort((a, b) => a.key - b.key);
    const deleted = [...new Set(batch.deleted)].filter((key) => !latest.has(key) && this.#holds(key));

    let next = this.#manifest.next;
    const added: Held[] = [];
    for (let from = 0; from < documents.length || (from === 0 && deleted.length > 0); from += BATCH) {
      const part = documents.slice(from, from + BATCH);
      added.push(this.#write(next++, buildSegment(part, from === 0 ? deleted : [])));
    }
    this.#commit(batch.seq, next, [...this.#held, ...added]);
    this.#mergeTiny();
    if (this.#held.length > FAR_TOO_MANY) this.merge();
  }

  merge(): void {
    for (let i = this.#held.length - 1; i >= 0; i--) {
      const documents = this.#size(i);
      if (documents - this.#live(i) > documents * MOST_HIDDEN) this.#mergeInto([i]);
    }
    while (this.#held.length > MOST_SEGMENTS) {
      const chosen = this.#smallest(Math.max(FAN_IN, this.#held.length - MOST_SEGMENTS + 1));
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
    this.#manifest = { seq: 0, next, segments: [] };
    writeManifest(this.#folder, this.#manifest);
    sweep(this.#folder, this.#manifest);
  }

  close(): void {
    this.#held = [];
  }

  #readHeld(file: string): Held {
    const path = join(this.#folder, file);
    const held = withFile(this.#folder, file, (read, size) => {
      const part = (at: number, length: number): Uint8Array => {
        const into = new Uint8Array(length);
        read(into, at);
        return into;
      };
      return { file, bytes: size, ...readKeys(path, size, part) };
    });
    if (held === null) throw new IndexUnusable(`${path}: is missing, though the manifest lists it`);
    return held;
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
    const part = (at: number, length: number): Uint8Array => bytes.subarray(at, at + length);
    return { file, bytes: bytes.length, ...readKeys(file, bytes.length, part) };
  }

  #commit(seq: number, next: number, held: Held[]): void {
    const manifest: Manifest = {
      seq,
      next,
      segments: held.map(({ file, keys, bytes }) => ({ file, documents: keys.length, bytes })),
    };
    writeManifest(this.#folder, manifest);
    this.#manifest = manifest;
    this.#held = held;
  }

  /** The smallest segments, as places in `#held`, as many as fit into one. */
  #smallest(count: number): number[] {
    const bySize = this.#held.map((_, i) => i).sort((a, b) => this.#size(a) - this.#size(b));
    const chosen: number[] = [];
    let documents = 0;
    for (const i of bySize.slice(0, count)) {
      documents += this.#size(i);
      if (documents > MOST_DOCUMENTS) break;
      chosen.push(i);
    }
    return chosen.sort((a, b) => a - b);
  }

  #size(index: number): number {
    return this.#held[index]!.keys.length;
  }

  /** Joins the segments of single votes and edits while they are tiny. */
  #mergeTiny(): void {
    if (this.#held.length <= MOST_SEGMENTS) return;
    const chosen = this.#smallest(FAN_IN);
    const documents = chosen.reduce((sum, i) => sum + this.#size(i), 0);
    if (documents <= SMALL) this.#mergeInto(chosen);
  }

  /**
   * Merges the segments at `chosen` (ascending) into one at the place of the last of them. That place is
   * right: what it takes along is live, so no segment in between holds a newer version, and older versions
   * in between stay hidden.
   */
  #mergeInto(chosen: number[]): void {
    const inputs = chosen.map((index) => {
      const { file, keys } = this.#held[index]!;
      const buffer = readWhole(this.#folder, file);
      if (buffer === null) throw new IndexUnusable(`${join(this.#folder, file)}: is missing`);
      const segment = Segment.open(join(this.#folder, file), buffer);
      return { segment, live: liveMarks(keys, this.#held.slice(index + 1)) };
    });
    const last = chosen.at(-1)!;
    const others = this.#held.filter((_, i) => !chosen.includes(i));
    const rest = this.#held.filter((_, i) => i < last && !chosen.includes(i));
    const bytes = mergeSegments(inputs, this.#tombstonesToKeep(chosen, rest));
    const merged = this.#write(this.#manifest.next, bytes);
    const held: Held[] = [];
    for (const [i, each] of this.#held.entries())
      if (i === last) {
        if (merged.keys.length > 0 || merged.tombstones.length > 0) held.push(merged);
      } else if (others.includes(each)) held.push(each);
    this.#commit(this.#manifest.seq, this.#manifest.next + 1, held);
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
