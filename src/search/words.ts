/**
 * What is known of words, by a hash table of our own: a Map would need a new string for each word that is looked up. A
 * word is known by the 64 bits of its two hashes (tokens.ts) alone: that two of a million different words share them
 * has a chance of about 3 in 10^8.
 */

// What stands side by side in a slot, which is half a line of the processor's cache.
const WIDE = 8;
const ONE = 0;
const TWO = 1;
const TAKEN = 2;
/** What dictionary.ts knows of it: as a word of a text, as an exact form and as a name; -1: nothing so far. */
export const AS_WORD = 3;
export const AS_FORM = 4;
export const AS_NAME = 5;

export class WordTable {
  /** Replaced when the table grows. */
  slots = new Int32Array(WIDE << 15);
  #mask = (1 << 15) - 1;
  #count = 0;

  /** Where in `slots` a word is, until the next call. */
  at(one: number, two: number): number {
    const slots = this.slots;
    const mask = this.#mask;
    for (let place = (one ^ (one >>> 15)) & mask; ; place = (place + 1) & mask) {
      const at = place * WIDE;
      if (slots[at + TAKEN] === 0) return this.#add(one, two, at);
      if (slots[at + ONE] === one && slots[at + TWO] === two) return at;
    }
  }

  #add(one: number, two: number, free: number): number {
    let at = free;
    if (++this.#count * 2 > this.#mask) {
      this.#grow();
      at = this.#freeFor(one);
    }
    this.slots[at + ONE] = one;
    this.slots[at + TWO] = two;
    this.slots[at + TAKEN] = 1;
    this.slots.fill(-1, at + AS_WORD, at + WIDE);
    return at;
  }

  #freeFor(one: number): number {
    let place = (one ^ (one >>> 15)) & this.#mask;
    while (this.slots[place * WIDE + TAKEN] !== 0) place = (place + 1) & this.#mask;
    return place * WIDE;
  }

  #grow(): void {
    const old = this.slots;
    this.#mask = this.#mask * 2 + 1;
    this.slots = new Int32Array(WIDE * (this.#mask + 1));
    for (let from = 0; from < old.length; from += WIDE) {
      if (old[from + TAKEN] === 0) continue;
      const at = this.#freeFor(old[from + ONE]!);
      for (let i = 0; i < WIDE; i++) this.slots[at + i] = old[from + i]!;
    }
  }
}
