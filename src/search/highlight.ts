/** Where the words of a query stand in a text that is shown. */
import { DULL_TERMS, termOf } from './analysis.ts';
import { fold, type Origins } from './fold.ts';
import type { Marks } from './planner.ts';
import { stemOf } from './stems.ts';
import { ADJACENT, JOINED, PLAIN, Tokens } from './tokens.ts';

const MOST_TEXT = 100_000;
/** Words of the longest phrase that is marked as one. */
const LONGEST_PHRASE = 8;

const tokens = new Tokens();
/** Text that folding leaves as long as it is, character by character. */
const PLAIN_TEXT = /^[\x00-\x7f]*$/;

/** What marks say, made ready for any number of texts. */
interface Ready {
  terms: Set<string>;
  phraseStarts: Set<string>;
  /** First characters of everything that may begin a mark; a word with another is passed over unread. */
  initials: Set<number>;
}

const ready = new WeakMap<Marks, Ready>();

function makeReady(marks: Marks): Ready {
  let made = ready.get(marks);
  if (made === undefined) {
    const telling = [...marks.terms].filter((term) => !DULL_TERMS.has(term));
    const terms = new Set(telling.length > 0 ? telling : marks.terms);
    const phraseStarts = new Set([...marks.phrases].map((phrase) => phrase.split(' ', 1)[0]!));
    const all = [...terms, ...phraseStarts, ...marks.prefixes, ...marks.names];
    made = { terms, phraseStarts, initials: new Set(all.map((text) => text.charCodeAt(0))) };
    ready.set(marks, made);
  }
  return made;
}

/** Half-open ranges of `text`, in order and disjoint. */
export function highlightRanges(marks: Marks, text: string): [number, number][] {
  const { terms: wanted, phraseStarts, initials } = makeReady(marks);
  const { phrases, prefixes, names } = marks;
  if (initials.size === 0) return [];

  const cut = text.slice(0, MOST_TEXT);
  const masked = /[$\\]/.test(cut) ? withoutMaths(cut) : cut;
  const isPlain = PLAIN_TEXT.test(masked) && !/[$\\]/.test(masked);
  const origins: Origins = { starts: [], ends: [] };
  const folded = isPlain ? masked.toLowerCase() : fold(masked, origins);
  tokens.scan(folded);
  const { count, starts, ends, flags } = tokens;
  const from = (i: number): number => (isPlain ? starts[i]! : origins.starts[starts[i]!]!);
  const to = (i: number): number => (isPlain ? ends[i]! : origins.ends[ends[i]! - 1]!);
  // Words and stems are made only where they are asked for.
  const words: (string | undefined)[] = [];
  const word = (i: number): string => {
    words[i] ??= tokens.text(i);
    return words[i]!;
  };
  const terms: (string | undefined)[] = [];
  const term = (i: number): string => {
    terms[i] ??= termOf(word(i), flags[i]!);
    return terms[i]!;
  };

  const ranges: [number, number][] = [];
  const mark = (start: number, end: number): void => {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  };
  for (let i = 0; i < count; i++) {
    // "multi-token" where "multitoken" is looked for: one mark over both, and what is between them.
    if (i + 1 < count && initials.has(folded.charCodeAt(starts[i]!))) {
      if ((flags[i + 1]! & (JOINED | ADJACENT)) !== 0) {
        const written = word(i) + word(i + 1);
        const plain = (flags[i]! & flags[i + 1]! & PLAIN) !== 0;
        if (wanted.has(plain ? stemOf(written) : written)) mark(from(i), to(i + 1));
      }
    } else if (!initials.has(folded.charCodeAt(starts[i]!))) continue;
    if (phraseStarts.has(term(i))) {
      const last = phraseFrom(term, i, count, phrases);
      if (last > i) mark(from(i), to(last));
    }
    if (wanted.has(term(i)) || names.has(word(i))) mark(from(i), to(i));
    else if (prefixes.some((prefix) => word(i).startsWith(prefix))) mark(from(i), to(i));
  }
  return ranges;
}

/** The last word of the longest phrase that begins at word `i`, or `i`. */
function phraseFrom(
  term: (i: number) => string,
  i: number,
  count: number,
  phrases: ReadonlySet<string>,
): number {
  let said = term(i);
  let last = i;
  for (let k = i + 1; k < Math.min(count, i + LONGEST_PHRASE); k++) {
    said += ` ${term(k)}`;
    if (phrases.has(said)) last = k;
  }
  return last;
}

/**
 * The text with blanks in the place of TeX between dollars (or `\\(…\\)`, `\\[…\\]`), where no marks are made: the
 * renderer could not place them. Where a closing mark was looked for in vain none is looked for again.
 */
function withoutMaths(text: string): string {
  let out = '';
  let from = 0;
  const missing = new Set<string>();
  const opening = /\\[([]|\\[\s\S]|\$\$?/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const [open] = match;
    const close = open === '\\(' ? '\\)' : open === '\\[' ? '\\]' : open.startsWith('$') ? open : '';
    if (close === '' || missing.has(close)) continue;
    const end = text.indexOf(close, match.index + open.length);
    if (end < 0) {
      missing.add(close);
      continue;
    }
    const to = end + close.length;
    out += text.slice(from, match.index) + ' '.repeat(to - match.index);
    from = opening.lastIndex = to;
  }
  return out + text.slice(from);
}
