import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, blockNow, blockSoon, gzipOf, type Pieces, plainBlock } from './blocks.ts';
import { CutPage } from './cut-page.ts';
import { common, cutSlots, type Filling, slot, withSlots } from './slots.ts';

/** What a gzip file holds, by an independent program; throws unless its sums and lengths are right. */
const unpacked = ({ pieces, length }: Pieces): Buffer => {
  const file = Buffer.concat(pieces);
  expect(file.length).toBe(length);
  return gunzipSync(file);
};

/** Text as pages have it: repetitive, with letters of several bytes. */
const text = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 0, max: 300 }))
  // A slot cannot begin in the text of a page.
  .map(([words, times]) => words.toWellFormed().replaceAll('<', '').repeat(times));

describe('a gzip file of blocks', () => {
  it('unpacks to its parts, however each of them was compressed', async () => {
    const part = fc.tuple(
      fc.oneof(text.map(Buffer.from), fc.uint8Array({ maxLength: 300 }).map(Buffer.from)),
      fc.constantFrom('plain', 'alone', 'after', 'soon'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const blocks: Block[] = [];
        for (const [i, [body, how]] of parts.entries()) {
          const before = parts[i - 1]?.[0] ?? null;
          if (how === 'plain') blocks.push(plainBlock(body));
          else if (how === 'alone') blocks.push(blockNow(body, null));
          else if (how === 'after') blocks.push(blockNow(body, before));
          else blocks.push(await blockSoon(body, before));
        }
        const whole = Buffer.concat(parts.map(([body]) => body));
        expect(unpacked(gzipOf(blocks)).equals(whole)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('may be of any length: beyond what one stored block holds, and beyond the reach of references', () => {
    const long = Buffer.alloc(200_000, 'All work and no play. ');
    const blocks = [
      plainBlock(long),
      blockNow(long, long),
      plainBlock(Buffer.alloc(0)),
      blockNow(long, null),
    ];
    expect(unpacked(gzipOf(blocks)).equals(Buffer.concat([long, long, long]))).toBe(true);
    expect(unpacked(gzipOf([]))).toHaveLength(0);
  });
});

describe('a cut page', () => {
  const name = fc.constantFrom('reader', 'vote:1', 'vote:2', 'own:1', 'write:1');
  const page = fc
    .tuple(text, fc.array(fc.tuple(name, text, text), { maxLength: 12 }))
    .map(([first, rest]) => rest.reduce((all, [of, now, next]) => all + String(slot(of, now)) + next, first));
  const filling: fc.Arbitrary<Filling> = fc.oneof(text, text.map(common));
  const fillings = fc.dictionary(name, filling, { maxKeys: 5 }).map((all) => new Map(Object.entries(all)));

  it('is the page with its slots filled, packed or not, for several readers in turn', async () => {
    await fc.assert(
      fc.asyncProperty(page, fc.array(fillings, { minLength: 2, maxLength: 4 }), async (html, readers) => {
        const cut = new CutPage(html);
        for (const filled of [...readers, ...readers]) {
          const right = Buffer.from(withSlots(cutSlots(html), filled));
          const ordered = cut.inOrder(filled);
          expect(cut.plain(ordered).equals(right)).toBe(true);
          const [soon, again] = await Promise.all([cut.gzipSoon(ordered), cut.gzipSoon(ordered)]);
          for (const packed of [soon, again, cut.gzip(ordered)])
            expect(packed && unpacked(packed).equals(right)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  const rows = (count: number, content = ''): string =>
    Array.from(
      { length: count },
      (_, i) => `${slot(`vote:${i}`, content)}<p>${`Paper ${i} is about something. `.repeat(150)}</p>`,
    ).join('');

  it('is not compressed while others wait, beyond a little; then nothing is compressed twice', async () => {
    const cut = new CutPage(rows(40));
    const ordered = cut.inOrder(new Map([['vote:7', common('voted')]]));
    expect(cut.gzip(ordered)).toBeNull();
    const packed = await cut.gzipSoon(ordered);
    expect(cut.gzip(ordered)).toEqual(packed);
    // Another reader has other votes: that is little.
    const other = cut.gzip(cut.inOrder(new Map([['vote:9', common('voted')]])))!;
    expect(unpacked(other).toString()).toContain('</p>voted<p>Paper 9 ');
  });

  it('takes the memory it says, and not without end, whatever its slots hold', async () => {
    let grown = 0;
    const html = rows(20);
    const cut = new CutPage(html, (more) => {
      grown += more;
    });
    const before = cut.bytes;
    let most = 0;
    for (let i = 0; i < 200; i++) {
      const filled = new Map(cut.slots.map(({ name: of }) => [of, common(`${of} ${i}`)]));
      await cut.gzipSoon(cut.inOrder(filled));
      expect(cut.bytes).toBe(before + grown);
      most = Math.max(most, cut.bytes);
    }
    expect(most).toBeGreaterThan(before);
    expect(most).toBeLessThan(12 * html.length);
  });
});
