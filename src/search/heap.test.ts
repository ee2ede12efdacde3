/** The heap keeps what sorting everything would put first. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Best } from './heap.ts';

test('the best come out in order: by score, then the newer, then the greater key', () => {
  const document = fc.record({ score: fc.nat(3), day: fc.integer({ min: -3, max: 2 }), part: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(document, { maxLength: 60 }), fc.nat(20), (documents, size) => {
      const days = Int16Array.from(documents, ({ day }) => day);
      // Keys that do not go by the number of the document.
      const keys = Uint32Array.from(documents, (_, i) => (i * 37) % 61);
      const columns = [0, 1].map((part) => ({ days, keys: keys.map((key) => key * 2 + part) }));
      const best = new Best(size, columns);
      documents.forEach(({ part, score, day }, i) => {
        const before = best.least;
        const isTooOld = best.isTooOld(day);
        best.offer(part, i, score);
        // What these two tell of a document is true.
        if (score < before || (isTooOld && score === before))
          expect([...best.documents.subarray(0, best.count)]).not.toContain(i);
      });
      const expected = documents
        .map((each, i) => ({ ...each, i, key: columns[each.part]!.keys[i]! }))
        .sort((a, b) => b.score - a.score || b.day - a.day || b.key - a.key)
        .slice(0, size);
      expect(best.count).toBe(expected.length);
      expect(best.full).toBe(documents.length >= size);
      best.sort();
      expect(
        Array.from({ length: best.count }, (_, i) => [best.parts[i], best.documents[i], best.score(i)]),
      ).toEqual(expected.map(({ part, i, score }) => [part, i, score]));
    }),
    { numRuns: 500 },
  );
});
