/** The two products the training spends its time in, on row-major Float32Arrays. */

/**
 * `into[i, j]` = row i of `a` · row j of `b`, for `n` rows each of `width`. `n` must be a multiple of 4: four by
 * four sums at a time stay in registers, which is several times as fast as one by one.
 */
export function dots(a: Float32Array, b: Float32Array, into: Float32Array, n: number, width: number): void {
  for (let i = 0; i < n; i += 4) {
    const a0 = i * width;
    const a1 = a0 + width;
    const a2 = a1 + width;
    const a3 = a2 + width;
    for (let j = 0; j < n; j += 2) {
      const b0 = j * width;
      const b1 = b0 + width;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0; k < width; k++) {
        const x = b[b0 + k]!;
        const y = b[b1 + k]!;
        const p = a[a0 + k]!;
        const q = a[a1 + k]!;
        const r = a[a2 + k]!;
        const s = a[a3 + k]!;
        s00 += p * x;
        s01 += p * y;
        s10 += q * x;
        s11 += q * y;
        s20 += r * x;
        s21 += r * y;
        s30 += s * x;
        s31 += s * y;
      }
      const at = i * n + j;
      into[at] = s00;
      into[at + 1] = s01;
      into[at + n] = s10;
      into[at + n + 1] = s11;
      into[at + 2 * n] = s20;
      into[at + 2 * n + 1] = s21;
      into[at + 3 * n] = s30;
      into[at + 3 * n + 1] = s31;
    }
  }
}

/** Adds `times` · (row `from` of `rows`) to row `to` of `into`. `width` must be a multiple of 4. */
export function addRow(
  into: Float32Array,
  to: number,
  rows: Float32Array,
  from: number,
  times: number,
  width: number,
): void {
  let a = to * width;
  let b = from * width;
  for (const end = a + width; a < end; a += 4, b += 4) {
    into[a] = into[a]! + times * rows[b]!;
    into[a + 1] = into[a + 1]! + times * rows[b + 1]!;
    into[a + 2] = into[a + 2]! + times * rows[b + 2]!;
    into[a + 3] = into[a + 3]! + times * rows[b + 3]!;
  }
}
