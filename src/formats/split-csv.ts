/**
 * Rows of a CSV file (RFC 4180: quoted cells may contain commas, quotes and line breaks), each small enough to hold. An
 * unclosed quote costs its row but not the file: at the limit, reading resumes at the next line.
 */
import type { Bytes } from './bytes.ts';
import { MAX_PIECE } from './split.ts';

export interface CsvRow {
  /** The line it begins on, from 1. */
  line: number;
  /** As bytes, since the reader decides whether they are UTF-8. Empty if there is trouble. */
  cells: Buffer[];
  /** `long`: over the limit, or more cells than any table has; `cut`: the file ends within quotes. */
  trouble?: 'long' | 'cut';
}

const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;
const MAX_CELLS = 1_000;

/** The rows of `source`, without blank ones. */
export async function* splitCsv(source: Bytes, limit = MAX_PIECE): AsyncGenerator<CsvRow> {
  const scanner = new Scanner(limit);
  for await (const chunk of source) {
    yield* scanner.read(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  yield* scanner.end();
}

class Scanner {
  readonly #limit: number;
  #cells: Buffer[] = [];
  #parts: Buffer[] = [];
  #length = 0;
  #line = 1;
  #start = 1;
  /** Within quotes; just after a quote within them, which may be the first of two. */
  #quoted = false;
  #maybe = false;
  /** The cell is still empty: a quote here opens it. */
  #fresh = true;
  #isLong = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  *read(buffer: Buffer): Generator<CsvRow> {
    let from = 0;
    const keep = (to: number): void => this.#keep(buffer.subarray(from, to));
    for (let i = 0; i < buffer.length; i++) {
      const byte = buffer[i]!;
      if (byte === NEWLINE) this.#line++;
      if (this.#quoted && !this.#maybe) {
        if (this.#length + i - from > this.#limit) {
          this.#isLong = true;
          this.#quoted = false;
        } else {
          if (byte === QUOTE) {
            keep(i);
            from = i + 1;
            this.#maybe = true;
          }
          continue;
        }
      } else if (this.#maybe) {
        this.#maybe = false;
        // Two quotes are one; it is kept with what follows it.
        if (byte === QUOTE) {
          from = i;
          continue;
        }
        this.#quoted = false;
      }
      if (byte === QUOTE && this.#fresh) {
        from = i + 1;
        this.#quoted = true;
        this.#fresh = false;
      } else if (byte === COMMA) {
        keep(i);
        from = i + 1;
        this.#cell();
      } else if (byte === NEWLINE) {
        keep(i);
        from = i + 1;
        const row = this.#row();
        if (row) yield row;
      } else if (byte > 32) this.#fresh = false;
    }
    keep(buffer.length);
  }

  *end(): Generator<CsvRow> {
    if (this.#quoted && !this.#maybe && !this.#isLong) {
      yield { line: this.#start, cells: [], trouble: 'cut' };
      return;
    }
    const row = this.#row();
    if (row) yield row;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#limit) this.#isLong = true;
    if (this.#isLong) this.#parts = [];
    // A copy: the chunk's memory may be reused.
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  #cell(): void {
    if (this.#cells.length >= MAX_CELLS) this.#isLong = true;
    if (!this.#isLong) this.#cells.push(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#fresh = true;
  }

  #row(): CsvRow | undefined {
    const last = this.#parts.at(-1);
    if (last?.at(-1) === RETURN) this.#parts[this.#parts.length - 1] = last.subarray(0, -1);
    this.#cell();
    const row: CsvRow = { line: this.#start, cells: this.#isLong ? [] : this.#cells };
    if (this.#isLong) row.trouble = 'long';
    this.#cells = [];
    this.#length = 0;
    this.#isLong = false;
    this.#quoted = false;
    this.#maybe = false;
    this.#start = this.#line;
    const isBlank = row.cells.length === 1 && row.cells[0]!.length === 0 && !row.trouble;
    return isBlank ? undefined : row;
  }
}
