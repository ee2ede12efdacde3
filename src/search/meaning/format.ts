/**
 * The file of a model. Written once, read into memory whole, and used as it lies.
 *
 *   0   8 bytes   magic "BSTOKENS"
 *   8   u32       format version
 *   12  u32       CRC-32 of everything from byte 16 on, which is the model's name too
 *   16  u32       dimensions
 *   20  u32       side of the grid of cells
 *   24  u32       papers it was learned from
 *   28  u32       number of sections
 *   32  u32 × 2   offset and length in bytes, a section each
 *   …             the sections, each aligned to 8 bytes, little-endian
 */
import { crc32 } from 'node:zlib';
import { ModelUnusable } from './model.ts';

export const FORMAT = 1;
const MAGIC = 'BSTOKENS';
const TABLE = 32;

/** The sections in the order of the file, with the type of their elements. */
const SECTIONS = {
  /** Term t is `termBytes[termStarts[t] .. termStarts[t + 1])`, UTF-8. Sorted by code unit. */
  termStarts: Uint32Array,
  termBytes: Uint8Array,
  /** What a byte of the term's row stands for. Weights are multiplied in. */
  scales: Float32Array,
  rows: Int8Array,
  /** Confidence, 0 to 255 for 0 to 1. */
  confidence: Uint8Array,
  /** Unit vectors (value · 127): `side` of the coarse level, then for each of them its `side` cells. */
  centroids: Int8Array,
} as const;

type SectionName = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as SectionName[];
const BODY = TABLE + Math.ceil(NAMES.length) * 8;

/** All that a model is. */
export interface ModelParts {
  dimensions: number;
  side: number;
  papers: number;
  terms: string[];
  scales: Float32Array;
  rows: Int8Array;
  confidence: Uint8Array;
  centroids: Int8Array;
}

/** The bytes of a model file. */
export function encodeModel(parts: ModelParts): Uint8Array {
  const { termStarts, termBytes } = packed(parts.terms);
  const sections = { ...parts, termStarts, termBytes };
  let size = BODY;
  const offsets = NAMES.map((name) => {
    const at = size;
    size += Math.ceil(sections[name].byteLength / 8) * 8;
    return at;
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(MAGIC, 'latin1'));
  const head = [parts.dimensions, parts.side, parts.papers, NAMES.length];
  for (const [i, number] of [FORMAT, 0, ...head].entries()) view.setUint32(8 + i * 4, number, true);
  NAMES.forEach((name, i) => {
    const { buffer, byteOffset, byteLength } = sections[name];
    view.setUint32(TABLE + i * 8, offsets[i]!, true);
    view.setUint32(TABLE + i * 8 + 4, byteLength, true);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offsets[i]!);
  });
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

function packed(terms: string[]): { termStarts: Uint32Array; termBytes: Uint8Array } {
  const termStarts = new Uint32Array(terms.length + 1);
  const pieces = terms.map((term, i) => {
    const piece = Buffer.from(term);
    termStarts[i + 1] = termStarts[i]! + piece.length;
    return piece;
  });
  return { termStarts, termBytes: Buffer.concat(pieces) };
}

/** The parts of a model file and its checksum. Throws `ModelUnusable` naming `file` when it does not fit. */
export function decodeModel(file: string, given: Uint8Array): ModelParts & { checksum: number } {
  const fail = (why: string): never => {
    throw new ModelUnusable(`${file}: ${why}`);
  };
  // A copy where needed: views of wider elements want an aligned start.
  const bytes = given.byteOffset % 8 === 0 ? given : Uint8Array.from(given);
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC) fail('this is not a model');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(8, true) !== FORMAT)
    fail(`the format is ${bytes.length < 12 ? 'cut off' : view.getUint32(8, true)}, expected ${FORMAT}`);
  if (bytes.length < BODY) fail('the file is cut off');
  const checksum = view.getUint32(12, true);
  if (crc32(bytes.subarray(16)) !== checksum) fail('the checksum does not match, the file is damaged');

  const section = <Name extends SectionName>(name: Name): InstanceType<(typeof SECTIONS)[Name]> => {
    const i = NAMES.indexOf(name);
    const Type = SECTIONS[name];
    const at = bytes.byteOffset + view.getUint32(TABLE + i * 8, true);
    const length = view.getUint32(TABLE + i * 8 + 4, true) / Type.BYTES_PER_ELEMENT;
    return new Type(bytes.buffer as ArrayBuffer, at, length) as InstanceType<(typeof SECTIONS)[Name]>;
  };
  const termStarts = section('termStarts');
  const text = Buffer.from(section('termBytes'));
  return {
    checksum,
    dimensions: view.getUint32(16, true),
    side: view.getUint32(20, true),
    papers: view.getUint32(24, true),
    terms: Array.from({ length: termStarts.length - 1 }, (_, i) =>
      text.toString('utf8', termStarts[i], termStarts[i + 1]),
    ),
    scales: section('scales'),
    rows: section('rows'),
    confidence: section('confidence'),
    centroids: section('centroids'),
  };
}
