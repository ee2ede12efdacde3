/** The vectors of a segment: their inner products, and the cells by which near ones are found. */
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
const LEVELS = [-1.8936, -1, -0.3177, 0.3177, 1, 1.8936];
const BOUNDS = [-1.4468, -0.6589, 0, 0.6589, 1.4468];
const PER_BYTE = 3;
/** Values of a byte: 0 for none, then one for every three levels. */
const VALUES = LEVELS.length ** PER_BYTE + 1;

/** Bytes a packed vector takes. */
export const packedBytes = (dimensions: number): number => Math.ceil(dimensions / PER_BYTE);

/** Packs a vector (unit length · 127). One of zeros becomes zero bytes. */
export function packVector(vector: Int8Array, into: Uint8Array, at: number): void {
  if (isZero(vector)) return;
  const deviation = 127 / Math.sqrt(vector.length);
  const bounds = BOUNDS.map((bound) => bound * deviation);
  for (let byte = 0; byte < packedBytes(vector.length); byte++) {
    let value = 0;
    for (let k = PER_BYTE - 1; k >= 0; k--) {
      const component = vector[byte * PER_BYTE + k] ?? 0;
      let level = 0;
      while (level < bounds.length && component >= bounds[level]!) level++;
      value = value * LEVELS.length + level;
    }
    into[at + byte] = value + 1;
  }
}

/** A packed vector's components · 127, or null when the document has none. */
export function unpackVector(packed: Uint8Array, d: number, dimensions: number): Int8Array | null {
  const bytes = packedBytes(dimensions);
  if (packed[d * bytes] === 0) return null;
  const deviation = 127 / Math.sqrt(dimensions);
  return Int8Array.from({ length: dimensions }, (_, i) => {
    const value = packed[d * bytes + Math.floor(i / PER_BYTE)]! - 1;
    return Math.round(
      LEVELS[Math.floor(value / LEVELS.length ** (i % PER_BYTE)) % LEVELS.length]! * deviation,
    );
  });
}

/** What every value of every byte adds to the inner product with one query. */
export type Products = Float32Array;

const tables: Products[] = [];

/**
 * Works out the products of a query's vector (unit length · 127), into table `which`: it is overwritten when the
 * same one is asked for again.
 */
export function productsOf(query: Int8Array, which: number): Products {
  const bytes = packedBytes(query.length);
  const known = tables[which];
  const products = known?.length === bytes * VALUES ? known : new Float32Array(bytes * VALUES);
  tables[which] = products;
  const scale = 1 / (127 * Math.sqrt(query.length));
  for (let byte = 0; byte < bytes; byte++) {
    const a = query[byte * PER_BYTE]! * scale;
    const b = (query[byte * PER_BYTE + 1] ?? 0) * scale;
    const c = (query[byte * PER_BYTE + 2] ?? 0) * scale;
    let at = byte * VALUES + 1;
    for (let third = 0; third < LEVELS.length; third++)
      for (let second = 0; second < LEVELS.length; second++) {
        const both = b * LEVELS[second]! + c * LEVELS[third]!;
        for (let first = 0; first < LEVELS.length; first++) products[at++] = a * LEVELS[first]! + both;
      }
  }
  return products;
}

/** The cosine of a query's and document `d`'s vectors, but for what packing loses; 0 where there is none. */
export function cosine(products: Products, packed: Uint8Array, d: number): number {
  const bytes = products.length / VALUES;
  const at = d * bytes;
  let sum = 0;
  for (let i = 0, base = 0; i < bytes; i++, base += VALUES) sum += products[base + packed[at + i]!]!;
  return sum;
}
