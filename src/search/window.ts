/**
 * A window of documents: what the postings of a query add up to for each, and the two loops that a search spends most
 * of its time in, adding a block of postings and keeping the documents that have enough. JavaScript checks each access
 * to an array, and reads no eight bytes at once; this is some hundred instructions of WebAssembly over one memory.
 */
import { wordsOf } from './blocks.ts';
import { I32, leb, startModule } from './wasm.ts';

/** Documents of a window at most. */
export const WINDOW = 4_096;

const MOST_WORDS = 136;
const SUMS = MOST_WORDS * 4;
const GROUPS = SUMS + WINDOW * 4;
const TOUCHED = GROUPS + WINDOW * 4;
const KEPT = TOUCHED + WINDOW / 8;

const memory = new WebAssembly.Memory({ initial: 1 });
const wordsInHand = new Int32Array(memory.buffer, 0, MOST_WORDS);

/** What the postings of a window's documents add up to. */
export const sums = new Int32Array(memory.buffer, SUMS, WINDOW);
/** The groups of each document. */
export const groups = new Int32Array(memory.buffer, GROUPS, WINDOW);
/** A bit for each document that was marked. */
export const touched = new Int32Array(memory.buffer, TOUCHED, WINDOW / 32);
/** Places of the documents that `keep` kept, in order. */
export const kept = new Int32Array(memory.buffer, KEPT, WINDOW);

/** A number that is not negative where the format takes negative ones too. */
const signed = (value: number): number[] => {
  const bytes = leb(value);
  return bytes.at(-1)! < 64 ? bytes : [...bytes.slice(0, -1), bytes.at(-1)! | 128, 0];
};

// What an instruction is called in the text format, as bytes.
const get = (...locals: number[]): number[] => locals.flatMap((local) => [0x20, local]);
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
/** A number below 64. */
const number = (value: number): number[] => [0x41, value];
const [LOOP, IF, ELSE, END, RETURN] = [[0x03, 0x40], [0x04, 0x40], [0x05], [0x0b], [0x0f]];
const AGAIN_IF = [0x0d, 0];
const load = (at: number): number[] => [0x28, 2, ...leb(at)];
const store = (at: number): number[] => [0x36, 2, ...leb(at)];
const LOAD_EIGHT_BYTES = [0x29, 0, 0];
const [ADD, SUBTRACT, MULTIPLY, AND, OR, LEFT, RIGHT] = [0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x74, 0x76];
const [IS_BELOW, IS_NOT_BELOW, IS_NOT_NEGATIVE] = [0x49, 0x4e, [...number(0), 0x4e]];
const LOWEST_BIT = 0x68;
const [TO_64, RIGHT_64, TO_32] = [0xad, 0x88, 0xa7];

/** One less than a power of two: 1 << n, less 1; all bits of 32. */
const maskOf = (bits: number): number[] => [
  ...[0x42, 1, ...get(bits), TO_64, 0x86], // (i64) 1 << bits
  ...[TO_32, ...number(1), SUBTRACT],
];

/** A function's code, after so many variables of its own. */
const code = (variables: number, ...instructions: number[]): number[] => [
  ...[1, variables, I32],
  ...instructions,
  ...END,
];

// Parameters of `add`, and its own variables.
const [COUNT, BITS, IMPACT_BITS, LEAST, WEIGHT, DOCUMENT, SIZE, MARK, OWN] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [BIT, VALUE, MASK, IMPACT_MASK, AT] = [9, 10, 11, 12, 13];

const ADD_BLOCK = code(
  5,
  ...[maskOf(BITS), set(MASK), maskOf(IMPACT_BITS), set(IMPACT_MASK)].flat(),
  ...LOOP,
  // value = the `bits` bits from `bit` on
  ...[...get(BIT), ...number(3), RIGHT, ...LOAD_EIGHT_BYTES],
  ...[...get(BIT), ...number(7), AND, TO_64, RIGHT_64, TO_32, ...get(MASK), AND, ...set(VALUE)],
  ...[...get(BIT, BITS), ADD, ...set(BIT)],
  // document += (value >>> impactBits) + 1
  ...[...get(DOCUMENT, VALUE, IMPACT_BITS), RIGHT, ADD, ...number(1), ADD, ...tee(DOCUMENT)],
  ...[...get(SIZE), IS_BELOW, ...IF],
  // sums[document] += least + weight · impact
  ...[...get(DOCUMENT), ...number(2), LEFT, ...tee(AT), ...get(AT), ...load(SUMS)],
  ...[...get(LEAST), ADD, ...get(VALUE, IMPACT_MASK), AND, ...get(WEIGHT), MULTIPLY, ADD, ...store(SUMS)],
  // groups[document] |= own
  ...[...get(AT, AT), ...load(GROUPS), ...get(OWN), OR, ...store(GROUPS)],
  // touched[document >>> 5] |= mark << document
  ...[...get(DOCUMENT), ...number(5), RIGHT, ...number(2), LEFT, ...tee(AT), ...get(AT), ...load(TOUCHED)],
  ...[...get(MARK, DOCUMENT), LEFT, OR, ...store(TOUCHED)],
  // behind the window: done
  ...[...ELSE, ...get(DOCUMENT), ...IS_NOT_NEGATIVE, ...IF, ...RETURN, ...END, ...END],
  ...[...get(COUNT), ...number(1), SUBTRACT, ...tee(COUNT), ...AGAIN_IF, ...END],
);

// Parameters of `keep`, and its own variables: a byte's address in `touched`, that of the next place in `kept`.
const [WORDS, ENOUGH] = [0, 1];
const [FROM, MARKS, PLACE, TO] = [2, 3, 4, 5];

const KEEP = code(
  4,
  ...LOOP,
  ...[...get(FROM), ...load(TOUCHED), ...tee(MARKS), ...IF],
  ...[...get(FROM), ...number(0), ...store(TOUCHED)],
  ...LOOP,
  // kept[to] = place = 32 · word + lowest bit; four bytes of `touched` are 32 places
  ...[...get(TO, FROM), ...number(3), LEFT, ...get(MARKS), LOWEST_BIT, OR, ...tee(PLACE), ...store(KEPT)],
  // it stays when its sum is enough; else the next is put in its place
  ...[...get(TO, PLACE), ...number(2), LEFT, ...load(SUMS), ...get(ENOUGH), IS_NOT_BELOW],
  ...[...number(2), LEFT, ADD, ...set(TO)],
  ...[...get(MARKS, MARKS), ...number(1), SUBTRACT, AND, ...tee(MARKS), ...AGAIN_IF, ...END],
  ...END,
  ...[...get(FROM), ...number(4), ADD, ...tee(FROM), ...get(WORDS), IS_BELOW, ...AGAIN_IF, ...END],
  ...[...get(TO), ...number(2), RIGHT],
);

/** Sets the first parameter's number of bytes from there on to zero. */
const zero = (at: number): number[] => [
  ...[0x41, ...signed(at), ...number(0), ...get(0)],
  ...[0xfc, 0x0b, 0],
];
const CLEAR = code(0, ...zero(SUMS));
const CLEAR_GROUPS = code(0, ...zero(GROUPS));

const i32 = (count: number): number[] => Array(count).fill(I32);
const exports = startModule(memory, [
  { takes: i32(9), code: ADD_BLOCK },
  { takes: i32(2), gives: I32, code: KEEP },
  { takes: i32(1), code: CLEAR },
  { takes: i32(1), code: CLEAR_GROUPS },
]);
const add = exports.a as (
  count: number,
  bits: number,
  impactBits: number,
  least: number,
  weight: number,
  document: number,
  size: number,
  mark: number,
  own: number,
) => void;
const keepEnough = exports.b as (bytes: number, enough: number) => number;
const clearSums = exports.c as (bytes: number) => void;
const clearGroups = exports.d as (bytes: number) => void;

/**
 * Puts the places of the marked documents among the first `size` whose sum is at least `enough` into `kept`, and takes
 * all marks away. Gives how many there are.
 */
export const keep = (size: number, enough: number): number => keepEnough(((size + 31) >>> 5) * 4, enough);

/** Makes the sums of the first `size` documents zero, and their groups where those were counted. */
export function clear(size: number, counts: boolean): void {
  clearSums(size * 4);
  if (counts) clearGroups(size * 4);
}

/**
 * Adds `base + weight · impact` for each of the `count` postings of a block to its document's sum, as far as it is one
 * of the `size` documents from `start` on. The block's words begin at `at`; `before` is the document before it.
 *
 * @param mark 1: marks the documents in `touched`; 0: does not
 * @param own bits that are set in `groups`
 */
export function addBlock(
  words: Uint32Array,
  at: number,
  count: number,
  meta: number,
  before: number,
  start: number,
  size: number,
  weight: number,
  base: number,
  mark: number,
  own: number,
): void {
  const length = wordsOf(meta, count);
  for (let i = 0; i < length; i++) wordsInHand[i] = words[at + i]!;
  const impactBits = (meta >>> 5) & 15;
  const least = base + weight * ((meta >>> 9) & 255);
  add(count, (meta & 31) + impactBits, impactBits, least, weight, before - start, size, mark, own);
}
