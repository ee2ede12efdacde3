/** Papers whose titles begin with what is being typed. */
import { FORM } from './analysis.ts';
import { eachPlaced } from './each-placed.ts';
import { fold } from './fold.ts';
import type { PostingList } from './lexicon.ts';
import { eachBit } from './made-lists.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';
import { Tokens } from './tokens.ts';

/** Longer texts are pasted; of one word, too many titles begin with it. */
const LONGEST = 200;
const FEWEST_WORDS = 2;
/** What so many titles begin with says too little. */
const TOO_MANY = 200;

/** Their keys, the newest first. */
export function titlesBeginning(snapshot: Snapshot, text: string, limit: number): number[] {
  if (text.length > LONGEST || /["*|]/.test(text)) return [];
  const tokens = new Tokens();
  const folded = fold(text);
  tokens.scan(folded);
  if (tokens.count < FEWEST_WORDS) return [];
  const words = Array.from({ length: tokens.count }, (_, i) => tokens.text(i));
  const isOpen = tokens.ends[tokens.count - 1] === folded.length;
  const found: { key: number; day: number }[] = [];
  for (const part of snapshot.parts) {
    const bits = beginning(part, words, isOpen);
    if (bits === null) continue;
    const { keys, days } = part.segment.sections;
    eachBit(bits, (doc) => {
      if (found.length <= TOO_MANY && part.isLive(doc)) found.push({ key: keys[doc]!, day: days[doc]! });
    });
  }
  if (found.length > TOO_MANY) return [];
  return found
    .sort((a, b) => b.day - a.day || b.key - a.key)
    .slice(0, limit)
    .map(({ key }) => key);
}

/** The documents whose titles have the words in these places; the last word may be unfinished. Null: none. */
function beginning(part: Part, words: readonly string[], isOpen: boolean): Bits | null {
  const { lexicon, documents } = part.segment;
  const lists: { place: number; list: PostingList }[] = [];
  const whole = isOpen ? words.slice(0, -1) : words;
  for (const [place, word] of whole.entries()) {
    const list = lexicon.find(FORM + word);
    if (list === null) return null;
    lists.push({ place, list });
  }
  // The rarest first: each leaves fewer whose places are looked at.
  lists.sort((a, b) => a.list.frequency - b.list.frequency);
  let bits: Bits | null = null;
  for (const { place, list } of lists) {
    const own = new Uint32Array((documents + 31) >>> 5);
    mark(part, list, place, bits, own);
    bits = own;
  }
  if (!isOpen || bits === null) return bits;
  const own = new Uint32Array(bits.length);
  lexicon.each(FORM + words.at(-1)!, ({ list }) => {
    mark(part, list, words.length - 1, bits, own);
    return true;
  });
  return own;
}

function mark(part: Part, list: PostingList, place: number, wanted: Bits | null, into: Bits): void {
  eachPlaced(part.segment.sections, list, wanted, (doc, places, from, to) => {
    for (let i = from; i < to; i++) if (places[i] === place) into[doc >>> 5]! |= 1 << (doc & 31);
  });
}
