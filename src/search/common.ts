/**
 * Postings of common terms by document: a bit for each document and a count of the bits before every 64th of them (a
 * rank directory: G. Jacobson, "Space-efficient Static Trees and Graphs", FOCS 1989). The count gives the posting's
 * place in its list, where all postings of a block take the same number of bits: so an impact is read without
 * unpacking anything. Made from a list when it is first asked for, and kept.
 */
import { popcount } from './arrays.ts';
import { BLOCK, impactAt } from './blocks.ts';
import { addToBits, type PostingList } from './lexicon.ts';
import type { Sections } from './segment.ts';

/** A term is common that one in so many documents has. No document has many of them, so neither has the segment. */
const ONE_IN = 32;

export class CommonList {
  readonly #bits: Uint32Array;
  /** Postings before every 64th document. */
  readonly #ranks: Uint32Array;
  readonly #sections: Sections;
  readonly #first: number;

  constructor(sections: Sections, documents: number, list: PostingList) {
    this.#sections = sections;
    this.#first = list.firstBlock;
    this.#bits = new Uint32Array(((documents + 63) >>> 6) * 2);
    addToBits(sections, list, this.#bits);
    this.#ranks = new Uint32Array(this.#bits.length / 2);
    let count = 0;
    for (let i = 0; i < this.#ranks.length; i++) {
      this.#ranks[i] = count;
      count += popcount(this.#bits[2 * i]!) + popcount(this.#bits[2 * i + 1]!);
    }
  }

  get bytes(): number {
    return this.#bits.byteLength + this.#ranks.byteLength;
  }

  /** The place of a document's posting in the list, or -1. */
  find(document: number): number {
    const word = this.#bits[document >>> 5]!;
    const bit = 1 << (document & 31);
    if ((word & bit) === 0) return -1;
    const before = this.#ranks[document >>> 6]! + popcount(word & (bit - 1));
    return (document & 32) === 0 ? before : before + popcount(this.#bits[(document >>> 5) - 1]!);
  }

  /** The impact of the posting at a place. */
  impact(place: number): number {
    const { words, blockWords, blockMeta } = this.#sections;
    const block = this.#first + (place >>> 7);
    return impactAt(words, blockWords[block]!, blockMeta[block]!, place % BLOCK);
  }
}

/** The common terms of a segment. */
export class CommonLists {
  /** Bytes of memory of those made until now. */
  bytes = 0;
  readonly #sections: Sections;
  readonly #documents: number;
  readonly #made = new Map<number, CommonList>();

  constructor(sections: Sections, documents: number) {
    this.#sections = sections;
    this.#documents = documents;
  }

  has(list: PostingList): boolean {
    return list.blocks > 1 && list.frequency * ONE_IN > this.#documents;
  }

  /** That of a list for which `has` holds. */
  of(list: PostingList): CommonList {
    let made = this.#made.get(list.firstBlock);
    if (made === undefined) {
      made = new CommonList(this.#sections, this.#documents, list);
      this.#made.set(list.firstBlock, made);
      this.bytes += made.bytes;
    }
    return made;
  }
}
