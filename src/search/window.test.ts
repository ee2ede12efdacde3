/** What a block adds to a window is what its postings are, one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bytes, Numbers } from './arrays.ts';
import { BLOCK, BlockPlaces, impactAt, packBlock, packPlaces } from './blocks.ts';
import { addBlock, clear, groups, keep, kept, sums, touched, WINDOW } from './window.ts';

/** Gaps from none to as wide as 22 bits allow, impacts from all alike to all different. */
const postings = fc
  .record({
    gapBits: fc.integer({ min: 0, max: 15 }),
    impactBits: fc.integer({ min: 0, max: 7 }),
    first: fc.nat(5_000),
    size: fc.integer({ min: 1, max: BLOCK }),
  })
  .chain(({ gapBits, impactBits, first, size }) =>
    fc.record({
      first: fc.constant(first),
      gaps: fc.array(fc.nat((1 << gapBits) - 1), { minLength: size, maxLength: size }),
      impacts: fc.array(
        fc.integer({ min: 1, max: 1 << impactBits }).map((i) => Math.min(i, 127)),
        {
          minLength: size,
          maxLength: size,
        },
      ),
    }),
  );

test('sums, marks and groups of a window are those of its postings', () => {
  fc.assert(
    fc.property(
      postings,
      fc.record({
        start: fc.nat(20_000),
        size: fc.integer({ min: 1, max: WINDOW }),
        weight: fc.integer({ min: 1, max: 1 << 16 }),
        base: fc.nat(1 << 20),
        mark: fc.constantFrom(0, 1),
        own: fc.constantFrom(0, 1, 1 << 29),
      }),
      ({ first, gaps, impacts }, { start, size, weight, base, mark, own }) => {
        const docs = new Uint32Array(gaps.length);
        gaps.forEach((gap, i) => {
          docs[i] = (i === 0 ? first : docs[i - 1]! + 1) + gap;
        });
        const out = new Numbers();
        out.push(7);
        const meta = packBlock(docs, Uint8Array.from(impacts), 0, docs.length, first - 1, out);
        const words = out.taken();
        for (const array of [sums, touched, groups]) array.fill(0);
        sums[0] = 5;
        addBlock(words, 1, docs.length, meta, first - 1, start, size, weight, base, mark, own);
        const expected = new Int32Array(WINDOW);
        const marked = new Int32Array(WINDOW / 32);
        const having = new Int32Array(WINDOW);
        expected[0] = 5;
        docs.forEach((doc, i) => {
          expect(impactAt(words, 1, meta, i)).toBe(impacts[i]);
          if (doc < start || doc >= start + size) return;
          expected[doc - start]! += base + weight * impacts[i]!;
          having[doc - start]! |= own;
          marked[(doc - start) >>> 5]! |= mark << ((doc - start) & 31);
        });
        expect(sums).toEqual(expected);
        expect(groups).toEqual(having);
        expect(touched).toEqual(marked);
      },
    ),
    { numRuns: 500 },
  );
});

test('the marked documents that have enough are kept, and nothing is left behind', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: WINDOW }),
      fc.array(fc.tuple(fc.nat(WINDOW - 1), fc.integer({ min: -3, max: 3 }), fc.boolean()), {
        maxLength: 300,
      }),
      fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constant(-(2 ** 31)), fc.constant(2 ** 31 - 1)),
      fc.boolean(),
      (size, documents, enough, counts) => {
        for (const array of [sums, touched, groups]) array.fill(0);
        const marked = new Set<number>();
        for (const [at, sum, isMarked] of documents) {
          const i = at % size;
          sums[i] = sum;
          groups[i] = 1;
          if (!isMarked) continue;
          touched[i >>> 5]! |= 1 << (i & 31);
          marked.add(i);
        }
        const expected = [...marked].filter((i) => sums[i]! >= enough).sort((a, b) => a - b);
        expect([...kept.subarray(0, keep(size, enough))]).toEqual(expected);
        expect(touched.every((bits) => bits === 0)).toBe(true);
        clear(size, counts);
        expect(sums.every((sum) => sum === 0)).toBe(true);
        expect(groups.some((own) => own !== 0)).toBe(!counts && documents.length > 0);
      },
    ),
  );
});

test('the places of a block are those of its postings', () => {
  const place = fc.nat(4_095);
  fc.assert(
    fc.property(
      fc.array(fc.array(place, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: BLOCK }),
      (lists) => {
        const out = new Bytes();
        packPlaces(
          Uint16Array.from(lists, ({ length }) => length),
          0,
          lists.length,
          Uint16Array.from(lists.flat()),
          0,
          out,
        );
        const all = new BlockPlaces();
        all.unpack(out.taken(), 0, lists.length);
        const into = new Uint16Array(4_096);
        lists.forEach((list, i) => {
          expect([...into.subarray(0, all.copy(i, into))]).toEqual(list);
        });
      },
    ),
  );
});
