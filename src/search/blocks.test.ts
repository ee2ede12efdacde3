import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bytes, Numbers } from './arrays.ts';
import {
  BLOCK,
  blockPlaces,
  packBlock,
  packPlaces,
  unpackAllPlaces,
  unpackBlock,
  wordsOf,
} from './blocks.ts';
import { InvertedWriter } from './inverted.ts';
import { kernelOf } from './kernel/kernel.fixture.ts';
import { eachPosting, Lexicon, placesOf, Walk } from './lexicon.ts';

const postings = fc
  .uniqueArray(fc.integer({ min: 0, max: (1 << 22) - 1 }), { minLength: 1, maxLength: BLOCK })
  .chain((docs) =>
    fc.record({
      docs: fc.constant(Uint32Array.from(docs).sort()),
      impacts: fc.array(fc.integer({ min: 1, max: 127 }), { minLength: docs.length, maxLength: docs.length }),
    }),
  );

test('a block comes back as it was packed, and takes the words it says', () => {
  fc.assert(
    fc.property(postings, fc.boolean(), ({ docs, impacts }, isLater) => {
      const out = new Numbers();
      out.push(7);
      const before = isLater ? docs[0]! - 1 : -1;
      const count = docs.length;
      const meta = packBlock(docs, Uint8Array.from(impacts), 0, count, before, out);
      expect(out.length - 1).toBe(wordsOf(meta, count));
      const backDocs = new Uint32Array(count);
      const backImpacts = new Uint8Array(count);
      unpackBlock(out.taken(), 1, count, meta, before, backDocs, backImpacts);
      expect([...backDocs]).toEqual([...docs]);
      expect([...backImpacts]).toEqual(impacts);
    }),
  );
});

test('places come back, all at once and those of one posting', () => {
  const place = fc.integer({ min: 0, max: 4095 });
  fc.assert(
    fc.property(
      fc.array(fc.array(place, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: BLOCK }),
      (lists) => {
        const out = new Bytes();
        out.push(9);
        const counts = Uint16Array.from(lists, (list) => list.length);
        const flat = Uint16Array.from(lists.flat());
        packPlaces(counts, 0, lists.length, flat, 0, out);
        const bytes = out.taken();
        const kernel = kernelOf(bytes);
        const [into] = kernel.places;
        const from = kernel.content.byteOffset + 1;
        lists.forEach((list, i) => {
          const found = kernel.loops.placesOf(from, lists.length, i, into.at);
          expect([...into.list.subarray(0, found)]).toEqual(list);
        });
        const allCounts = new Uint16Array(lists.length);
        const all = new Uint16Array(flat.length);
        expect(unpackAllPlaces(bytes, 1, lists.length, allCounts, all)).toBe(flat.length);
        expect([...allCounts]).toEqual([...counts]);
        expect([...all]).toEqual([...flat]);
      },
    ),
  );
});

test('a dictionary gives every term back, in order, with its postings, and finds no other', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abé机=@-'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 120 }),
      word,
      fc.integer({ min: 1, max: 400 }),
      (words, other, long) => {
        const terms = words.map((text) => Buffer.from(text)).sort(Buffer.compare);
        const writer = new InvertedWriter();
        writer.begin(terms.length);
        const docsOf = (i: number): Uint32Array =>
          Uint32Array.from({ length: i % 7 === 0 ? long : (i % 3) + 1 }, (_, k) => k * 3 + i);
        terms.forEach((term, i) => {
          const docs = docsOf(i);
          const counts = i % 2 === 0 ? new Uint16Array(docs.length).fill(1) : null;
          const places = Uint16Array.from(docs, (_, k) => (k + i) % 500);
          writer.add(term, docs, new Uint8Array(docs.length).fill(5), 0, docs.length, counts, places, 0);
        });
        const sections = writer.finish();
        const lexicon = new Lexicon(sections);
        const walk = new Walk(sections, 0);
        terms.forEach((term, i) => {
          expect(walk.next()).toBe(true);
          expect(walk.term).toBe(term.toString());
          const list = lexicon.find(term.toString())!;
          expect(list).toEqual(walk.list);
          const docs: number[] = [];
          eachPosting(sections, list, (document) => docs.push(document));
          expect(docs).toEqual([...docsOf(i)]);
          expect(list.placesAt >= 0).toBe(i % 2 === 0);
          if (i % 2 === 0) {
            const counts = new Uint16Array(BLOCK);
            const at = placesOf(sections, list, 0);
            unpackAllPlaces(sections.places, at, Math.min(BLOCK, docs.length), counts, blockPlaces);
            expect([counts[0], blockPlaces[0]]).toEqual([1, i % 500]);
          }
        });
        expect(walk.next()).toBe(false);
        expect(lexicon.find(other) !== null).toBe(words.includes(other));
        const begun: string[] = [];
        lexicon.each(other, (each) => {
          begun.push(each.term);
          return true;
        });
        expect(begun).toEqual(terms.map(String).filter((term) => term.startsWith(other)));
      },
    ),
  );
});
