/**
 * Sums of weighted rows, the one piece of arithmetic that a rebuild spends much of its time on. JavaScript adds one
 * number at a time; these forty instructions of WebAssembly add four.
 */
import { F32, I32, startModule } from '../wasm.ts';

const DIMENSIONS_AT_ONCE = 8;
const PAGE = 1 << 16;

// What an instruction is called in the text format, as bytes.
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const TEE = 0x22;
const LOOP = [0x03, 0x40];
const AGAIN_IF = [0x0d, 0];
const END = 0x0b;
const plus = (value: number): number[] => [0x41, value, 0x6a];
const minus = (value: number): number[] => [0x41, value, 0x6b];
const LOAD_EIGHT_BYTES = [0xfd, 0x01, 0, 0];
const load = (offset: number): number[] => [0xfd, 0x00, 2, offset];
const store = (offset: number): number[] => [0xfd, 0x0b, 2, offset];
const SPLAT = [0xfd, 0x13];
const LOW_HALF = [0xfd, 0xa7, 1];
const HIGH_HALF = [0xfd, 0xa8, 1];
const TO_FLOATS = [0xfd, 0xfa, 1];
const ADD = [0xfd, 0xe4, 1];
const MULTIPLY = [0xfd, 0xe6, 1];

// Locals of `add`: addresses of the sum and the row, the weight, dimensions left; the weight four times, eight bytes.
const SUM = 0;
const ROW = 1;
const BY = 2;
const LEFT = 3;
const BY_FOUR = 4;
const EIGHT = 5;

/** Four of the eight dimensions: sum[offset] += by · row. */
const four = (half: number[], offset: number): number[] => [
  ...[get(SUM), get(SUM), load(offset), get(EIGHT), half, TO_FLOATS, get(BY_FOUR), MULTIPLY, ADD].flat(),
  ...store(offset),
];

const BODY = [
  ...[1, 2, 0x7b], // two more locals, of 16 bytes
  ...[get(BY), SPLAT, set(BY_FOUR), LOOP].flat(),
  ...[get(ROW), LOAD_EIGHT_BYTES, set(EIGHT), four(LOW_HALF, 0), four(HIGH_HALF, 16)].flat(),
  ...[get(SUM), plus(32), set(SUM), get(ROW), plus(8), set(ROW)].flat(),
  ...[get(LEFT), minus(8), [TEE, LEFT], AGAIN_IF, [END, END]].flat(),
];

type Add = (sum: number, row: number, by: number, dimensions: number) => void;

export class RowSum {
  readonly #stride: number;
  readonly #sum: Float32Array;
  readonly #rowsAt: number;
  readonly #add: Add;

  /** Takes a copy of the rows, `dimensions` bytes each. */
  constructor(rows: Int8Array, dimensions: number) {
    // Filled up with zeros to what is added at once.
    this.#stride = Math.ceil(dimensions / DIMENSIONS_AT_ONCE) * DIMENSIONS_AT_ONCE;
    this.#rowsAt = this.#stride * 4;
    const count = rows.length / dimensions;
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((this.#rowsAt + count * this.#stride) / PAGE),
    });
    const copy = new Int8Array(memory.buffer, this.#rowsAt);
    for (let row = 0; row < count; row++)
      copy.set(rows.subarray(row * dimensions, (row + 1) * dimensions), row * this.#stride);
    this.#sum = new Float32Array(memory.buffer, 0, dimensions);
    const { a } = startModule(memory, [{ takes: [I32, I32, F32, I32], code: BODY }]);
    this.#add = a as Add;
  }

  begin(): void {
    this.#sum.fill(0);
  }

  add(row: number, by: number): void {
    this.#add(0, this.#rowsAt + row * this.#stride, by, this.#stride);
  }

  finish(into: Float32Array): void {
    into.set(this.#sum);
  }
}
