/**
 * Splits a BibTeX file into entries, each small enough to hold. Text between entries is a comment. An unclosed entry
 * ends where the next one begins at the start of a line; one that was closed too early continues if a comma and a
 * field's name follow.
 */
import type { Bytes } from './bytes.ts';
import { MAX_PIECE } from './split.ts';

export interface BibEntry {
  /** The line it begins on, from 1. */
  line: number;
  /** `article`, `string`, `comment`, … in lower case. */
  type: string;
  bytes: Buffer;
  /** Why it is incomplete: never closed, closed too early, too long, or the file ends in it. */
  trouble?: 'open' | 'early' | 'long' | 'cut';
}

const AT = 64;
const NEWLINE = 10;
const OPEN = 123;
const CLOSE = 125;
const PAREN = 40;
const PAREN_CLOSE = 41;
const EQUALS = 61;

const isWord = (byte: number): boolean => /\w/.test(String.fromCharCode(byte));

/** Searched in whole lines, because an entry begins on one. */
export async function* splitBibtex(source: Bytes, limit = MAX_PIECE): AsyncGenerator<BibEntry> {
  const scanner = new Scanner(limit);
  for await (const chunk of source) {
    yield* scanner.read(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  yield* scanner.end();
}

class Scanner {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #length = 0;
  #line = 1;
  #start = 1;
  /** Outside an entry; reading `@word`; inside; after its last brace, which may have been one too many. */
  #state: 'out' | 'head' | 'in' | 'behind' = 'out';
  #word = '';
  #depth = 0;
  #paren = false;
  /** Only white space since the line began. */
  #fresh = true;
  /** What follows the last brace so far. */
  #behind = '';
  #isEarly = false;
  #before = 0;
  /** Where in the current line a new `@word{` began inside an open entry, as text so far. */
  #again: string | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  *read(buffer: Buffer): Generator<BibEntry> {
    let from = 0;
    for (let i = 0; i < buffer.length; i++) {
      const byte = buffer[i]!;
      if (this.#state === 'behind') {
        if (!this.#goesOn(byte)) yield this.#entry(this.#isEarly ? 'early' : undefined);
        else if (byte === EQUALS) from = i + 1;
      }
      if (this.#state === 'out') {
        if (byte === AT && !isWord(this.#before)) {
          from = i;
          this.#begin();
        }
      } else if (this.#state === 'head') {
        if (!this.#head(byte)) {
          this.#drop();
          if (byte === AT) {
            from = i;
            this.#begin();
          }
        }
      } else if (this.#state === 'in' && byte !== EQUALS) {
        const closed = this.#inside(byte);
        if (this.#again?.endsWith('{')) {
          // Abandon the open entry and start the new one, whose head has just been read.
          const head = Buffer.from(this.#again);
          const word = this.#again.slice(1, -1).trim();
          this.#keep(buffer.subarray(from, i + 1));
          yield this.#entry('open', head.length);
          this.#begin();
          this.#word = word;
          this.#state = 'in';
          this.#depth = 1;
          this.#paren = false;
          this.#keep(head);
          from = i + 1;
        } else if (closed) {
          this.#keep(buffer.subarray(from, i + 1));
          this.#state = 'behind';
          this.#behind = '';
        }
      }
      this.#before = byte;
      if (byte === NEWLINE) {
        this.#line++;
        this.#fresh = true;
      } else if (byte > 32) this.#fresh = false;
    }
    if (this.#state === 'head' || this.#state === 'in') this.#keep(buffer.subarray(from));
  }

  *end(): Generator<BibEntry> {
    if (this.#state === 'in') yield this.#entry('cut');
    else if (this.#state === 'behind') yield this.#entry(this.#isEarly ? 'early' : undefined);
  }

  #begin(): void {
    this.#state = 'head';
    this.#word = '';
    this.#start = this.#line;
    this.#again = null;
    this.#isEarly = false;
    this.#parts = [];
    this.#length = 0;
  }

  #drop(): void {
    this.#state = 'out';
    this.#parts = [];
    this.#length = 0;
  }

  /** Whether `byte` can continue `@word {`. An `@` in an email address in a comment cannot. */
  #head(byte: number): boolean {
    if ((byte === OPEN || byte === PAREN) && this.#word !== '') {
      this.#state = 'in';
      this.#paren = byte === PAREN;
      this.#depth = 1;
      return true;
    }
    if (byte <= 32) return true;
    const isApart = this.#word !== '' && this.#before <= 32;
    this.#word += String.fromCharCode(byte);
    return !isApart && this.#word.length < 40 && /^[a-z][\w-]*$/i.test(this.#word);
  }

  /**
   * Whether `byte` can continue `, name =` after the last brace. At the equals sign the entry continues: that brace was
   * one too many, as in `title = {A} B}, year = 2020}`.
   */
  #goesOn(byte: number): boolean {
    this.#behind += String.fromCharCode(byte);
    if (!/^\s*(?:,\s*(?:[a-z][\w-]*\s*=?)?)?$/i.test(this.#behind) || this.#behind.length > 200) return false;
    if (byte === EQUALS) {
      this.#isEarly = true;
      this.#state = 'in';
      this.#depth = 1;
      this.#keep(Buffer.from(this.#behind));
    }
    return true;
  }

  /** Whether `byte` closes the entry. Braces count as BibTeX counts them, escaped or not. */
  #inside(byte: number): boolean {
    this.#watch(byte);
    if (byte === OPEN) this.#depth++;
    else if (byte === CLOSE && this.#depth > (this.#paren ? 1 : 0)) this.#depth--;
    else if (byte === PAREN_CLOSE && this.#paren && this.#depth === 1) this.#depth = 0;
    return this.#depth === 0;
  }

  /** Matches `@word {` at the start of a line, which no field contains. */
  #watch(byte: number): void {
    if (this.#again === null) {
      if (byte === AT && this.#fresh) this.#again = '@';
      return;
    }
    this.#again += String.fromCharCode(byte);
    if (this.#again.length > 40 || !/^@(?:[a-z]+[ \t]*\{?)?$/i.test(this.#again)) this.#again = null;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#limit) this.#parts = [];
    else this.#parts.push(Buffer.from(part));
  }

  #entry(trouble?: BibEntry['trouble'], without = 0): BibEntry {
    const long = this.#length > this.#limit;
    const bytes = long ? Buffer.alloc(0) : Buffer.concat(this.#parts);
    const entry: BibEntry = {
      line: this.#start,
      type: this.#word.toLowerCase(),
      bytes: bytes.subarray(0, Math.max(0, bytes.length - without)),
    };
    if (trouble ?? long) entry.trouble = trouble ?? 'long';
    this.#drop();
    return entry;
  }
}
