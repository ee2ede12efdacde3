/** Typed arrays that grow, and what else is done with arrays and numbers all over the room. */

/** A growing list of 32 bit numbers. */
export class Numbers {
  list: Uint32Array;
  length = 0;
  constructor(size = 1024) {
    this.list = new Uint32Array(size);
  }
  push(value: number): void {
    if (this.length === this.list.length) this.reserve(1);
    this.list[this.length++] = value;
  }
  /** Makes room for `more` further numbers. */
  reserve(more: number): void {
    if (this.length + more <= this.list.length) return;
    const grown = new Uint32Array(Math.max(this.list.length * 2, this.length + more));
    grown.set(this.list.subarray(0, this.length));
    this.list = grown;
  }
  /** Just the numbers in it, for who adds no more. */
  taken(): Uint32Array {
    return this.list.subarray(0, this.length);
  }
}

/** A growing list of bytes. */
export class Bytes {
  list: Uint8Array;
  length = 0;
  constructor(size = 4096) {
    this.list = new Uint8Array(size);
  }
  push(value: number): void {
    if (this.length === this.list.length) this.reserve(1);
    this.list[this.length++] = value;
  }
  pushAll(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.reserve(to - from);
    for (let i = from; i < to; i++) this.list[this.length++] = bytes[i]!;
  }
  /** Seven bits a byte, the lowest first; the top bit says that more follow. */
  varint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.push((rest & 127) | 128);
      rest >>>= 7;
    }
    this.push(rest);
  }
  reserve(more: number): void {
    if (this.length + more <= this.list.length) return;
    const grown = new Uint8Array(Math.max(this.list.length * 2, this.length + more));
    grown.set(this.list.subarray(0, this.length));
    this.list = grown;
  }
  /** Just the bytes in it, for who adds no more. */
  taken(): Uint8Array {
    return this.list.subarray(0, this.length);
  }
}

/**
 * The same as `map`. What that gives is an array of another kind once V8 has compiled the call (holey, not packed), and
 * all compiled code that goes through such arrays is thrown away when it meets the first: that of most of a search.
 */
export function mapped<T, R>(list: readonly T[], by: (item: T, i: number) => R): R[] {
  const all: R[] = [];
  for (let i = 0; i < list.length; i++) all.push(by(list[i]!, i));
  return all;
}

/** How many bits `value` takes. */
export const bitsOf = (value: number): number => 32 - Math.clz32(value);

/** Bits set in a 32 bit number (Warren, Hacker's Delight, 2nd edition, figure 5-2). */
export function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** The first place in an ascending list that is not before `value`. */
export function lowerBound(list: Uint32Array, value: number, from = 0, to = list.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
