/**
 * A stream of bytes split into pieces, each small enough to hold: lines, and the values of a JSON document. A piece
 * over the limit is reported by number and skipped without being held.
 */
import type { Bytes } from './bytes.ts';

/** The longest piece that is held in memory. */
export const MAX_PIECE = 16 * 1024 * 1024;

/** `bytes` is null for a piece that was too long. `number` counts from 1. */
export interface Piece {
  number: number;
  bytes: Buffer | null;
}

const NEWLINE = 10;
/** A space, and every control character. */
const BLANK = 32;

/** Lines that contain more than white space, numbered as in an editor. */
export async function* splitLines(source: Bytes, limit = MAX_PIECE): AsyncGenerator<Piece> {
  const held = new Held(limit);
  let number = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    while (from < buffer.length) {
      let at = from;
      // Blank lines are only counted: 3 MB of gzip can unpack to three billion of them.
      for (; held.empty && at < buffer.length && buffer[at]! <= BLANK; at++) {
        if (buffer[at] !== NEWLINE) continue;
        number++;
        from = at + 1;
      }
      const end = buffer.indexOf(NEWLINE, at);
      if (end < 0) break;
      const bytes = held.take(buffer.subarray(from, end));
      number++;
      if (!isBlank(bytes)) yield { number, bytes };
      from = end + 1;
    }
    held.add(buffer.subarray(from));
  }
  if (held.empty) return;
  const bytes = held.take();
  if (!isBlank(bytes)) yield { number: number + 1, bytes };
}

/** A line too long to hold counts as text. */
const isBlank = (bytes: Buffer | null): boolean => bytes?.every((byte) => byte <= BLANK) ?? false;

/** Parts of a piece that spans chunks, up to a limit. */
class Held {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get empty(): boolean {
    return this.#length === 0;
  }

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#limit) this.#parts = [];
    // A copy: the chunk's memory may be reused, and a small tail would keep all of it alive.
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  take(last?: Buffer): Buffer | null {
    if (last && this.#length === 0) return last.length > this.#limit ? null : last;
    if (last) this.add(last);
    const whole = this.#length > this.#limit ? null : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return whole;
  }
}

/** What else was learned about a JSON document. */
export interface Ending {
  /** It ended inside a value or before the array was closed. */
  cut: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * The elements of a top-level array, or the values of a document that is not an array, one after another. Only strings
 * and brackets are understood; the parser decides whether a piece is JSON.
 */
export async function* splitValues(source: Bytes, ending: Ending, limit = MAX_PIECE): AsyncGenerator<Piece> {
  const held = new Held(limit);
  let number = 0;
  let base = -1;
  let depth = 0;
  let quoted = false;
  let escaped = false;
  // Whether the current piece has anything but white space.
  let filled = false;
  const piece = (last: Buffer): Piece => ({ number: ++number, bytes: held.take(last) });
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let i = 0; i < buffer.length; i++) {
      const byte = buffer[i]!;
      if (quoted) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) quoted = false;
        continue;
      }
      if (byte <= 32) continue;
      if (base < 0) {
        base = byte === OPEN_ARRAY ? 1 : 0;
        if (base === 1) {
          depth = 1;
          from = i + 1;
          continue;
        }
      }
      if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && depth > 0) {
        depth--;
        if (depth < base || (base === 0 && depth === 0)) {
          const end = base === 0 ? i + 1 : i;
          if (filled) yield piece(buffer.subarray(from, end));
          else held.take();
          from = i + 1;
          filled = false;
          // After an array, anything that follows is a document of its own.
          if (base === 1) base = -1;
          continue;
        }
      } else if (byte === COMMA && depth === base) {
        yield piece(buffer.subarray(from, i));
        from = i + 1;
        filled = false;
        continue;
      }
      filled = true;
    }
    held.add(buffer.subarray(from));
  }
  ending.cut = base === 1 || depth > 0 || quoted;
  if (filled && !ending.cut) yield piece(Buffer.alloc(0));
}
