/** How a text being typed may go on: words, and the phrases that titles say again and again. */
import { FORM } from './analysis.ts';
import { fold } from './fold.ts';
import type { PhraseSections } from './phrases.ts';
import type { Snapshot } from './snapshot.ts';
import { FUNCTION_WORDS, stemOf } from './stems.ts';
import { JOINED, Tokens } from './tokens.ts';
import type { Completion } from './types.ts';

const MOST = 20;
/** Words at the end of the text that a phrase may begin with. */
const CONTEXT = 3;
/** A text longer than this is pasted, not typed. */
const LONGEST = 200;
/** What a phrase that goes on from more of the words typed is worth more, for each word. */
const PER_WORD = 8;

/** The likeliest completions, the best first; the text itself is none. */
export function completions(snapshot: Snapshot, text: string, limit: number): Completion[] {
  if (text.length > LONGEST || limit <= 0) return [];
  const tokens = new Tokens();
  const folded = fold(text);
  tokens.scan(folded);
  if (tokens.count === 0 || /["*:]/.test(text)) return [];
  const words = Array.from({ length: tokens.count }, (_, i) => tokens.text(i));
  // Whether each word typed hangs on to the one before by a hyphen.
  const typed = words.map((_, i) => (tokens.flags[i]! & JOINED) !== 0);
  const isOpen = tokens.ends[tokens.count - 1] === folded.length;
  const found = new Map<string, { papers: number; context: number }>();
  for (let context = Math.min(CONTEXT, words.length); context >= 1; context--) {
    const own = words.slice(-context);
    if (!isOpen && FUNCTION_WORDS.has(own[0]!)) continue;
    const begin = own.join(' ') + (isOpen ? '' : ' ');
    const kept = words.slice(0, -context).join(' ');
    const take = (phrase: string, papers: number): void => {
      if (phrase === begin.trimEnd()) return;
      const whole = kept === '' ? phrase : `${kept} ${phrase}`;
      const known = found.get(whole);
      // What fewer of the words go on with counts only where more of them do not go on so.
      if (known && known.context > context) return;
      const before = known?.papers ?? 0;
      found.set(whole, { papers: before + papers, context });
    };
    for (const { segment } of snapshot.parts) eachPhrase(segment.sections, begin, take);
    if (isOpen && context === 1 && begin.length >= 2 && found.size < limit) eachWord(snapshot, begin, take);
    // What goes on from all of the words is what was meant; fewer are only looked at to fill up.
    if (found.size >= limit) break;
  }
  return [...found]
    .sort((a, b) => worth(b[1]) - worth(a[1]) || (a[0] < b[0] ? -1 : 1))
    .slice(0, Math.min(MOST, Math.floor(limit)))
    .map(([phrase, { papers }]) => ({ text: hyphened(snapshot, phrase, typed), papers }));
}

const worth = ({ papers, context }: { papers: number; context: number }): number =>
  papers * PER_WORD ** context;

const decoder = new TextDecoder();

/** Calls `take` for every phrase that begins with `begin`. */
function eachPhrase(
  { phraseBytes, phraseStarts, phraseCounts }: PhraseSections,
  begin: string,
  take: (phrase: string, count: number) => void,
): void {
  const bytes = Buffer.from(begin);
  const compare = (i: number): number => {
    const start = phraseStarts[i]!;
    const length = phraseStarts[i + 1]! - start;
    for (let k = 0; k < bytes.length; k++) {
      if (k >= length) return -1;
      const difference = phraseBytes[start + k]! - bytes[k]!;
      if (difference !== 0) return difference;
    }
    return 0;
  };
  let low = 0;
  let high = phraseCounts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(middle) < 0) low = middle + 1;
    else high = middle;
  }
  // Of many, only the most usual can be shown: those under the middle of what was met are not even decoded.
  let bar = 0;
  let met = 0;
  for (let i = low; i < phraseCounts.length && compare(i) === 0; i++) {
    const count = phraseCounts[i]!;
    if (++met > 256 && count < bar) continue;
    bar = Math.max(bar, count / 16);
    take(decoder.decode(phraseBytes.subarray(phraseStarts[i], phraseStarts[i + 1])), count);
  }
}

function eachWord(snapshot: Snapshot, begin: string, take: (word: string, papers: number) => void): void {
  for (const { segment } of snapshot.parts) {
    let bar = 0;
    segment.lexicon.each(FORM + begin, (walk) => {
      const { frequency } = walk.list;
      if (frequency < bar) return true;
      bar = Math.max(bar, frequency / 16);
      const word = walk.term.slice(1);
      if (!FUNCTION_WORDS.has(word)) take(word, frequency);
      return true;
    });
  }
}

/** A phrase as it was typed, and from there on as papers mostly write it: with hyphens where they have them. */
function hyphened(snapshot: Snapshot, phrase: string, typed: readonly boolean[]): string {
  const words = phrase.split(' ');
  let said = words[0]!;
  for (let i = 1; i < words.length; i++) {
    const [a, b] = [stem(words[i - 1]!), stem(words[i]!)];
    const pair = snapshot.frequency(`${a}-${b}`);
    const isUsual = pair > 0 && pair * 8 > Math.min(snapshot.frequency(a), snapshot.frequency(b));
    said += ((typed[i] ?? isUsual) ? '-' : ' ') + words[i]!;
  }
  return said;
}

const stem = (word: string): string => (/^[a-z]+$/.test(word) ? stemOf(word) : word);
