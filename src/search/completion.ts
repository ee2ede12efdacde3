/** How a text being typed may go on: words, the phrases that titles say again and again, and people. */
import { DULL_WORDS, FORM, NAME } from './analysis.ts';
import { byAuthor, isAuthor } from './authors.ts';
import { countOf } from './counting.ts';
import { fold } from './fold.ts';
import { eachPosting, type PostingList } from './lexicon.ts';
import { isThere } from './lists.ts';
import { phraseList } from './phrase-list.ts';
import type { PhraseSections } from './phrases.ts';
import type { Bits, Part, Snapshot } from './snapshot.ts';
import { FUNCTION_WORDS, stemOf } from './stems.ts';
import { JOINED, Tokens } from './tokens.ts';
import type { Completion } from './types.ts';

const MOST_COMPLETIONS = 20;
/** Words at the end of the text that a phrase may begin with. */
const CONTEXT = 3;
/** A text longer than this is pasted, not typed. */
const LONGEST = 200;
/** What a phrase that goes on from more of the words typed is worth more, for each word. */
const PER_WORD = 8;
/** So many times as many as are wanted are counted, at most so many more. */
const COUNTED = 2;
const MOST_SPARE = 6;
/** What is in so many titles as a phrase that is longer by one word is a piece of it. */
const PIECE = 0.6;
/** Of phrases that begin alike, so many of the most usual are looked at. */
const MOST_DECODED = 64;
/** Words of the longest phrases that are counted (phrases.ts): longer ones break off there. */
const LONGEST_PHRASE = 4;
const HALF = 0.5;
/** Letters of a name at least; words of one at most; and how many are looked at. */
const SHORTEST_NAME = 3;
const MOST_NAMES = 3;
const MOST_LOOKED = 8;
const RATHER = 10;
const SPACE = 32;
const OPERATOR = /(?:^|\s)(?:AND|OR|NOT|ANDNOT)(?=\s|$)/;

interface Candidate {
  papers: number;
  context: number;
}

/** The likeliest completions, the best first, each of which finds something; the text itself is none. */
export function completions(snapshot: Snapshot, text: string, limit: number): Completion[] {
  const wanted = Math.min(MOST_COMPLETIONS, Math.floor(limit));
  if (text.length > LONGEST || wanted <= 0 || /["*:()|]/.test(text) || OPERATOR.test(text)) return [];
  const tokens = new Tokens();
  const folded = fold(text);
  tokens.scan(folded);
  if (tokens.count === 0) return [];
  const words = Array.from({ length: tokens.count }, (_, i) => tokens.text(i));
  // Whether each word typed hangs on to the one before by a hyphen.
  const typed = words.map((_, i) => (tokens.flags[i]! & JOINED) !== 0);
  const isOpen = tokens.ends[tokens.count - 1] === folded.length;
  const found = new Map<string, Candidate>();
  for (let context = Math.min(CONTEXT, words.length); context >= 1; context--) {
    const first = words.length - context;
    const isWhole = first === 0;
    if (!isWhole && !mayBegin(words, typed, first, isOpen)) continue;
    gather(snapshot, words, context, isOpen, found, wanted);
    // What goes on from all of the words is what was meant; fewer are only looked at to fill up.
    if (found.size >= wanted * COUNTED) break;
  }
  const likely = [...found]
    .sort((a, b) => worth(b[1]) - worth(a[1]) || (a[0] < b[0] ? -1 : 1))
    .slice(0, Math.min(wanted * COUNTED, wanted + MOST_SPARE));
  const offered: Completion[] = [];
  const seen = new Set<string>();
  for (const [phrase, { context }] of likely) {
    if (offered.length === wanted) break;
    const said = phrase.split(' ');
    // "model" and "models" find the same.
    const key = said.map(stem).join(' ');
    if (seen.has(key) || (context < words.length && !isSaid(snapshot, said, words.length - context)))
      continue;
    seen.add(key);
    const text = hyphened(snapshot, phrase, typed);
    const count = countOf(snapshot, text);
    if (count.whole > 0) offered.push({ text, papers: count.papers });
  }
  const [name] = isOpen ? namesBeginning(snapshot, words) : [];
  const { whole, papers } = name === undefined ? { whole: 0, papers: 0 } : countOf(snapshot, name);
  if (name !== undefined && whole > 0 && offered.every(({ text }) => text !== name)) {
    // A name takes the place of a phrase only where it is not next to nothing beside it.
    if (offered.length === wanted && papers * RATHER >= offered.at(-1)!.papers) offered.pop();
    if (offered.length < wanted) offered.push({ text: name, papers });
  }
  return offered;
}

/** People whose name what was typed may become: a family name, or one that belongs to the first names typed. */
function namesBeginning(snapshot: Snapshot, words: readonly string[]): string[] {
  const last = words.at(-1)!;
  const before = words.slice(0, -1).join(' ');
  if (last.length < (before === '' ? SHORTEST_NAME : SHORTEST_NAME - 1) || words.length > MOST_NAMES)
    return [];
  if (words.slice(0, -1).some((word) => snapshot.frequency(NAME + word) === 0)) return [];
  const known = new Map<string, number>();
  snapshot.parts.forEach((part, p) => {
    const bits = before === '' ? null : byAuthor(snapshot, p, before);
    part.segment.lexicon.each(NAME + last, (walk) => {
      const papers = bits === null ? walk.list.frequency : countIn(part, walk.list, bits);
      if (papers > 0) known.set(walk.term, (known.get(walk.term) ?? 0) + papers);
      return true;
    });
  });
  const likely = [...known].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_LOOKED);
  const names = likely.map(([term]) => term.slice(NAME.length)).filter((name) => name !== last);
  // Alone, a word is a name where more papers have it as one than in their text.
  if (before === '')
    return names
      .filter((name) => snapshot.frequency(NAME + name) > snapshot.frequency(stem(name)))
      .map((name) => `author:${name}`);
  return names.map((name) => `${before} ${name}`).filter((name) => isAuthor(snapshot, name));
}

function countIn({ segment }: Part, list: PostingList, bits: Bits): number {
  let count = 0;
  eachPosting(segment.sections, list, (doc) => {
    count += (bits[doc >>> 5]! >>> (doc & 31)) & 1;
  });
  return count;
}

/** Whether any paper says it in these words, or is by somebody of that name: `first` of them were typed before the rest. */
function isSaid(snapshot: Snapshot, said: readonly string[], first: number): boolean {
  return snapshot.remember(`said ${said.join(' ')}`, () => {
    const terms = said.map(stem);
    if (snapshot.parts.some((part) => isThere(phraseList(part, terms)))) return true;
    return first === 1 && isAuthor(snapshot, said.join(' '));
  });
}

const worth = ({ papers, context }: Candidate): number => papers * PER_WORD ** context;

/** Whether a phrase may go on from word `first` of those typed, though others stand in front of it. */
function mayBegin(
  words: readonly string[],
  typed: readonly boolean[],
  first: number,
  isOpen: boolean,
): boolean {
  // A compound is not cut in two ("gpt-4"), and "how to" does not begin "token".
  if (typed[first] || FUNCTION_WORDS.has(words[first]!)) return false;
  if (isOpen && FUNCTION_WORDS.has(words.at(-1)!)) return false;
  return words.slice(0, first).some((word) => !FUNCTION_WORDS.has(word));
}

/** Adds what goes on from the last `context` words typed. */
function gather(
  snapshot: Snapshot,
  words: readonly string[],
  context: number,
  isOpen: boolean,
  found: Map<string, Candidate>,
  wanted: number,
): void {
  const own = words.slice(-context).join(' ');
  const begin = own + (isOpen ? '' : ' ');
  const kept = words.slice(0, -context).join(' ');
  const phrases = new Map<string, number>();
  const fragments = new Set<string>();
  for (const { segment } of snapshot.parts)
    for (const [phrase, papers] of usualPhrases(segment.sections, begin))
      phrases.set(phrase, (phrases.get(phrase) ?? 0) + papers);
  // Fragments are not offered, so nothing is a piece of one.
  for (const phrase of phrases.keys()) if (isFragment(snapshot, phrase)) fragments.add(phrase);
  const pieces = piecesAmong(phrases, fragments);
  const take = (phrase: string, papers: number): void => {
    if (phrase === own) return;
    const whole = kept === '' ? phrase : `${kept} ${phrase}`;
    const known = found.get(whole);
    // What fewer of the words go on with counts only where more of them do not go on so.
    if (known && known.context > context) return;
    found.set(whole, { papers: (known?.papers ?? 0) + papers, context });
  };
  for (const [phrase, papers] of phrases)
    if (!pieces.has(phrase) && !fragments.has(phrase)) take(phrase, papers);
  if (isOpen && context === 1 && begin.length >= 2 && found.size < wanted) eachWord(snapshot, begin, take);
}

/** Phrases that are said hardly ever but as the beginning of one longer one. */
function piecesAmong(phrases: ReadonlyMap<string, number>, fragments: ReadonlySet<string>): Set<string> {
  const pieces = new Set<string>();
  for (const [phrase, papers] of phrases) {
    if (fragments.has(phrase)) continue;
    const shorter = phrase.slice(0, Math.max(0, phrase.lastIndexOf(' ')));
    const own = phrases.get(shorter);
    if (own !== undefined && papers >= PIECE * own) pieces.add(shorter);
  }
  return pieces;
}

/** Whether a phrase breaks off: "gaussian splatting for high" was going to be "high-fidelity", "based" needs no saying. */
function isFragment(snapshot: Snapshot, phrase: string): boolean {
  const words = phrase.split(' ');
  const last = words.at(-1)!;
  if (DULL_WORDS.has(last)) return true;
  const goesOn = goingOn(snapshot, last);
  return goesOn.joined > HALF || (words.length === LONGEST_PHRASE && goesOn.followed > HALF);
}

/** In how many of the papers that have a word it is joined to another, and in how many titles another often follows it. */
function goingOn(snapshot: Snapshot, word: string): { joined: number; followed: number } {
  return snapshot.remember(`goes on ${word}`, () => {
    const own = stem(word);
    let joined = 0;
    let followed = 0;
    for (const { segment } of snapshot.parts) {
      segment.lexicon.each(`${own}-`, ({ list }) => {
        joined += list.frequency;
        return true;
      });
      const [low, high] = rangeOf(segment.sections, `${word} `);
      const { phraseStarts, phraseBytes, phraseCounts } = segment.sections;
      for (let i = low; i < high; i++) {
        const behind = phraseBytes.subarray(phraseStarts[i]! + word.length + 1, phraseStarts[i + 1]!);
        if (!behind.includes(SPACE)) followed += phraseCounts[i]!;
      }
    }
    return {
      joined: joined / Math.max(1, snapshot.frequency(own)),
      followed: followed / Math.max(1, snapshot.frequency(FORM + word)),
    };
  });
}

const decoder = new TextDecoder();

/** The phrases that begin with `begin`, from the first to before the last. */
function rangeOf(
  { phraseBytes, phraseStarts, phraseCounts }: PhraseSections,
  begin: string,
): [number, number] {
  const bytes = Buffer.from(begin);
  // Below 0: the phrase comes first; 0: it begins so.
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
  const bound = (isBefore: (order: number) => boolean): number => {
    let low = 0;
    let high = phraseCounts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(compare(middle))) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [bound((order) => order < 0), bound((order) => order <= 0)];
}

/** The most usual phrases that begin so: of very many, only those are decoded. */
function usualPhrases(sections: PhraseSections, begin: string): [string, number][] {
  const { phraseBytes, phraseStarts, phraseCounts } = sections;
  const [low, high] = rangeOf(sections, begin);
  const counts = phraseCounts.subarray(low, high);
  const least = counts.length > MOST_DECODED ? counts.slice().sort()[counts.length - MOST_DECODED]! : 0;
  const found: [string, number][] = [];
  for (let i = low; i < high; i++)
    if (phraseCounts[i]! >= least)
      found.push([
        decoder.decode(phraseBytes.subarray(phraseStarts[i], phraseStarts[i + 1])),
        phraseCounts[i]!,
      ]);
  return found;
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
