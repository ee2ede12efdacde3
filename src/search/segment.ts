/**
 * A segment: some documents, analysed, in one immutable file that is used as it lies. The file is read into
 * one memory, the kernel's, and everything below is a view upon it; opening parses nothing but the table of sections.
 *
 *   0   8 bytes   magic "BSSEARCH"
 *   8   u32       format version
 *   12  u32       CRC-32 of everything from byte 16 on
 *   16  u32       CRC-32 of the bytes from 20 to the end of the table, for who reads only the head
 *   20  u32       number of sections
 *   24  f64 × 2   offset and length in bytes, a section each
 *   …             the sections, each aligned to 8 bytes, little-endian
 *
 * Documents are numbered in the order of their keys, so a key is found by binary search.
 */
import { crc32 } from 'node:zlib';
import { type Acronyms, readAcronyms } from './acronym-terms.ts';
import { lowerBound } from './arrays.ts';
import { CommonLists } from './common.ts';
import { OpenFile } from './directory.ts';
import { NO_DAY } from './fields.ts';
import { FORMAT } from './index-format.ts';
import type { InvertedSections } from './inverted.ts';
import { WINDOW } from './kernel/areas.ts';
import { Kernel } from './kernel/kernel.ts';
import { Lexicon } from './lexicon.ts';
import type { PhraseSections } from './phrases.ts';
import { SAMPLES } from './sketch.ts';
import { TitleForms } from './title-forms.ts';
import { IndexUnusable } from './types.ts';
import { type CellSections, packedBytes } from './vectors.ts';

/** Documents of which the newest day is known (`Segment.newest`): no fewer than a window has, so that it lies in two. */
export const STRETCH = WINDOW;
/** Gap and impact of a posting must fit into 32 bits. */
export const MOST_DOCUMENTS = 1 << 22;
const MAGIC = 'BSSEARCH';
const TABLE = 24;

/** What is known of each document, in the order of their keys. */
export interface Columns {
  keys: Uint32Array;
  days: Int16Array;
  /** Days of the editions they are listed in. */
  editions: Int16Array;
  upvotes: Uint16Array;
  flags: Uint8Array;
  /** Places behind the last word of title, summary and abstract, three a document. */
  ends: Uint16Array;
  /** SAMPLES bytes a document. */
  sketches: Uint8Array;
  /** Packed (vectors.ts). */
  vectors: Uint8Array;
  /** Of the vectors, one number; 0 without. */
  dimensions: Uint32Array;
}

/** Keys deleted by the batch a segment came from: they hide documents of earlier segments. */
export type Sections = Columns &
  InvertedSections &
  CellSections &
  PhraseSections & { tombstones: Uint32Array };

/** The sections in the order of the file, with the type of their elements. */
const TYPES = {
  keys: Uint32Array,
  tombstones: Uint32Array,
  days: Int16Array,
  editions: Int16Array,
  upvotes: Uint16Array,
  flags: Uint8Array,
  ends: Uint16Array,
  sketches: Uint8Array,
  vectors: Uint8Array,
  dimensions: Uint32Array,
  cellStarts: Uint32Array,
  cellDocs: Uint32Array,
  phraseBytes: Uint8Array,
  phraseStarts: Uint32Array,
  phraseCounts: Uint32Array,
  terms: Uint32Array,
  termBytes: Uint8Array,
  groupBytes: Uint32Array,
  groupBlocks: Uint32Array,
  groupWords: Uint32Array,
  groupPlaces: Uint32Array,
  blockLast: Uint32Array,
  blockMeta: Uint32Array,
  blockWords: Uint32Array,
  blockPlaces: Uint32Array,
  words: Uint32Array,
  places: Uint8Array,
} as const satisfies Record<keyof Sections, unknown>;
const NAMES = Object.keys(TYPES) as (keyof Sections)[];
const BODY = Math.ceil((TABLE + NAMES.length * 16) / 8) * 8;

export function makeColumns(documents: number, dimensions: number): Columns {
  return {
    keys: new Uint32Array(documents),
    days: new Int16Array(documents),
    editions: new Int16Array(documents),
    upvotes: new Uint16Array(documents),
    flags: new Uint8Array(documents),
    ends: new Uint16Array(documents * 3),
    sketches: new Uint8Array(documents * SAMPLES),
    vectors: new Uint8Array(documents * packedBytes(dimensions)),
    dimensions: Uint32Array.of(dimensions),
  };
}

/** The bytes of a segment file. */
export function encodeSegment(sections: Sections): Uint8Array {
  let size = BODY;
  const offsets = NAMES.map((name) => {
    const at = size;
    size += Math.ceil(sections[name].byteLength / 8) * 8;
    return at;
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  view.setUint32(8, FORMAT, true);
  view.setUint32(20, NAMES.length, true);
  NAMES.forEach((name, i) => {
    const section = sections[name];
    view.setFloat64(TABLE + i * 16, offsets[i]!, true);
    view.setFloat64(TABLE + i * 16 + 8, section.byteLength, true);
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), offsets[i]!);
  });
  view.setUint32(16, crc32(bytes.subarray(20, BODY)), true);
  view.setUint32(12, checksum(bytes), true);
  return bytes;
}

/** CRC-32 from byte 16 on, a gigabyte at a time. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 16; at < bytes.length; at += 1 << 30) sum = crc32(bytes.subarray(at, at + (1 << 30)), sum);
  return sum;
}

export class Segment {
  readonly file: string;
  readonly documents: number;
  readonly bytes: number;
  readonly sections: Sections;
  /** The loops over its memory, and where in it the sections are. */
  readonly kernel: Kernel;
  readonly addressOf: Readonly<Record<keyof Sections, number>>;
  readonly lexicon: Lexicon;
  readonly common: CommonLists;
  readonly titleForms: TitleForms;
  /** Of the vectors; 0: it has none. */
  readonly dimensions: number;

  #acronyms: Acronyms | null = null;
  #newest: Int16Array | null = null;

  private constructor(file: string, kernel: Kernel) {
    const { buffer, byteOffset, byteLength } = kernel.content;
    this.file = file;
    this.kernel = kernel;
    this.bytes = byteLength;
    const view = new DataView(buffer, byteOffset, byteLength);
    const sections: Partial<Record<keyof Sections, unknown>> = {};
    const addressOf: Partial<Record<keyof Sections, number>> = {};
    NAMES.forEach((name, i) => {
      const Type = TYPES[name];
      const at = byteOffset + view.getFloat64(TABLE + i * 16, true);
      const length = view.getFloat64(TABLE + i * 16 + 8, true);
      sections[name] = new Type(buffer, at, length / Type.BYTES_PER_ELEMENT);
      addressOf[name] = at;
    });
    this.sections = sections as Sections;
    this.addressOf = addressOf as Record<keyof Sections, number>;
    const { blockLast, blockMeta, blockWords, words, blockPlaces, places } = this.addressOf;
    kernel.loops.open(blockLast, blockMeta, blockWords, words, blockPlaces, places);
    this.documents = this.sections.keys.length;
    this.dimensions = this.sections.dimensions[0]!;
    this.lexicon = new Lexicon(this.sections);
    this.common = new CommonLists(kernel, this.documents);
    this.titleForms = new TitleForms(this.lexicon);
  }

  /** Reads a segment's file; null when it is not there. Throws as SegmentFile does. */
  static read(folder: string, name: string, bytes: number): Segment | null {
    const file = SegmentFile.open(folder, name, bytes);
    try {
      return file?.read() ?? null;
    } finally {
      file?.close();
    }
  }

  /** The segment whose file is in a kernel's memory. Throws IndexUnusable where it is damaged or another version's. */
  static in(kernel: Kernel, file: string): Segment {
    const { content } = kernel;
    checkHead(file, content, content.length);
    if (checksum(content) !== new DataView(content.buffer, content.byteOffset).getUint32(12, true))
      throw new IndexUnusable(`${file}: the checksum does not match, the file is damaged`);
    return new Segment(file, kernel);
  }

  /** What its papers say of acronyms, read at the first question. */
  get acronyms(): Acronyms {
    this.#acronyms ??= readAcronyms(this.lexicon);
    return this.#acronyms;
  }

  /** The newest day of every STRETCH documents, worked out at the first question. */
  get newest(): Int16Array {
    if (this.#newest === null) {
      const { days } = this.sections;
      this.#newest = new Int16Array(Math.ceil(days.length / STRETCH)).fill(NO_DAY);
      for (let d = 0; d < days.length; d++) {
        const at = Math.floor(d / STRETCH);
        if (days[d]! > this.#newest[at]!) this.#newest[at] = days[d]!;
      }
    }
    return this.#newest;
  }

  /** The document of a key, or -1. */
  document(key: number): number {
    const at = lowerBound(this.sections.keys, key);
    return this.sections.keys[at] === key ? at : -1;
  }
}

/** A segment's file and the memory for it, before it is read: of several, the later can be read ahead. */
export class SegmentFile {
  readonly file: OpenFile;
  readonly #kernel: Kernel;

  private constructor(file: OpenFile) {
    this.file = file;
    // Rank directories of common terms take a third of a file at most, and small ones are not worth counting.
    this.#kernel = new Kernel(file.size, Math.ceil(file.size / 2));
  }

  /** Null when it is not there. Throws IndexUnusable where it has not as many bytes as the manifest tells of. */
  static open(folder: string, name: string, bytes: number): SegmentFile | null {
    const file = OpenFile.open(folder, name);
    if (file === null) return null;
    try {
      if (file.size !== bytes)
        throw new IndexUnusable(`${file.path}: has ${file.size} bytes; the manifest says ${bytes}`);
      return new SegmentFile(file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The memory it is read into. */
  get content(): Uint8Array<ArrayBuffer> {
    return this.#kernel.content;
  }

  /** Reads it. Throws IndexUnusable where it is damaged or another version's. */
  read(): Segment {
    this.file.read(this.content);
    return Segment.in(this.#kernel, this.file.path);
  }

  close(): void {
    this.file.close();
  }
}

/** What a writer keeps of a segment it has encoded: copies of its keys and tombstones. */
export function keysIn(bytes: Uint8Array): Pick<Sections, 'keys' | 'tombstones'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const section = (name: keyof Sections): Uint32Array => {
    const at = TABLE + NAMES.indexOf(name) * 16;
    const from = view.getFloat64(at, true);
    return new Uint32Array(bytes.slice(from, from + view.getFloat64(at + 8, true)).buffer);
  };
  return { keys: section('keys'), tombstones: section('tombstones') };
}

/** Throws IndexUnusable when `head` is not that of a whole segment file of `size` bytes. */
function checkHead(file: string, head: Uint8Array, size: number): void {
  const fail = (what: string): never => {
    throw new IndexUnusable(`${file}: ${what}`);
  };
  if (head.length < BODY) {
    if (Buffer.from(head.subarray(0, 8)).toString('latin1') !== MAGIC) fail('is not a segment of an index');
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (head.length >= 12 && view.getUint32(8, true) !== FORMAT)
      fail(`has format ${view.getUint32(8, true)}, this program reads ${FORMAT}`);
    fail('is too short for a segment');
  }
  if (Buffer.from(head.subarray(0, 8)).toString('latin1') !== MAGIC) fail('is not a segment of an index');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const format = view.getUint32(8, true);
  if (format !== FORMAT) fail(`has format ${format}, this program reads ${FORMAT}`);
  if (crc32(head.subarray(20, BODY)) !== view.getUint32(16, true)) fail('its header is damaged');
  if (view.getUint32(20, true) !== NAMES.length) fail('has the wrong number of sections');
  const last = TABLE + (NAMES.length - 1) * 16;
  const end = Math.ceil((view.getFloat64(last, true) + view.getFloat64(last + 8, true)) / 8) * 8;
  if (end !== size) fail(`has ${size} bytes but its header says ${end}`);
}
