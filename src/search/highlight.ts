/** Where the words of a query stand in a text that is shown. */
import { DULL_TERMS, termOf } from './analysis.ts';
import { fold, type Origins } from './fold.ts';
import type { Marks } from './planner.ts';
import { stemCached } from './stem.ts';
import { ADJACENT, JOINED, PLAIN, Tokens } from './tokens.ts';

/** TeX between dollars, where no marks are made: the renderer could not place them. */
const MATHS = /\$\$[^$]*\$\$|(?<!\\)\$[^$]*\$|\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]/g;
const MOST_TEXT = 100_000;
/** Words of the longest phrase that is marked as one. */
const LONGEST_PHRASE = 8;

const tokens = new Tokens();

/** Half-open ranges of `text`, in order and disjoint. */
export function highlightRanges(marks: Marks, text: string): [number, number][] {
  const telling = [...marks.terms].filter((term) => !DULL_TERMS.has(term));
  const wanted = new Set(telling.length > 0 ? telling : marks.terms);
  const { phrases, prefixes, names } = marks;
  if (wanted.size + phrases.size + prefixes.length + names.size === 0) return [];
  const starts = new Set([...phrases].map((phrase) => phrase.split(' ', 1)[0]!));

  const masked = text.slice(0, MOST_TEXT).replace(MATHS, (maths) => ' '.repeat(maths.length));
  const origins: Origins = { starts: [], ends: [] };
  tokens.scan(fold(masked, origins));
  const from = (i: number): number => origins.starts[tokens.starts[i]!]!;
  const to = (i: number): number => origins.ends[tokens.ends[i]! - 1]!;
  const words = Array.from({ length: tokens.count }, (_, i) => tokens.text(i));
  const terms = words.map((word, i) => termOf(word, tokens.flags[i]!));

  const ranges: [number, number][] = [];
  const mark = (start: number, end: number): void => {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  };
  for (let i = 0; i < words.length; i++) {
    const flags = tokens.flags[i]!;
    // "multi-token" where "multitoken" is looked for: one mark over both, and what is between them.
    if (i > 0 && (flags & (JOINED | ADJACENT)) !== 0) {
      const plain = (flags & tokens.flags[i - 1]! & PLAIN) !== 0;
      const written = words[i - 1]! + words[i]!;
      if (wanted.has(plain ? stemCached(written) : written)) mark(from(i - 1), to(i));
    }
    if (starts.has(terms[i]!)) {
      const last = phraseFrom(terms, i, phrases);
      if (last > i) mark(from(i), to(last));
    }
    if (wanted.has(terms[i]!) || names.has(words[i]!)) mark(from(i), to(i));
    else if (prefixes.some((prefix) => words[i]!.startsWith(prefix))) mark(from(i), to(i));
  }
  return ranges;
}

/** The last word of the longest phrase that begins at word `i`, or `i`. */
function phraseFrom(terms: readonly string[], i: number, phrases: ReadonlySet<string>): number {
  let said = terms[i]!;
  let last = i;
  for (let k = i + 1; k < Math.min(terms.length, i + LONGEST_PHRASE); k++) {
    said += ` ${terms[k]}`;
    if (phrases.has(said)) last = k;
  }
  return last;
}
