/** Products of vectors. */
import { DOCUMENTS, PLANE, PRODUCTS, QUERY } from '../areas';

/** The six levels of a component and their bounds in a byte of three (vectors.ts), and their greatest multiples. */
const NONE = i8x16.splat(0);
const LEVELS = i8x16(-125, -66, -21, 21, 66, 125, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const SIXES = i8x16(0, 6, 12, 18, 24, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const SQUARES = i8x16(0, 36, 72, 108, <i8>144, <i8>180, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** How many times `by` goes into each byte, up to five times. */
@inline function timesIn(value: v128, by: i32): v128 {
  // A comparison that holds is -1.
  let times = v128.sub<i8>(NONE, v128.ge<u8>(value, i8x16.splat(<i8>by)));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(2 * by))));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(3 * by))));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(4 * by))));
  return v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(5 * by))));
}

/** Adds the products of sixteen components to four sums. */
@inline function addProducts(sum: v128, levels: v128, query: usize): v128 {
  const components = i8x16.swizzle(LEVELS, levels);
  const asked = v128.load(query);
  const low = i16x8.extmul_low_i8x16_s(components, asked);
  const high = i16x8.extmul_high_i8x16_s(components, asked);
  return v128.add<i32>(
    sum,
    v128.add<i32>(i32x4.extadd_pairwise_i16x8_s(low), i32x4.extadd_pairwise_i16x8_s(high)),
  );
}

/**
 * The inner product of the vector packed at `at` (`bytes` of them, three components each) and that at QUERY. Behind the
 * query's components its planes are zeros, so what is read beyond the vector does not count.
 */
@inline function product(at: usize, bytes: usize): i32 {
  if (load<u8>(at) === 0) return 0;
  let sum = NONE;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.sub<i8>(v128.load(at + i), i8x16.splat(1));
    const third = timesIn(value, 36);
    const rest = v128.sub<i8>(value, i8x16.swizzle(SQUARES, third));
    const second = timesIn(rest, 6);
    const first = v128.sub<i8>(rest, i8x16.swizzle(SIXES, second));
    sum = addProducts(sum, first, QUERY + i);
    sum = addProducts(sum, second, QUERY + PLANE + i);
    sum = addProducts(sum, third, QUERY + 2 * PLANE + i);
  }
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}

/** The products of the first `count` documents with the query: their vectors begin at `vectors`, `bytes` each. */
export function products(count: u32, vectors: usize, bytes: usize): void {
  const end: usize = (<usize>count) << 2;
  // A first look at each, so that the processor fetches the next while it waits for one.
  for (let i: usize = 0; i < end; i += 4) {
    const at = vectors + <usize>load<u32>(i, DOCUMENTS) * bytes;
    store<u32>(i, <u32>load<u8>(at) + load<u8>(at + bytes - 1), PRODUCTS);
  }
  for (let i: usize = 0; i < end; i += 4)
    store<i32>(i, product(vectors + <usize>load<u32>(i, DOCUMENTS) * bytes, bytes), PRODUCTS);
}

/** sum += by · row, eight dimensions at a time: `sum` has floats, `row` bytes. */
export function addRow(sum: usize, row: usize, by: f32, dimensions: usize): void {
  const times = f32x4.splat(by);
  for (let k: usize = 0; k < dimensions; k += 8) {
    const eight = v128.load_ext<i8>(row + k);
    const to = sum + (k << 2);
    v128.store(to, v128.add<f32>(v128.load(to), v128.mul<f32>(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), times)));
    v128.store(to, v128.add<f32>(v128.load(to, 16), v128.mul<f32>(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), times)), 16);
  }
}
