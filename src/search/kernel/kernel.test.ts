/** What the kernel's loops do is what plain loops over plain postings do. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../../bench/random.ts';
import { compileKernel } from '../../../scripts/kernel.mjs';
import { Bytes } from '../arrays.ts';
import { packPlaces } from '../blocks.ts';
import { CANDIDATE_NUMBERS, ONLY_THERE, SOME, STEP, WINDOW } from './areas.ts';
import { kernelOf, kernelOfPostings, type Posting } from './kernel.fixture.ts';
import { Kernel } from './kernel.ts';

test('bytes.ts is what assembly/ compiles to', async () => {
  expect(readFileSync('src/search/kernel/bytes.ts', 'utf8')).toBe(await compileKernel());
});

/** Gaps from none to wide, impacts from all alike to all different, up to three blocks and more. */
const lists = fc
  .record({
    gapBits: fc.integer({ min: 0, max: 12 }),
    impactBits: fc.integer({ min: 0, max: 7 }),
    first: fc.nat(5_000),
    size: fc.integer({ min: 1, max: 400 }),
    seed: fc.nat(),
  })
  .map(({ gapBits, impactBits, first, size, seed }): Posting[] => {
    let state = seed | 1;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    let doc = first - 1;
    return Array.from({ length: size }, () => {
      doc += 1 + below(1 << gapBits);
      return { doc, impact: 1 + Math.min(126, below(1 << impactBits)) };
    });
  });
const windows = fc.record({
  start: fc.nat(600).map((words) => words * 32),
  size: fc.integer({ min: 1, max: WINDOW }),
});
const within = ({ start, size }: { start: number; size: number }, { doc }: Posting): boolean =>
  doc >= start && doc < start + size;

describe('a window', () => {
  test('has the sums and groups of its postings, but for blocks that give too little', () => {
    fc.assert(
      fc.property(
        ...[lists, windows, fc.integer({ min: 1, max: 1 << 16 }), fc.nat(1 << 20)],
        ...[fc.constantFrom(0, 1, 1 << 29), fc.nat(130)],
        (postings, window, weight, base, own, leastImpact) => {
          const { kernel, blocks } = kernelOfPostings(postings);
          const { start, size } = window;
          const least = base + weight * leastImpact;
          // A cursor enters at the first block that reaches into the window.
          let block = 0;
          while (block < blocks - 1 && postings[(block + 1) * 128 - 1]!.doc < start) block++;
          kernel.sums[0] = 5;
          kernel.loops.scatter(0, block, blocks, postings.length, start, size, weight, base, least, own);
          const sums = new Int32Array(WINDOW);
          const groups = new Int32Array(WINDOW);
          sums[0] = 5;
          postings.forEach((posting, i) => {
            const from = i - (i % 128);
            const most = Math.max(...postings.slice(from, from + 128).map(({ impact }) => impact));
            if (!within(window, posting) || base + weight * most < least) return;
            const place = posting.doc - start;
            sums[place]! += base + weight * posting.impact;
            groups[place]! |= own;
          });
          expect(kernel.sums).toEqual(sums);
          expect(kernel.groups).toEqual(groups);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('keeps the documents that have enough, then those that have enough still; and is cleared', () => {
    const sum = fc.integer({ min: -3, max: 3 });
    const enough = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
    fc.assert(
      fc.property(
        ...[fc.integer({ min: 1, max: WINDOW }), enough, enough, fc.nat(3), fc.nat(7), fc.boolean()],
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(WINDOW - 1), sum, fc.nat(7)), { maxLength: 300 }),
        (size, first, second, needed, others, counts, isFiltered, documents) => {
          const kernel = new Kernel(0);
          const { sums, groups, kept, loops } = kernel;
          const met = new Set<number>();
          for (const [at, value, own] of documents) {
            const place = at % size;
            sums[place] = value;
            groups[place] = own;
            met.add(place);
          }
          // Every third is allowed.
          for (let i = 0; i < WINDOW; i += 3) kernel.allowed[i >>> 5]! |= 1 << (i & 31);
          const some = [...met]
            .filter((i) => sums[i]! > 0 && sums[i]! >= first && (!isFiltered || i % 3 === 0))
            .sort((a, b) => a - b);
          const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;
          const able = some.filter((i) => bits(groups[i]! | others) >= needed);
          const ableCount = loops.keep(size, first, isFiltered, others, needed);
          expect([...kept.subarray(0, ableCount)]).toEqual(able);
          const count = loops.keep(size, first, isFiltered, others, 0);
          expect([...kept.subarray(0, count)]).toEqual(some);
          const still = able.filter((i) => sums[i]! >= second);
          expect([...kept.subarray(0, loops.keepOn(count, second, others, needed))]).toEqual(still);
          loops.clear(size, counts);
          expect(sums.every((value) => value === 0)).toBe(true);
          if (counts) expect(groups.every((own) => own === 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('of many that are kept, the best are kept with some that are nearly as good', () => {
  const value = fc.oneof(fc.nat(40), fc.nat(2 ** 30));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.nat(7)), { minLength: 1, maxLength: 400 }),
      ...[fc.integer({ min: 1, max: 80 }), fc.nat(3), fc.nat(3)],
      (documents, wanted, must, needed) => {
        const { sums, groups, kept, loops } = new Kernel(0);
        documents.forEach(([sum, own], i) => {
          sums[3 * i] = sum;
          groups[3 * i] = own;
          kept[i] = 3 * i;
        });
        const bits = (own: number): number => own.toString(2).replaceAll('0', '').length;
        const able = documents.flatMap(([sum, own], i) =>
          (own & must) === must && bits(own) >= needed ? [{ place: 3 * i, sum }] : [],
        );
        const [least, ...others] = able.map(({ sum }) => sum).sort((a, b) => a - b);
        const best = [least ?? 0, ...others].reverse();
        const count = loops.keepBest(documents.length, wanted, must, needed);
        const found = [...kept.subarray(0, count)];
        const isKept = new Set(found);
        expect(found).toEqual(able.map(({ place }) => place).filter((place) => isKept.has(place)));
        // None is left out that is as good as one of the best, and all that are in are nearly so good.
        const last = best[wanted - 1] ?? 0;
        const step = Math.max(1, (best[0]! - (least ?? 0)) / 128);
        for (const { place, sum } of able) {
          if (sum >= last) expect(isKept.has(place)).toBe(true);
          if (able.length > wanted && isKept.has(place)) expect(sum).toBeGreaterThan(last - step);
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** A kernel over a list, with its rank directory. */
const made = (postings: readonly Posting[]) => {
  // More than there are, as in a segment whose last documents do not have the word.
  const documents = postings.at(-1)!.doc + 6_000;
  const words = (documents + 63) >>> 6;
  const { kernel, blocks } = kernelOfPostings(postings, words * 12);
  const directory = kernel.take(words * 12);
  kernel.loops.makeRanks(0, blocks, postings.length, documents, directory);
  return { kernel, blocks, directory, documents };
};

describe('a rank directory', () => {
  test('tells of every document its posting and impact', () => {
    fc.assert(
      fc.property(lists, (postings) => {
        const { kernel, directory, documents } = made(postings);
        const places = new Map(postings.map(({ doc }, i) => [doc, i]));
        for (let doc = 0; doc < documents; doc += 1 + (doc % 7)) {
          const place = kernel.loops.rankOf(doc, directory);
          expect(place).toBe(places.get(doc) ?? -1);
          if (place >= 0) expect(kernel.loops.impactAt(0, place)).toBe(postings[place]!.impact);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('adds to kept documents what the list gives them, and narrows down candidates', () => {
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 100 }), fc.nat(100), (postings, weight, enough) => {
        const { kernel, blocks, directory } = made(postings);
        const { kept, sums, groups, found, loops } = kernel;
        const candidates = (count: number): number[][] =>
          Array.from({ length: count }, (_, i) => {
            const candidate = found[CANDIDATE_NUMBERS * i]!;
            return [candidate & 0xffff, candidate >>> 16];
          });
        const window = { start: Math.floor(postings[0]!.doc / 32) * 32, size: WINDOW };
        const { start, size } = window;
        const inside = postings.filter((posting) => within(window, posting));
        const impacts = new Map(inside.map(({ doc, impact }) => [doc - start, impact]));
        const last = Math.min(size, postings.at(-1)!.doc + 1 - start);
        let count = 0;
        for (let place = 0; place < last; place += 3) kept[count++] = place;
        loops.look(count, 0, directory, start, weight, 7, 4);
        for (let i = 0; i < count; i++) {
          const impact = impacts.get(kept[i]!);
          expect(sums[kept[i]!]).toBe(impact === undefined ? 0 : 7 + weight * impact);
          expect(groups[kept[i]!]).toBe(impact === undefined ? 0 : 4);
        }
        const strong = inside.filter(({ impact }) => impact >= enough);
        const first = loops.find(0, 0, blocks, postings.length, start, size, enough);
        expect(candidates(first)).toEqual(strong.map(({ doc, impact }) => [doc - start, impact]));
        const ranks = (count: number): number[] =>
          Array.from({ length: count }, (_, i) => found[CANDIDATE_NUMBERS * i + 1]!);
        expect(ranks(first).map((rank) => postings[rank])).toEqual(strong);
        // Every document of the window, each with an impact of fifty.
        for (let place = 0; place < last; place++)
          found.set([place | (50 << 16), place + 1_000], CANDIDATE_NUMBERS * place);
        const left = loops.narrow(last, 0, directory, start, enough);
        expect(candidates(left)).toEqual(
          strong.map(({ doc, impact }) => [doc - start, Math.min(50, impact)]),
        );
        // What they are in the list of the rarest word stays with them.
        expect(ranks(left)).toEqual(strong.map(({ doc }) => doc - start + 1_000));
      }),
      { numRuns: 100 },
    );
  });
});

test('of candidates for a phrase, those are left in which its words stand in their places', () => {
  const shifts = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 3 }).map((others) => [0, ...others]);
  fc.assert(
    fc.property(shifts, fc.integer({ min: 1, max: 300 }), fc.nat(), (steps, documents, seed) => {
      const chance = random(seed);
      // Nearly all documents have a word, at a few of twelve places.
      const words = steps.map(() =>
        Array.from({ length: documents }, () => {
          if (chance.next() < 0.1) return [];
          const all = Array.from({ length: 12 }, (_, place) => place);
          return chance
            .shuffle(all)
            .slice(0, 1 + chance.below(5))
            .sort((a, b) => a - b);
        }),
      );
      const start = 64;
      const directoryBytes = ((start + documents + 63) >>> 6) * 12;
      const packed = new Bytes();
      const starts: number[] = [];
      const firsts = words.map((word) => {
        const first = starts.length;
        const has = word.filter((places) => places.length > 0);
        for (let from = 0; from < has.length; from += 128) {
          const block = has.slice(from, from + 128);
          starts.push(packed.length);
          packPlaces(
            ...[Uint16Array.from(block, ({ length }) => length), 0, block.length],
            ...[Uint16Array.from(block.flat()), 0, packed],
          );
        }
        return first;
      });
      const directories = new Uint32Array((directoryBytes / 4) * words.length);
      const ranks = words.map((word, w) => {
        let rank = 0;
        return word.map((places, i) => {
          const document = start + i;
          const entry = (w * directoryBytes) / 4 + (document >>> 6) * 3;
          if ((document & 63) === 0) directories[entry] = rank;
          if (places.length === 0) return -1;
          directories[entry + 1 + ((document & 63) >>> 5)]! |= 1 << (document & 31);
          return rank++;
        });
      });
      const tables = Buffer.concat([
        Buffer.from(directories.buffer),
        Buffer.from(Uint32Array.from(starts).buffer),
      ]);
      const kernel = kernelOf(Buffer.concat([tables, packed.taken()]));
      const at = kernel.content.byteOffset;
      kernel.loops.open(0, 0, 0, 0, at + directories.byteLength, at + tables.length);
      const able = Array.from({ length: documents }, (_, i) => i).filter((i) =>
        ranks.every((own) => own[i]! >= 0),
      );
      able.forEach((i, c) => void kernel.found.set([i | (9 << 16), ranks[0]![i]!], CANDIDATE_NUMBERS * c));
      steps.forEach((shift, w) => {
        const frequency = ranks[w]!.filter((rank) => rank >= 0).length;
        kernel.steps.set([firsts[w]!, at + w * directoryBytes, frequency, shift], (w * STEP) / 4);
      });
      const expected = able.filter((i) =>
        words[0]![i]!.some((place) => steps.every((shift, w) => words[w]![i]!.includes(place + shift))),
      );
      const count = kernel.loops.together(able.length, start, steps.length);
      const left = Array.from({ length: count }, (_, c) => kernel.found[CANDIDATE_NUMBERS * c]!);
      expect(left).toEqual(expected.map((i) => i | (9 << 16)));
    }),
    { numRuns: 200 },
  );
});

describe('gates', () => {
  test('leave what is in one list at least of each, and is allowed', () => {
    fc.assert(
      fc.property(
        lists,
        fc.nat(90),
        fc.integer({ min: 1, max: WINDOW }),
        fc.boolean(),
        (postings, words, size, isFiltered) => {
          const { kernel, directory } = made(postings);
          const { loops, gates, allowed, kept } = kernel;
          const start = words * 64;
          const bytes = ((start + WINDOW) >>> 6) * 12;
          // Another list: every fifth document.
          const fifth = new Uint8Array(bytes);
          for (let doc = 0; doc < start + WINDOW; doc += 5)
            fifth[(doc >>> 6) * 12 + 4 + ((doc & 63) >>> 3)]! |= 1 << (doc & 7);
          const both = kernelOf(fifth, 0);
          const has = new Set(postings.map(({ doc }) => doc));
          for (let place = 0; place < WINDOW; place += 3) allowed[place >>> 5]! |= 1 << (place & 31);
          gates.set([1, directory]);
          const expected = Array.from({ length: size }, (_, place) => place).filter(
            (place) => has.has(start + place) && (!isFiltered || place % 3 === 0),
          );
          const count = loops.restrict(1, start, size, isFiltered);
          expect(count).toBe(expected.length);
          expect(loops.keepAllowed(size)).toBe(expected.length);
          expect([...kept.subarray(0, count)]).toEqual(expected);
          // Two lists for one gate, then each a gate of its own.
          both.gates.set([2, both.content.byteOffset, both.content.byteOffset, 1, both.content.byteOffset]);
          expect(both.loops.restrict(2, start, size, false)).toBe(
            Array.from({ length: size }, (_, place) => start + place).filter((doc) => doc % 5 === 0).length,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a shortlist', () => {
  const shortlist = fc.uniqueArray(fc.nat(6_000), { minLength: 1, maxLength: SOME });

  test('is found in lists of one block and of many, with and without a rank directory', () => {
    fc.assert(
      fc.property(lists, shortlist, (postings, others) => {
        const { kernel, blocks, directory, documents } = made(postings);
        const { loops, ranks, impacts } = kernel;
        // Half of them from the list itself.
        const own = others.map((doc, i) =>
          i % 2 === 0 ? doc % documents : postings[doc % postings.length]!.doc,
        );
        const sorted = [...new Set(own)].sort((a, b) => a - b);
        kernel.documents.set(sorted);
        const places = new Map(postings.map(({ doc }, i) => [doc, i]));
        const expected = sorted.map((doc) => places.get(doc) ?? -1);
        const strengths = expected.map((place) => (place < 0 ? 0 : postings[place]!.impact));
        const row = (at: number): number[] => [...ranks.subarray(at * SOME, at * SOME + sorted.length)];
        const count = sorted.length;
        loops.locate(count, 2, 0, blocks, postings.length, 0, 0);
        expect(row(2)).toEqual(expected);
        expect([...impacts.subarray(0, count)]).toEqual(strengths);
        impacts.fill(7);
        loops.locateCommon(count, 0, directory);
        expect(row(0)).toEqual(expected);
        loops.impactsOf(count, 0);
        expect([...impacts.subarray(0, count)]).toEqual(strengths);
        if (blocks > 1) return;
        // The table has it at the second place; a list of one block is not in it.
        const meta = new Uint32Array(kernel.content.buffer, kernel.content.byteOffset, 2)[1]!;
        loops.locate(count, 1, -1, 1, postings.length, meta, 0);
        expect(row(1)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('tells where its words stand: near each other, in titles, in a row', () => {
    const place = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 6 });
    const word = fc.array(fc.option(place), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 12 }), fc.nat(40), (words, title) => {
        // Every word's places are a block; those that one word lacks are not in its list.
        const packed = new Bytes();
        const starts: number[] = [];
        const listed = words.map((each) => each.map((places) => places?.toSorted((a, b) => a - b) ?? null));
        for (const each of listed) {
          starts.push(packed.length);
          const has = each.filter((places) => places !== null);
          if (has.length > 0)
            packPlaces(
              ...[Uint16Array.from(has, ({ length }) => length), 0, has.length],
              ...[Uint16Array.from(has.flat()), 0, packed],
            );
        }
        const count = Math.min(...words.map(({ length }) => length));
        // In front of the places, how long the titles are.
        const lengths = new Uint8Array(Uint16Array.from({ length: count * 3 }, () => title).buffer);
        const kernel = kernelOf(Buffer.concat([lengths, packed.taken()]));
        const ends = kernel.content.byteOffset;
        kernel.loops.open(0, 0, 0, 0, 0, ends + lengths.length);
        listed.forEach((each, row) => {
          let rank = 0;
          for (const [i, places] of each.entries()) {
            const own = places === null ? -1 : rank++;
            if (i < count) kernel.ranks[row * SOME + i] = own;
          }
          kernel.lists[2 * row] = rank;
          kernel.lists[2 * row + 1] = starts[row]!;
        });
        for (let i = 0; i < count; i++) kernel.documents[i] = i;
        kernel.loops.stand(count, words.length);

        // Neighbouring words in another order than that of the rows.
        const order = words.map((_, row) => (row + 1) % words.length);
        kernel.meant.set(order);
        kernel.loops.nearness(count, order.length, 4);
        for (let at = 0; at < order.length; at++)
          for (let i = 0; i < count; i++) {
            const before = listed[order[at - 1]!]?.[i] ?? [];
            const after = listed[order[at]!]![i] ?? [];
            const apart = before.flatMap((a) => after.map((b) => (b >= a ? Math.max(1, b - a) : a - b + 1)));
            const expected = apart.length === 0 ? 0 : Math.min(4, ...apart);
            expect(kernel.distances[at * SOME + i]).toBe(expected);
          }

        // The first word is a name, which only has to be there.
        for (const row of words.keys())
          kernel.meant.set([row + (row === 0 ? ONLY_THERE : 0), 1 << (row % 31)], 2 * row);
        kernel.loops.inTitles(count, words.length, ends);
        for (let i = 0; i < count; i++) {
          let places = 0;
          let groups = listed[0]![i] ? 1 : 0;
          for (const row of words.keys())
            for (const at of row === 0 ? [] : (listed[row]![i] ?? []))
              if (at < Math.min(32, title)) {
                places |= 1 << at;
                groups |= 1 << (row % 31);
              }
          expect(kernel.titles[i]! | 0).toBe(places);
          expect(kernel.titles[SOME + i]! | 0).toBe(groups);
        }

        for (const steps of [1, 2, Math.min(3, words.length)]) {
          kernel.meant.set(order);
          kernel.loops.inRow(count, steps);
          for (let i = 0; i < count; i++) {
            const stands = (listed[order[0]!]![i] ?? []).some((at) =>
              order.slice(0, steps).every((row, shift) => listed[row]![i]?.includes(at + shift)),
            );
            expect(kernel.titles[i]! > 0).toBe(stands);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
