/**
 * The order of terms by their UTF-8 bytes. A term's first letters and its number make one exact number (seven
 * bits a letter, 53 in all), which are sorted as such; only terms that begin alike are compared as strings.
 */
export function sortTerms(names: readonly string[]): Uint32Array {
  const count = names.length;
  const idSize = 2 ** Math.ceil(Math.log2(count + 1));
  const letters = Math.floor((53 - Math.log2(idSize)) / 7);
  const packed = new Float64Array(count);
  for (let id = 0; id < count; id++) {
    const name = names[id]!;
    let begin = 0;
    let plain = true;
    for (let i = 0; i < letters; i++) {
      // Beyond ASCII all letters are alike here, and what follows them is left to the comparison.
      const code: number = plain && i < name.length ? Math.min(127, name.charCodeAt(i)) : 0;
      plain &&= code < 127;
      begin = begin * 128 + code;
    }
    packed[id] = begin * idSize + id;
  }
  packed.sort();
  const order = Uint32Array.from(packed, (value) => value % idSize);
  const beginning = (i: number): number => Math.floor(packed[i]! / idSize);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    const same = beginning(from);
    while (to < count && beginning(to) === same) to++;
    if (to - from > 1)
      order.set(
        [...order.subarray(from, to)].sort((a, b) => byBytes(names[a]!, names[b]!)),
        from,
      );
    from = to;
  }
  return order;
}

/** JavaScript's own order, but for surrogate pairs, which UTF-8 puts behind everything else. */
function byBytes(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
