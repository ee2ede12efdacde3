/** The vectors of a segment: their inner products, and the cells by which near ones are found. */
import { keep } from './kept.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { TokenModel } from './meaning/model.ts';

export interface CellSections {
  /** Documents of cell c are `cellDocs[cellStarts[c] .. cellStarts[c + 1])`; empty without a model. */
  cellStarts: Uint32Array;
  cellDocs: Uint32Array;
}

/** The cell of a vector (unit length · 127), or -1 for one of zeros. */
export const cellOf = (model: TokenModel, vector: Int8Array): number =>
  isZero(vector) ? -1 : model.cellOf(vector);

/** Deals documents out to their cells, `count` of which there are. */
export function dealOut(cells: Int32Array, count: number): CellSections {
  const cellStarts = new Uint32Array(count + 1);
  for (const cell of cells) if (cell >= 0) cellStarts[cell + 1]!++;
  for (let c = 0; c < count; c++) cellStarts[c + 1]! += cellStarts[c]!;
  const cursor = cellStarts.slice(0, count);
  const cellDocs = new Uint32Array(cellStarts[count]!);
  for (let d = 0; d < cells.length; d++) if (cells[d]! >= 0) cellDocs[cursor[cells[d]!]!++] = d;
  return { cellStarts, cellDocs };
}

function isZero(vector: Int8Array): boolean {
  for (let i = 0; i < vector.length; i++) if (vector[i] !== 0) return false;
  return true;
}

/**
 * Components are kept as one of six levels, three to a byte. The levels are the best for a normal distribution (S. P.
 * Lloyd, "Least squares quantization in PCM", 1982; J. Max, "Quantizing for minimum distortion", 1960), in standard
 * deviations: of a vector of unit length and n components, 1 / √n.
 */
export const LEVELS = [-1.8936, -1, -0.3177, 0.3177, 1, 1.8936];
const BOUNDS = [-1.4468, -0.6589, 0, 0.6589, 1.4468];
const PER_BYTE = 3;
/** Values of a byte: 0 for none, then one for every three levels. */
const VALUES = LEVELS.length ** PER_BYTE + 1;

/** Bytes a packed vector takes. */
export const packedBytes = (dimensions: number): number => Math.ceil(dimensions / PER_BYTE);

/** Of a vector of so many dimensions: the level of each value a component can have (as an unsigned byte). */
function levelsFor(dimensions: number): Uint8Array {
  const deviation = 127 / Math.sqrt(dimensions);
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const component = byte < 128 ? byte : byte - 256;
    return BOUNDS.filter((bound) => component >= bound * deviation).length;
  });
}

let levels: { dimensions: number; of: Uint8Array } = { dimensions: 0, of: new Uint8Array(0) };

/** Packs a vector (unit length · 127). One of zeros becomes zero bytes. */
export function packVector(vector: Int8Array, into: Uint8Array, at: number): void {
  if (isZero(vector)) return;
  if (levels.dimensions !== vector.length)
    levels = { dimensions: vector.length, of: levelsFor(vector.length) };
  const { of } = levels;
  const level = (k: number): number => (k < vector.length ? of[vector[k]! & 255]! : of[0]!);
  let to = at;
  for (let k = 0; k < vector.length; k += PER_BYTE)
    into[to++] = (level(k + 2) * LEVELS.length + level(k + 1)) * LEVELS.length + level(k) + 1;
}

/**
 * The three levels of every value of a byte, side by side; zeros for that which stands for no vector. All numbers here
 * have 64 bits: the processor would have to widen others at every step.
 */
const levelsOf = Float64Array.from({ length: VALUES * PER_BYTE }, (_, i) => {
  const value = Math.floor(i / PER_BYTE) - 1;
  return value < 0 ? 0 : LEVELS[Math.floor(value / LEVELS.length ** (i % PER_BYTE)) % LEVELS.length]!;
});

let components: { dimensions: number; of: Int8Array } = { dimensions: 0, of: new Int8Array(0) };

/** The same as components · 127 of vectors of so many dimensions. */
function componentsFor(dimensions: number): Int8Array {
  if (components.dimensions !== dimensions) {
    const deviation = 127 / Math.sqrt(dimensions);
    components = { dimensions, of: Int8Array.from(levelsOf, (level) => Math.round(level * deviation)) };
  }
  return components.of;
}

/** A packed vector's components · 127, put into `vector` (its length is theirs), or null when the document has none. */
export function unpackVector(packed: Uint8Array, d: number, vector: Int8Array): Int8Array | null {
  const dimensions = vector.length;
  const at = d * packedBytes(dimensions);
  if (packed[at] === 0) return null;
  const of = componentsFor(dimensions);
  for (let i = 0, byte = at, k = 0; i < dimensions; i++) {
    vector[i] = of[packed[byte]! * PER_BYTE + k]!;
    if (++k === PER_BYTE) {
      k = 0;
      byte++;
    }
  }
  return vector;
}

/** Levels as the kernel has them, so that products are whole numbers: the greatest 125, a level of one 66. */
export const ONE = 66;

/** What is needed of a segment to compare its vectors: they lie in the memory of its kernel. */
interface WithVectors {
  kernel: Kernel;
  addressOf: { vectors: number };
}

/** How like a query's vector those of a segment are. One a time for each segment: the kernel holds the query. */
export class Likeness {
  readonly #segment: Readonly<WithVectors>;
  readonly #bytes: number;
  readonly #scale: number;

  /** `query`: unit length · 127, of the segment's dimensions. */
  constructor(segment: Readonly<WithVectors>, query: Int8Array) {
    this.#segment = segment;
    this.#bytes = packedBytes(query.length);
    this.#scale = 1 / (127 * ONE * Math.sqrt(query.length));
    segment.kernel.ask(query);
    keep(this);
  }

  /** Works the first `count` of the documents out that lie in the kernel. */
  look(count: number): void {
    const { kernel, addressOf } = this.#segment;
    kernel.loops.products(count, addressOf.vectors, this.#bytes);
  }

  /** The cosine of the query's vector and that of document `i` of these, but for what packing loses; 0 where it has none. */
  of(i: number): number {
    return this.#segment.kernel.products[i]! * this.#scale;
  }
}
