/**
 * Numbers for words, by a hash table of our own: it looks a word up where it stands in its text, while a Map
 * would need a new string for each. A word is known by 64 bits of two hashes alone: that two of a million
 * different words share them has a chance of about 3 in 10^8.
 */
import type { Tokens } from './tokens.ts';

/** Numbers a place takes: the two hashes, the word's number from 1 on (0: free), one spare for alignment. */
const WIDE = 4;

export class WordTable {
  #slots = new Int32Array(WIDE << 15);
  #mask = (1 << 15) - 1;
  #count = 0;

  /** The number of word `index`: from 0 on in the order words are first met. */
  idOf(tokens: Tokens, index: number): number {
    if (tokens.isClean(index)) return this.#find(tokens.folded, tokens.starts[index]!, tokens.ends[index]!);
    const word = tokens.text(index);
    return this.#find(word, 0, word.length);
  }

  #find(text: string, start: number, end: number): number {
    let one = end - start;
    let two = 0x811c9dc5;
    for (let i = start; i < end; i++) {
      const code = text.charCodeAt(i);
      one = (Math.imul(one, 0x01000193) ^ code) | 0;
      two = (Math.imul(two, 0x85ebca6b) + code) | 0;
    }
    const slots = this.#slots;
    const mask = this.#mask;
    let place = (one ^ (one >>> 15)) & mask;
    for (;;) {
      const at = place * WIDE;
      const number = slots[at + 2]!;
      if (number === 0) break;
      if (slots[at] === one && slots[at + 1] === two) return number - 1;
      place = (place + 1) & mask;
    }
    slots[place * WIDE] = one;
    slots[place * WIDE + 1] = two;
    slots[place * WIDE + 2] = ++this.#count;
    if (this.#count * 2 > mask) this.#grow();
    return this.#count - 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(WIDE * (this.#mask + 1));
    for (let at = 0; at < old.length; at += WIDE) {
      if (old[at + 2] === 0) continue;
      const one = old[at]!;
      let place = (one ^ (one >>> 15)) & this.#mask;
      while (this.#slots[place * WIDE + 2] !== 0) place = (place + 1) & this.#mask;
      for (let i = 0; i < 3; i++) this.#slots[place * WIDE + i] = old[at + i]!;
    }
  }
}
