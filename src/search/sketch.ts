/**
 * Sketches by which near-duplicates are known: b-bit minwise hashing (P. Li and A. C. König, "b-Bit Minwise
 * Hashing", WWW 2010) over pairs of neighbouring stems, eight samples of eight bits. Of two texts whose pairs
 * overlap by the share J, a sample agrees with probability J + (1 - J) / 256.
 */

import { keep } from './kept.ts';

export const SAMPLES = 8;
/** So many samples must agree: at J = 0.9 they do in four of five cases, at J = 0.5 in one of thirty. */
export const AGREEING = 7;
/** Texts with fewer pairs than this are too short to tell. */
const FEWEST = 24;

const MULTIPLIERS = Uint32Array.of(
  0x9e3779b1,
  0x85ebca6b,
  0xc2b2ae35,
  0x27d4eb2f,
  0x165667b1,
  0xd3a2646d,
  0xfd7046c5,
  0xb55a4f09,
);

/** A hash of a term that is the same in every process; told that of what stands before it, of both. */
export function hashOf(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Collects the pairs of one text. */
export class Sketcher {
  readonly #least = new Uint32Array(SAMPLES);
  #before = 0;
  #pairs = 0;

  begin(): void {
    this.#least.fill(0xffffffff);
    this.#before = 0;
    this.#pairs = 0;
  }

  /** Takes the next stem, by its hash. */
  add(hash: number): void {
    let mixed = Math.imul(this.#before, 31) ^ hash;
    this.#before = hash;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
    mixed ^= mixed >>> 15;
    this.#pairs++;
    const least = this.#least;
    for (let i = 0; i < SAMPLES; i++) {
      const value = Math.imul(mixed, MULTIPLIERS[i]!) >>> 0;
      if (value < least[i]!) least[i] = value;
    }
  }

  /** Writes the sketch; all zero when the text is too short for one. */
  finish(into: Uint8Array, at: number): void {
    for (let i = 0; i < SAMPLES; i++) {
      const least = this.#least[i]!;
      into[at + i] = this.#pairs < FEWEST ? 0 : (least ^ (least >>> 8) ^ (least >>> 16)) & 255;
    }
  }
}

/**
 * Groups near-duplicates: told sketches one after the other, gives the number of the first one that is nearly
 * the same, or the sketch's own. Where seven of eight samples agree, one half of the sketch agrees as a whole,
 * so only those that share a half are compared.
 */
export class Duplicates {
  /** The first sketch with each half. One that is like another by its first half is not entered by its second. */
  readonly #halves: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  readonly #seen: { sketches: Uint8Array; at: number }[] = [];

  constructor() {
    keep(this);
  }

  /** The sketch at byte `at` as number `number`, which counts up from 0. */
  firstLike(sketches: Uint8Array, at: number, number: number): number {
    this.#seen.push({ sketches, at });
    for (let half = 0; half < 2; half++) {
      const value = halfOf(sketches, at + half * 4);
      const known = this.#halves[half]!.get(value);
      if (known === undefined) this.#halves[half]!.set(value, number);
      else if (agree(sketches, at, this.#seen[known]!.sketches, this.#seen[known]!.at)) return known;
    }
    return number;
  }
}

const halfOf = (sketches: Uint8Array, at: number): number =>
  sketches[at]! | (sketches[at + 1]! << 8) | (sketches[at + 2]! << 16) | (sketches[at + 3]! << 24);

function agree(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  let same = 0;
  let some = 0;
  for (let i = 0; i < SAMPLES; i++) {
    if (a[atA + i] === b[atB + i]) same++;
    some |= a[atA + i]!;
  }
  return same >= AGREEING && some !== 0;
}
