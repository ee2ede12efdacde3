/** What a reader typed, taken apart: words, "words in quotes", -words left out. No index needed yet. */
import { termOf } from './analysis.ts';
import { fold } from './fold.ts';
import { ADJACENT, CJK, JOINED, Tokens } from './tokens.ts';

/** No more than this of a query is read, and no more different words of it are looked for. */
const MOST_TEXT = 4_096;
export const MOST_WORDS = 48;
const MOST_EXCLUDED = 16;
/** From so many letters on a last word is also taken as the beginning of one. */
const SHORTEST_PREFIX = 3;

export interface QueryWord {
  word: string;
  term: string;
  flags: number;
  /** Stood in quotes. */
  must: boolean;
  /** The word may be still being typed: it also stands for all words that begin like it. */
  prefix: boolean;
  /** How it hangs on to the word before it in the list. */
  link: 'hyphen' | 'space' | 'none';
}

export interface Query {
  words: QueryWord[];
  /** Each to be left out; a document is when it has all words of one. */
  excluded: QueryWord[][];
  /** Nothing was asked for: no text, or nothing but exclusions. */
  open: boolean;
}

const PIECE = /(-?)"([^"]*)"|([^\s"]+)|"/g;
const QUOTES = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g;

/** Never throws, whatever the text. */
export function parseQuery(text: string): Query {
  const cut = text.length > MOST_TEXT;
  const read = text.slice(0, MOST_TEXT).replace(QUOTES, '"');
  const query: Query = { words: [], excluded: [], open: read.trim() === '' };
  let plain = '';
  let asked = false;
  const flush = (last: boolean): void => {
    const words = cutWords(plain, false, last);
    query.words.push(...words);
    plain = '';
  };
  for (const [, minus, quoted, bare] of read.matchAll(PIECE)) {
    if (quoted !== undefined) {
      flush(false);
      if (minus) query.excluded.push(cutWords(quoted, false, false));
      else {
        asked = true;
        query.words.push(...cutWords(quoted, true, false));
      }
    } else if (bare !== undefined && /^-[^-]/.test(bare)) {
      flush(false);
      query.excluded.push(cutWords(bare.slice(1), false, false));
    } else if (bare !== undefined) {
      asked = true;
      plain += plain === '' ? bare : ` ${bare}`;
    }
  }
  flush(!cut && !/\s$/.test(read));
  const different = new Map(query.excluded.map((words) => [words.map(({ word }) => word).join(' '), words]));
  different.delete('');
  query.excluded = [...different.values()].slice(0, MOST_EXCLUDED);
  if (!asked && query.excluded.length > 0) query.open = true;
  return query;
}

function cutWords(text: string, must: boolean, last: boolean): QueryWord[] {
  if (text === '') return [];
  const tokens = new Tokens();
  tokens.scan(fold(text), MOST_TEXT);
  const words: QueryWord[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const word = tokens.text(i);
    const flags = tokens.flags[i]!;
    const ends = last && i === tokens.count - 1 && tokens.ends[i] === tokens.folded.length;
    words.push({
      word,
      flags,
      must,
      term: termOf(word, flags),
      prefix: ends && word.length >= SHORTEST_PREFIX && (flags & CJK) === 0,
      link: i === 0 ? 'none' : flags & JOINED ? 'hyphen' : flags & ADJACENT ? 'space' : 'none',
    });
  }
  return words;
}
