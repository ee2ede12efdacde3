/** Phrases that say what a paper is about: runs of words between function words, of one to three words. */
import { DULL_WORDS, stems } from '../search/analysis.ts';
import type { Phrase } from './types.ts';

/** Words, besides those the search ignores, that cannot begin, end or make up a phrase worth showing. */
const EMPTY = new Set(
  (
    'toward towards beyond without improving enhancing learning-based efficient effective better improved robust ' +
    'understanding exploring rethinking revisiting leveraging bridging unlocking enabling evaluating analyzing ' +
    'analysing measuring investigating can make making does do not more less fast faster simple general generic ' +
    'case end high low large-scale small good best right level aware driven guided free problem problems role ' +
    'introduction one two three four five all need only really get beyond what why how when where who we you i ' +
    'accelerating against paper study report system systems framework frameworks technique techniques task tasks'
  ).split(' '),
);

const isDull = (word: string): boolean => DULL_WORDS.has(word) || EMPTY.has(word) || /^[\d.,%]+$/.test(word);

/** Words with the hyphens and apostrophes inside them; anything else ends a phrase. */
const PIECE = /[\p{L}\p{N}]+(?:['’.+-][\p{L}\p{N}]+)*\+*|[^\s]/gu;
const LONGEST = 3;
/** Phrases of one paper. */
const MOST = 60;

/**
 * The phrases of a title and keywords; each once, in order.
 *
 * @param text in which titles' capitals are not used: a phrase is written as it is there
 */
export function phrasesOf(title: string, keywords: readonly string[], text: string): Phrase[] {
  const found = new Map<string, Phrase>();
  const add = (words: readonly string[]): void => {
    const phrase = words.join(' ');
    if (found.size >= MOST || phrase.length > 60 || phrase.length < 3) return;
    const key = words.map(stemsOf).join(' ');
    if (key === '' || found.has(key)) return;
    const small = phrase.toLowerCase();
    found.set(key, { key, text: text.includes(small) ? small : phrase, length: words.length });
  };
  for (const keyword of keywords) {
    const words = keyword.trim().split(/\s/).filter(Boolean);
    while (words.length > 0 && isDull(words[0]!.toLowerCase())) words.shift();
    while (words.length > 0 && isDull(words.at(-1)!.toLowerCase())) words.pop();
    if (words.length > 0 && words.length <= LONGEST + 1) add(words);
  }
  for (const run of runsOf(title.slice(0, 400)))
    for (let length = Math.min(LONGEST, run.length); length > 0; length--)
      for (let start = 0; start + length <= run.length; start++) add(run.slice(start, start + length));
  return [...found.values()];
}

/** Stems of words met so far: titles use the same words again and again. */
const known = new Map<string, string>();
const MOST_KNOWN = 50_000;

function stemsOf(word: string): string {
  let stem = known.get(word);
  if (stem === undefined) {
    stem = stems(word).join(' ');
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(word, stem);
  }
  return stem;
}

/** Runs of words with nothing but white space between them, and no dull word among them. TeX is left out. */
function runsOf(text: string): string[][] {
  const runs: string[][] = [];
  let run: string[] = [];
  let inMaths = false;
  const end = (): void => {
    if (run.length > 0) runs.push(run);
    run = [];
  };
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === '$') inMaths = !inMaths;
    if (inMaths || !/[\p{L}\p{N}]/u.test(piece) || isDull(piece.toLowerCase())) end();
    else run.push(piece);
  }
  end();
  return runs;
}
