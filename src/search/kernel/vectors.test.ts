/** What the kernel's loops do with vectors is what plain loops over their levels do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS, ONE, packedBytes, packVector } from '../vectors.ts';
import { kernelOf } from './kernel.fixture.ts';
import { Kernel, MOST_DIMENSIONS } from './kernel.ts';

describe('vectors', () => {
  test('a product is that of the levels and the query', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }).chain((dimensions) =>
          fc.tuple(
            ...[0, 1].map(() =>
              fc.array(fc.integer({ min: -127, max: 127 }), {
                minLength: dimensions,
                maxLength: dimensions,
              }),
            ),
          ),
        ),
        ([components, asked]) => {
          const vector = Int8Array.from(components!);
          const packed = new Uint8Array(packedBytes(vector.length));
          packVector(vector, packed, 0);
          const kernel = kernelOf(packed);
          kernel.ask(Int8Array.from(asked!));
          const levels = LEVELS.map((level) => Math.round(level * ONE));
          let expected = 0;
          for (let k = 0; k < vector.length; k++) {
            const value = packed[Math.floor(k / 3)]! - 1;
            if (value >= 0) expected += levels[Math.floor(value / 6 ** (k % 3)) % 6]! * asked![k]!;
          }
          kernel.documents[0] = 0;
          kernel.loops.products(1, kernel.content.byteOffset, packed.length);
          expect(kernel.products[0]).toBe(expected);
        },
      ),
    );
  });

  test('one of more dimensions than there is room for is refused', () => {
    const kernel = new Kernel(0);
    kernel.ask(new Int8Array(MOST_DIMENSIONS).fill(1));
    expect(kernel.found.every((value) => value === 0)).toBe(true);
    expect(() => kernel.ask(new Int8Array(MOST_DIMENSIONS + 1))).toThrow('dimensions');
  });

  test('a row is added as often as it is told', () => {
    const rows = Int8Array.from({ length: 16 }, (_, k) => (k % 2 === 0 ? -1 : 1) * k * 8);
    const kernel = kernelOf(new Uint8Array(rows.buffer), 64);
    const sumAt = kernel.take(64);
    const sum = new Float32Array(kernel.content.buffer, sumAt, 16);
    kernel.loops.addRow(sumAt, kernel.content.byteOffset, 0.5, 16);
    kernel.loops.addRow(sumAt, kernel.content.byteOffset, 2, 16);
    expect([...sum]).toEqual([...rows].map((value) => 2.5 * value));
  });
});
