/**
 * Postings of common terms by document: a bit for each document and a count of the bits before every 64th of them (a
 * rank directory: G. Jacobson, "Space-efficient Static Trees and Graphs", FOCS 1989). The count gives the posting's
 * place in its list, where all postings of a block take the same number of bits: so an impact is read without
 * unpacking anything. Made from a list when it is first asked for, and kept.
 */
import type { Kernel } from './kernel/kernel.ts';
import type { PostingList } from './lexicon.ts';

/** A term is common that one in so many documents has. No document has many of them, so neither has the segment. */
const ONE_IN = 32;

/** A count and 64 bits: side by side, so that a look-up waits for the memory of one of them only. */
const NUMBERS = 3;
const ENTRY = NUMBERS * 4;

/** The common terms of a segment. */
export class CommonLists {
  /** Bytes of memory of those made until now. */
  bytes = 0;
  readonly #kernel: Kernel;
  readonly #documents: number;
  readonly #made = new Map<number, number>();

  constructor(kernel: Kernel, documents: number) {
    this.#kernel = kernel;
    this.#documents = documents;
  }

  has(list: PostingList): boolean {
    return list.blocks > 1 && list.frequency * ONE_IN > this.#documents;
  }

  /** Where the kernel finds that of a list for which `has` holds; -1 when there was no room for it. */
  of(list: PostingList): number {
    let made = this.#made.get(list.firstBlock);
    if (made === undefined) {
      made = this.#make(list);
      this.#made.set(list.firstBlock, made);
    }
    return made;
  }

  /** Sets the bit of every document of a list, if it is common and there is room for its directory; gives whether it did. */
  addTo(bits: Uint32Array, list: PostingList): boolean {
    const directory = this.has(list) ? this.of(list) : -1;
    if (directory < 0) return false;
    const { buffer } = this.#kernel.content;
    const numbers = new Uint32Array(buffer, directory, Math.ceil(bits.length / 2) * NUMBERS);
    // In an entry, the bits of 64 documents come behind the count.
    for (let i = 0; i < bits.length; i++) bits[i]! |= numbers[(i >>> 1) * NUMBERS + 1 + (i & 1)]!;
    return true;
  }

  #make({ firstBlock, blocks, frequency }: PostingList): number {
    const bytes = ((this.#documents + 63) >>> 6) * ENTRY;
    const directory = this.#kernel.take(bytes);
    if (directory < 0) return -1;
    this.#kernel.loops.makeRanks(firstBlock, blocks, frequency, this.#documents, directory);
    this.bytes += bytes;
    return directory;
  }
}
