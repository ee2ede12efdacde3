/**
 * Numbers for words, by a hash table of our own: it looks a word up where it stands in its text, while a Map
 * would need a new string for each, which was a quarter of the time of a rebuild.
 */
import type { Tokens } from './tokens.ts';

export class WordTable {
  /** Numbers from 1 on; 0 is a free place. Its size is a power of two. */
  #slots = new Int32Array(1 << 15);
  #hashes = new Int32Array(1 << 14);
  /** Word n is `#letters[#starts[n] .. #starts[n + 1])`, in UTF-16. */
  #starts = new Uint32Array((1 << 14) + 1);
  #letters = new Uint16Array(1 << 17);
  #count = 0;

  /** The number of word `index`: from 0 on in the order words are first met. */
  idOf(tokens: Tokens, index: number): number {
    if (tokens.isClean(index)) return this.#find(tokens.folded, tokens.starts[index]!, tokens.ends[index]!);
    const word = tokens.text(index);
    return this.#find(word, 0, word.length);
  }

  #find(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 0x01000193) ^ text.charCodeAt(i)) | 0;
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    let place = hash & mask;
    for (; this.#slots[place] !== 0; place = (place + 1) & mask) {
      const id = this.#slots[place]! - 1;
      if (this.#hashes[id] === hash && this.#isAt(id, text, start, end)) return id;
    }
    this.#slots[place] = this.#count + 1;
    return this.#add(text, start, end, hash);
  }

  #isAt(id: number, text: string, start: number, end: number): boolean {
    const from = this.#starts[id]!;
    if (this.#starts[id + 1]! - from !== end - start) return false;
    for (let i = start; i < end; i++)
      if (this.#letters[from + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }

  #add(text: string, start: number, end: number, hash: number): number {
    const id = this.#count++;
    const from = this.#starts[id]!;
    const to = from + end - start;
    while (to > this.#letters.length) {
      const letters = new Uint16Array(this.#letters.length * 2);
      letters.set(this.#letters);
      this.#letters = letters;
    }
    for (let i = start; i < end; i++) this.#letters[from + i - start] = text.charCodeAt(i);
    this.#starts[id + 1] = to;
    this.#hashes[id] = hash;
    if (this.#count === this.#hashes.length) this.#grow();
    return id;
  }

  #grow(): void {
    const size = this.#hashes.length * 2;
    const hashes = new Int32Array(size);
    const starts = new Uint32Array(size + 1);
    hashes.set(this.#hashes);
    starts.set(this.#starts);
    this.#hashes = hashes;
    this.#starts = starts;
    this.#slots = new Int32Array(size * 2);
    const mask = this.#slots.length - 1;
    for (let id = 0; id < this.#count; id++) {
      let place = hashes[id]! & mask;
      while (this.#slots[place] !== 0) place = (place + 1) & mask;
      this.#slots[place] = id + 1;
    }
  }
}
