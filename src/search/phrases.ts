/**
 * What titles say again and again, in two to four words: what a text being typed is completed with. Taken
 * from the exact forms and their places, so a merge makes it anew from the merged lists. Longer phrases are
 * counted only where their beginning is frequent (R. Agrawal and R. Srikant, "Fast Algorithms for Mining
 * Association Rules", VLDB 1994).
 */
import { FORM, FUNCTION_WORDS } from './analysis.ts';
import { BLOCK, blockPlaces, unpackAllPlaces } from './blocks.ts';
import type { InvertedSections } from './inverted.ts';
import { Lexicon, placesOf, unpack } from './lexicon.ts';

export interface PhraseSections {
  /** Phrases in the order of their bytes, a line each. */
  phraseBytes: Uint8Array;
  phraseStarts: Uint32Array;
  /** Times it stands in a title. */
  phraseCounts: Uint32Array;
}

const LONGEST = 4;
const MOST_FORMS = 2 ** 24;

/** From how many times on a phrase counts, in a segment of so many documents. */
const fewest = (documents: number): number => (documents < 500 ? 1 : documents < 5_000 ? 2 : 3);

export function titlePhrases(
  inverted: InvertedSections,
  ends: Uint16Array,
  documents: number,
): PhraseSections {
  const { starts, words, forms } = titles(inverted, ends, documents);
  const least = fewest(documents);
  // Phrase ids: forms first, then the phrases made of them; `-1` where none of this length begins.
  let current = Int32Array.from(words);
  const all: { text: string; count: number }[] = [];
  const texts: string[] = [...forms];
  for (let length = 2; length <= LONGEST; length++) {
    const counts = new Map<number, number>();
    for (let d = 0; d < documents; d++)
      for (let i = starts[d]!; i + length <= starts[d + 1]!; i++) {
        const last = words[i + length - 1]!;
        if (current[i]! < 0 || last < 0) continue;
        const key = current[i]! * MOST_FORMS + last;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    const ids = new Map<number, number>();
    for (const [key, count] of counts) {
      if (count < least) continue;
      const text = `${texts[Math.floor(key / MOST_FORMS)]} ${forms[key % MOST_FORMS]}`;
      ids.set(key, texts.length);
      texts.push(text);
      if (isWhole(text)) all.push({ text, count });
    }
    if (ids.size === 0 || texts.length >= 2 ** 28) break;
    const next = new Int32Array(current.length).fill(-1);
    for (let d = 0; d < documents; d++)
      for (let i = starts[d]!; i + length <= starts[d + 1]!; i++) {
        const last = words[i + length - 1]!;
        if (current[i]! >= 0 && last >= 0) next[i] = ids.get(current[i]! * MOST_FORMS + last) ?? -1;
      }
    current = next;
  }
  return encode(all);
}

/** "state of the" is no end of a phrase, and "of the" no beginning. */
function isWhole(text: string): boolean {
  const space = text.indexOf(' ');
  return (
    !FUNCTION_WORDS.has(text.slice(text.lastIndexOf(' ') + 1)) && !FUNCTION_WORDS.has(text.slice(0, space))
  );
}

/** The words of all titles, as numbers of forms, from the places of the forms. */
function titles(inverted: InvertedSections, ends: Uint16Array, documents: number) {
  const starts = new Uint32Array(documents + 1);
  for (let d = 0; d < documents; d++) starts[d + 1] = starts[d]! + ends[d * 3]!;
  const words = new Int32Array(starts[documents]!).fill(-1);
  const forms: string[] = [];
  const docs = new Uint32Array(BLOCK);
  const impacts = new Uint8Array(BLOCK);
  const counts = new Uint16Array(BLOCK);
  const places = blockPlaces;
  new Lexicon(inverted).each(FORM, ({ list, term }) => {
    const form = forms.push(term.slice(1)) - 1;
    for (let block = 0; block < Math.max(1, list.blocks); block++) {
      const count = unpack(inverted, list, block, docs, impacts);
      unpackAllPlaces(inverted.places, placesOf(inverted, list, block), count, counts, places);
      let k = 0;
      for (let i = 0; i < count; i++)
        for (let times = counts[i]!; times > 0; times--) {
          const at = starts[docs[i]!]! + places[k++]!;
          if (at < starts[docs[i]! + 1]!) words[at] = form;
        }
    }
    return true;
  });
  return { starts, words, forms };
}

function encode(all: { text: string; count: number }[]): PhraseSections {
  const encoded = all
    .map(({ text, count }) => ({ bytes: Buffer.from(text), count }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const phraseStarts = new Uint32Array(encoded.length + 1);
  encoded.forEach(({ bytes }, i) => {
    phraseStarts[i + 1] = phraseStarts[i]! + bytes.length;
  });
  const phraseBytes = new Uint8Array(phraseStarts[encoded.length]!);
  encoded.forEach(({ bytes }, i) => {
    phraseBytes.set(bytes, phraseStarts[i]!);
  });
  return { phraseBytes, phraseStarts, phraseCounts: Uint32Array.from(encoded, ({ count }) => count) };
}
