/**
 * A cached page as readers who are signed in get it: its bytes between the slots, compressed once, with what is in most
 * slots for most readers. A reader's page is put together from these, and only what is theirs alone is added; what is
 * kept never contains any of that.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Block, blockNow, blockSoon, gzipOf, type Pieces, plainBlock } from './blocks.ts';
import { type Common, common, cutSlots, type Filling } from './slots.ts';

/**
 * Bytes that are compressed together, at least. What is alike within two of these is found, so more compress better;
 * with fewer, more readers have the same ones.
 */
const RUN = 16 * 1024;
/** No more bytes than these are compressed while others wait. */
const AT_ONCE = 64 * 1024;
/** A reader's own text is compressed above this. */
const WORTH = 1024;
/** Compressed runs that are kept with a page: those of as many readers, if none had any like another's. */
const VARIANTS = 8;
/** Memory of the objects around a run and in it. */
const AROUND = 600;

/** Compressed runs of all pages by their text: when a vote changes a page, most of it is as before. */
const MEMORY = 16 * 1024 * 1024;
const kept = new LRUCache<string, Block>({
  maxSize: MEMORY,
  sizeCalculation: ({ bytes }) => bytes.length + 200,
});

/** A place in a page, reached with certain contents of the slots since the run began. */
class Place {
  readonly next = new Map<Common, Place>();
  /** The run that ends here, by the end of the run before it: `START` if there is none. */
  readonly runs = new Map<Place, Block | Promise<Block>>();
}
const START = new Place();

/** A run, and the bytes before it if they are known. */
interface Run {
  text: Buffer;
  before: Buffer | null;
}

export class CutPage {
  readonly slots: readonly { name: string; content: Common }[];
  readonly #pieces: readonly Buffer[];
  /** The slots that end a run. */
  readonly #ends: readonly boolean[];
  /** By the number of the piece with which a run begins. */
  #places: Place[] = [];
  /** Memory that its runs take, bytes; and the most they may take. */
  #held = 0;
  readonly #most: number;
  readonly #grew: (more: number) => void;

  /** @param grew is told when it takes more memory, or less */
  constructor(page: string, grew: (more: number) => void = () => {}) {
    this.#grew = grew;
    const { pieces, slots } = cutSlots(page);
    this.slots = slots.map(({ name, content }) => ({ name, content: common(content) }));
    this.#pieces = pieces.map((piece) => Buffer.from(piece));
    let length = 0;
    this.#ends = slots.map(({ content }, i) => {
      length += this.#pieces[i]!.length + content.length;
      const isEnd = length >= RUN;
      if (isEnd) length = 0;
      return isEnd;
    });
    this.#most = VARIANTS * page.length;
  }

  /** Memory it takes, bytes. */
  get bytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length + AROUND, this.#held);
  }

  /** Puts what slots hold into the order of the page; those that are missing stay as they are. */
  inOrder(filled: ReadonlyMap<string, Filling>): Filling[] {
    return this.slots.map(({ name, content }) => filled.get(name) ?? content);
  }

  /** The page, uncompressed. @param fillings of its slots, in their order */
  plain(fillings: readonly Filling[]): Buffer {
    return this.#text(0, this.slots.length, fillings, false);
  }

  /** The page as a gzip file; null: too much of it has not been compressed yet, see `gzipSoon`. */
  gzip(fillings: readonly Filling[]): Pieces | null {
    let most = AT_ONCE;
    const blocks = this.#blocks(fillings, ({ text, before }) => {
      most -= text.length;
      return most < 0 ? null : blockNow(text, before);
    });
    return (
      blocks && (blocks.every((block) => !(block instanceof Promise)) ? gzipOf(blocks as Block[]) : null)
    );
  }

  /** The page as a gzip file, compressed in other threads as far as it has not been yet. */
  async gzipSoon(fillings: readonly Filling[]): Promise<Pieces> {
    const blocks = this.#blocks(fillings, ({ text, before }) => blockSoon(text, before));
    return gzipOf(await Promise.all(blocks!));
  }

  /** The page in blocks. @param make compresses a run that is not kept; null: it cannot, and there are no blocks */
  #blocks(
    fillings: readonly Filling[],
    make: (run: Run) => Block | Promise<Block> | null,
  ): (Block | Promise<Block>)[] | null {
    if (this.#held > this.#most) {
      this.#places = [];
      this.#grow(-this.#held);
    }
    const blocks: (Block | Promise<Block>)[] = [];
    const last = this.slots.length;
    let start = 0;
    let before = START;
    let beforeStart = 0;
    let place = this.#placeAt(0);
    for (let i = 0; i <= last; i++) {
      const filling = i < last ? fillings[i]! : '';
      const isCommon = typeof filling !== 'string';
      if (isCommon) {
        let next = place.next.get(filling);
        if (next === undefined) {
          next = new Place();
          place.next.set(filling, next);
        }
        place = next;
        if (!this.#ends[i]) continue;
      }
      let block = place.runs.get(before);
      if (block === undefined) {
        const made = this.#compress(
          {
            text: this.#text(start, i, fillings, isCommon),
            before: before === START ? null : this.#text(beforeStart, start - 1, fillings, true),
          },
          make,
        );
        if (made === null) return null;
        block = made;
        this.#keep(place, before, made);
      }
      blocks.push(block);
      before = isCommon ? place : START;
      if (filling !== '' && !isCommon) blocks.push(ownBlock(filling));
      beforeStart = start;
      start = i + 1;
      if (i < last) place = this.#placeAt(start);
    }
    return blocks;
  }

  #placeAt(piece: number): Place {
    let place = this.#places[piece];
    if (place === undefined) {
      place = new Place();
      this.#places[piece] = place;
    }
    return place;
  }

  /** From a piece to another, with the slots between them. @param andSlot also with the slot after the last */
  #text(from: number, to: number, fillings: readonly Filling[], andSlot: boolean): Buffer {
    const parts: Buffer[] = [];
    for (let i = from; i <= to; i++) {
      parts.push(this.#pieces[i]!);
      if (i === to && !andSlot) break;
      const filling = fillings[i]!;
      parts.push(Buffer.from(typeof filling === 'string' ? filling : filling.html));
    }
    return Buffer.concat(parts);
  }

  #compress(run: Run, make: (run: Run) => Block | Promise<Block> | null): Block | Promise<Block> | null {
    const { text, before } = run;
    const name = `${before?.length ?? 0} ${hash('sha1', before ? Buffer.concat([before, text]) : text, 'base64')}`;
    const known = kept.get(name);
    if (known) return known;
    const made = make(run);
    if (made === null) return null;
    if (!(made instanceof Promise)) {
      kept.set(name, made);
      return made;
    }
    return made.then((block) => {
      kept.set(name, block);
      return block;
    });
  }

  #grow(more: number): void {
    this.#held += more;
    this.#grew(more);
  }

  #keep(place: Place, before: Place, made: Block | Promise<Block>): void {
    place.runs.set(before, made);
    if (!(made instanceof Promise)) {
      this.#grow(made.bytes.length + AROUND);
      return;
    }
    made.then(
      (block) => {
        place.runs.set(before, block);
        this.#grow(block.bytes.length + AROUND);
      },
      () => place.runs.delete(before),
    );
  }
}

/** What is in the slot of one reader is compressed for each response. */
function ownBlock(html: string): Block {
  const text = Buffer.from(html);
  return text.length < WORTH ? plainBlock(text) : blockNow(text, null);
}
