/**
 * A segment: some documents, analysed, in one immutable file that is used as it lies. The file is read into
 * one ArrayBuffer, and everything below is a view upon it; opening parses nothing but the table of sections.
 *
 *   0   8 bytes   magic "BSSEARCH"
 *   8   u32       format version
 *   12  u32       CRC-32 of everything from byte 16 on
 *   16  u32       CRC-32 of the bytes from 20 to the end of the table, for who reads only the head
 *   20  u32       number of sections
 *   24  f64 × 2   offset and length in bytes, a section each
 *   …             the sections, each aligned to 8 bytes, little-endian
 *
 * Documents are numbered in the order of their keys, so a key is found by binary search. Terms are sorted by
 * their UTF-8 bytes, so a term is found by binary search and a prefix is one stretch.
 */
import { crc32 } from 'node:zlib';
import { FIELDS } from './fields.ts';
import { IndexUnusable } from './types.ts';

export const FORMAT = 1;
const MAGIC = 'BSSEARCH';
const TABLE = 24;

/** The sections in the order of the file, with the type of their elements. */
const SECTIONS = {
  /** Sums of the lengths of each field over all documents. */
  lengthSums: Float64Array,
  /** The caller's keys, ascending. */
  keys: Float64Array,
  /** Keys deleted by the batch this segment came from: they hide documents of earlier segments. */
  tombstones: Float64Array,
  days: Int32Array,
  upvotes: Int32Array,
  flags: Uint8Array,
  /** Words in each field: all documents' titles, then all summaries, … in the order of FIELDS. */
  lengths: Uint16Array,
  /** A document's categories are `categoryIds[categoryStarts[d] .. categoryStarts[d + 1])`. */
  categoryStarts: Uint32Array,
  categoryIds: Uint32Array,
  organizationStarts: Uint32Array,
  organizationIds: Uint32Array,
  /** A document's authors as terms, the last of each name marked by NAME_END. */
  authorStarts: Uint32Array,
  authorTerms: Uint32Array,
  /** The most telling terms of each document, TELLING a document, NO_TERM where there are fewer. */
  telling: Uint32Array,
  /** Term t is `termBytes[termStarts[t] .. termStarts[t + 1])`, and so on for the others. */
  termStarts: Uint32Array,
  termBytes: Uint8Array,
  postingStarts: Uint32Array,
  postings: Uint32Array,
  categoryTextStarts: Uint32Array,
  categoryTexts: Uint8Array,
  /** Organisations as `slug NUL name`. */
  organizationTextStarts: Uint32Array,
  organizationTexts: Uint8Array,
} as const;

type SectionName = keyof typeof SECTIONS;
type View<Type> = Type extends Float64ArrayConstructor
  ? Float64Array
  : Type extends Int32ArrayConstructor
    ? Int32Array
    : Type extends Uint32ArrayConstructor
      ? Uint32Array
      : Type extends Uint16ArrayConstructor
        ? Uint16Array
        : Uint8Array;
export type Sections = { [Name in SectionName]: View<(typeof SECTIONS)[Name]> };
const NAMES = Object.keys(SECTIONS) as SectionName[];
const BODY = Math.ceil((TABLE + NAMES.length * 16) / 8) * 8;

export const NAME_END = 0x80000000;
export const TELLING = 16;
export const NO_TERM = 0xffffffff;

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
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

const text = new TextDecoder();

export class Segment {
  readonly file: string;
  readonly documents: number;
  readonly terms: number;
  readonly bytes: number;
  readonly sections: Sections;

  private constructor(file: string, buffer: ArrayBuffer) {
    this.file = file;
    this.bytes = buffer.byteLength;
    const view = new DataView(buffer);
    const sections: Partial<Record<SectionName, unknown>> = {};
    NAMES.forEach((name, i) => {
      const Type = SECTIONS[name];
      const at = view.getFloat64(TABLE + i * 16, true);
      const length = view.getFloat64(TABLE + i * 16 + 8, true);
      sections[name] = new Type(buffer, at, length / Type.BYTES_PER_ELEMENT);
    });
    this.sections = sections as Sections;
    this.documents = this.sections.keys.length;
    this.terms = this.sections.termStarts.length - 1;
  }

  /** Opens the bytes of a segment file, which may not be changed afterwards. */
  static open(file: string, buffer: ArrayBuffer): Segment {
    const bytes = new Uint8Array(buffer);
    checkHead(file, bytes, buffer.byteLength);
    const found = new DataView(buffer).getUint32(12, true);
    if (crc32(bytes.subarray(16)) !== found)
      throw new IndexUnusable(`${file}: the checksum does not match, the file is damaged`);
    return new Segment(file, buffer);
  }

  /** The number of a term, or -1. */
  find(term: Uint8Array): number {
    const at = this.lowerBound(term);
    return at < this.terms && this.compareTerm(at, term) === 0 ? at : -1;
  }

  /** The first term that is not before `term`. */
  lowerBound(term: Uint8Array): number {
    let low = 0;
    let high = this.terms;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compareTerm(middle, term) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Compares term `at` with `term`, byte by byte. */
  compareTerm(at: number, term: Uint8Array): number {
    const { termStarts, termBytes } = this.sections;
    const start = termStarts[at]!;
    const length = termStarts[at + 1]! - start;
    const shorter = Math.min(length, term.length);
    for (let i = 0; i < shorter; i++) {
      const difference = termBytes[start + i]! - term[i]!;
      if (difference !== 0) return difference;
    }
    return length - term.length;
  }

  /** Whether term `at` begins with `prefix`. */
  hasPrefix(at: number, prefix: Uint8Array): boolean {
    const { termStarts, termBytes } = this.sections;
    const start = termStarts[at]!;
    if (termStarts[at + 1]! - start < prefix.length) return false;
    for (let i = 0; i < prefix.length; i++) if (termBytes[start + i] !== prefix[i]) return false;
    return true;
  }

  termBytes(at: number): Uint8Array {
    const { termStarts, termBytes } = this.sections;
    return termBytes.subarray(termStarts[at], termStarts[at + 1]);
  }

  term(at: number): string {
    return text.decode(this.termBytes(at));
  }

  /** The document of a key, or -1. */
  document(key: number): number {
    const at = lowerBound(this.sections.keys, key);
    return this.sections.keys[at] === key ? at : -1;
  }

  /** The posting of a document in a term's list, or 0. */
  posting(term: number, document: number): number {
    const { postingStarts, postings } = this.sections;
    let low = postingStarts[term]!;
    const end = postingStarts[term + 1]!;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (postings[middle]! >>> 12 < document) low = middle + 1;
      else high = middle;
    }
    return low < end && postings[low]! >>> 12 === document ? postings[low]! : 0;
  }

  #categories: string[] | undefined;
  #organizations: { slug: string; name: string }[] | undefined;

  /** The category codes that `categoryIds` counts; decoded when first asked for. */
  categories(): readonly string[] {
    this.#categories ??= strings(this.sections.categoryTextStarts, this.sections.categoryTexts);
    return this.#categories;
  }

  /** The organisations that `organizationIds` counts; decoded when first asked for. */
  organizations(): readonly { slug: string; name: string }[] {
    this.#organizations ??= strings(
      this.sections.organizationTextStarts,
      this.sections.organizationTexts,
    ).map((pair) => {
      const cut = pair.indexOf('\0');
      return { slug: pair.slice(0, cut), name: pair.slice(cut + 1) };
    });
    return this.#organizations;
  }
}

/** The head of a segment file, for the writer, who needs no more than which keys it holds. */
export function readKeys(
  file: string,
  size: number,
  read: (at: number, length: number) => Uint8Array,
): Pick<Sections, 'keys' | 'tombstones'> {
  const head = read(0, Math.min(BODY, size));
  checkHead(file, head, size);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const doubles = (name: SectionName): Float64Array => {
    const i = NAMES.indexOf(name);
    const part = read(view.getFloat64(TABLE + i * 16, true), view.getFloat64(TABLE + i * 16 + 8, true));
    return new Float64Array(part.slice().buffer);
  };
  return { keys: doubles('keys'), tombstones: doubles('tombstones') };
}

function checkHead(file: string, head: Uint8Array, size: number): void {
  const fail = (what: string): never => {
    throw new IndexUnusable(`${file}: ${what}`);
  };
  if (head.length < 12) fail(`is cut short (${size} bytes)`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (Buffer.from(head.subarray(0, 8)).toString('latin1') !== MAGIC) fail('is not a search segment');
  const version = view.getUint32(8, true);
  if (version !== FORMAT) fail(`has format ${version}, this program reads ${FORMAT}`);
  if (head.length < BODY) fail(`is cut short (${size} bytes)`);
  if (crc32(head.subarray(20, BODY)) !== view.getUint32(16, true)) fail('its head is damaged');
  if (view.getUint32(20, true) !== NAMES.length) fail('has another number of sections');
  const last = TABLE + (NAMES.length - 1) * 16;
  const end = Math.ceil((view.getFloat64(last, true) + view.getFloat64(last + 8, true)) / 8) * 8;
  if (end !== size) fail(`has ${size} bytes where its head tells of ${end}`);
}

/** The first place in an ascending list that is not before `value`. */
export function lowerBound(list: Float64Array, value: number, from = 0): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A table of strings as offsets and UTF-8 bytes. */
export function encodeStrings(list: readonly string[]): { starts: Uint32Array; bytes: Uint8Array } {
  const starts = new Uint32Array(list.length + 1);
  let size = 0;
  list.forEach((each, i) => {
    starts[i] = size;
    size += Buffer.byteLength(each);
  });
  starts[list.length] = size;
  const bytes = Buffer.alloc(size);
  for (const [i, each] of list.entries()) bytes.write(each, starts[i]!);
  return { starts, bytes };
}

function strings(starts: Uint32Array, bytes: Uint8Array): string[] {
  const list: string[] = [];
  for (let i = 0; i + 1 < starts.length; i++)
    list.push(text.decode(bytes.subarray(starts[i], starts[i + 1])));
  return list;
}

/** The sums of the field lengths of some documents. */
export function sumLengths(lengths: Uint16Array, documents: number): Float64Array {
  const sums = new Float64Array(FIELDS.length);
  for (let f = 0; f < FIELDS.length; f++) {
    let sum = 0;
    for (let d = 0; d < documents; d++) sum += lengths[f * documents + d]!;
    sums[f] = sum;
  }
  return sums;
}
