/** Where the words of a query stand in a text that is shown. */
import { DULL_WORDS, termOf } from './analysis.ts';
import { fold, type Origins } from './fold.ts';
import type { Plan } from './plan.ts';
import { stemCached } from './stem.ts';
import { ADJACENT, JOINED, PLAIN, Tokens } from './tokens.ts';

/** TeX between dollars, where no marks are made: the renderer could not place them. */
const MATHS = /\$\$[^$]*\$\$|(?<!\\)\$[^$]*\$|\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]/g;
const MOST_TEXT = 100_000;

/** Half-open ranges of `text`, in order and disjoint. */
export function highlightRanges(plan: Plan, text: string): [number, number][] {
  const words = new Set<string>();
  const dull = new Set<string>();
  for (const word of plan.words)
    for (const term of word.terms) (DULL_WORDS.has(word.label) ? dull : words).add(term);
  const wanted = words.size > 0 ? words : dull;
  const pairs = new Set(plan.compounds.flatMap(({ terms }) => terms).concat([...wanted]));
  const prefix = plan.words.find((word) => word.prefix !== null)?.prefix ?? null;
  if (wanted.size === 0) return [];

  const masked = text.slice(0, MOST_TEXT).replace(MATHS, (maths) => ' '.repeat(maths.length));
  const origins: Origins = { starts: [], ends: [] };
  const tokens = new Tokens();
  tokens.scan(fold(masked, origins));
  const from = (i: number): number => origins.starts[tokens.starts[i]!]!;
  const to = (i: number): number => origins.ends[tokens.ends[i]! - 1]!;

  const ranges: [number, number][] = [];
  const mark = (start: number, end: number): void => {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  };
  let before = '';
  for (let i = 0; i < tokens.count; i++) {
    const flags = tokens.flags[i]!;
    const word = tokens.text(i);
    const term = termOf(word, flags);
    // "multi-token" and "Multi token": one mark over both, and what is between them.
    if (i > 0 && (flags & (JOINED | ADJACENT)) !== 0) {
      const plain = (flags & tokens.flags[i - 1]! & PLAIN) !== 0;
      const written = tokens.text(i - 1) + word;
      if (pairs.has(`${before}-${term}`) || pairs.has(plain ? stemCached(written) : written))
        mark(from(i - 1), to(i));
    }
    before = term;
    if (wanted.has(term) || wanted.has(`@${word}`) || pairs.has(term)) mark(from(i), to(i));
    else if (prefix !== null && word.startsWith(prefix)) mark(from(i), to(i));
  }
  return ranges;
}
