/** A model out of its file: a table of rows. */
import { Kernel } from '../kernel/kernel.ts';
import { decodeModel } from './format.ts';
import { Grid } from './grid.ts';
import type { TokenModel } from './model.ts';

/** Opens the bytes of a model file. Throws `ModelUnusable` naming `file` when they do not fit. */
export function openModel(bytes: Uint8Array, file = 'model'): TokenModel {
  return new TableModel(decodeModel(file, bytes), bytes);
}

class TableModel implements TokenModel {
  readonly name: string;
  readonly dimensions: number;
  readonly cells: number;
  readonly terms: number;
  readonly papers: number;
  readonly bytes: Uint8Array;
  readonly #numbers = new Map<string, number>();
  readonly #scales: Float32Array;
  readonly #rows: Int8Array;
  readonly #confidence: Uint8Array;
  readonly #grid: Grid;
  /** Only for who adds up many. */
  #adder: RowAdder | null = null;

  constructor(parts: ReturnType<typeof decodeModel>, bytes: Uint8Array) {
    this.bytes = bytes;
    this.name = `words-${parts.checksum.toString(16).padStart(8, '0')}`;
    this.dimensions = parts.dimensions;
    this.papers = parts.papers;
    this.terms = parts.terms.length;
    for (const [number, term] of parts.terms.entries()) this.#numbers.set(term, number);
    this.#scales = parts.scales;
    this.#rows = parts.rows;
    this.#confidence = parts.confidence;
    this.#grid = new Grid(parts.centroids, parts.side, parts.dimensions);
    this.cells = this.#grid.cells;
  }

  vocabulary(): Iterable<string> {
    return this.#numbers.keys();
  }

  row(term: string): number {
    return this.#numbers.get(term) ?? -1;
  }

  confidence(row: number): number {
    return this.#confidence[row]! / 255;
  }

  /** Rows stay bytes in memory: the four times smaller table is what makes this fast, not the arithmetic. */
  add(sum: Float32Array, row: number, times: number): void {
    const rows = this.#rows;
    const width = this.dimensions;
    const by = this.#scales[row]! * times;
    for (let k = 0, at = row * width; k < width; k += 4, at += 4) {
      sum[k] = sum[k]! + by * rows[at]!;
      sum[k + 1] = sum[k + 1]! + by * rows[at + 1]!;
      sum[k + 2] = sum[k + 2]! + by * rows[at + 2]!;
      sum[k + 3] = sum[k + 3]! + by * rows[at + 3]!;
    }
  }

  addAll(sum: Float32Array, rows: Int32Array, times: Float64Array, count: number): void {
    this.#adder ??= new RowAdder(this.#rows, this.dimensions);
    this.#adder.begin();
    for (let i = 0; i < count; i++) this.#adder.add(rows[i]!, this.#scales[rows[i]!]! * times[i]!);
    this.#adder.finish(sum);
  }

  quantise(sum: Float32Array, into: Int8Array): void {
    quantise(sum, into);
  }

  cellOf(vector: Int8Array): number {
    return this.#grid.cellOf(vector);
  }

  nearestCells(vector: Int8Array, count: number): number[] {
    return this.#grid.nearestCells(vector, count);
  }
}

/** A sum brought to unit length as bytes (value · 127), zeros when it is zero. Off by half a byte at most. */
export function quantise(sum: Float32Array, into: Int8Array): void {
  const width = sum.length;
  let square = 0;
  for (let k = 0; k < width; k++) square += sum[k]! * sum[k]!;
  const by = square > 0 ? 127 / Math.sqrt(square) : 0;
  // `| 0` cuts towards zero: adding a half away from zero rounds, and is faster than Math.round.
  for (let k = 0; k < width; k++) {
    const value = sum[k]! * by;
    into[k] = (value < 0 ? value - 0.5 : value + 0.5) | 0;
  }
}

const DIMENSIONS_AT_ONCE = 8;

/** Sums of weighted rows, the one piece of arithmetic that a rebuild spends much of its time on: by the kernel. */
class RowAdder {
  readonly #kernel: Kernel;
  readonly #stride: number;
  readonly #sum: Float32Array;
  readonly #sumAt: number;

  /** Takes a copy of the rows, `dimensions` bytes each, filled up with zeros to what is added at once. */
  constructor(rows: Int8Array, dimensions: number) {
    this.#stride = Math.ceil(dimensions / DIMENSIONS_AT_ONCE) * DIMENSIONS_AT_ONCE;
    const count = rows.length / dimensions;
    this.#kernel = new Kernel(count * this.#stride, this.#stride * 4);
    const { buffer, byteOffset } = this.#kernel.content;
    const copy = new Int8Array(buffer, byteOffset, count * this.#stride);
    for (let row = 0; row < count; row++)
      copy.set(rows.subarray(row * dimensions, (row + 1) * dimensions), row * this.#stride);
    this.#sumAt = this.#kernel.take(this.#stride * 4);
    this.#sum = new Float32Array(buffer, this.#sumAt, dimensions);
  }

  begin(): void {
    this.#sum.fill(0);
  }

  add(row: number, by: number): void {
    const { loops, content } = this.#kernel;
    loops.addRow(this.#sumAt, content.byteOffset + row * this.#stride, by, this.#stride);
  }

  finish(into: Float32Array): void {
    into.set(this.#sum);
  }
}
