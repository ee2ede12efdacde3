/** What a reader typed, taken apart by the query language of docs/search.md. No index is needed yet. */
import { termOf } from './analysis.ts';
import { entryText } from './entry.ts';
import { fold } from './fold.ts';
import { keep } from './kept.ts';
import { problemElsewhere, takeField } from './query-fields.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { ADJACENT, CJK, JOINED, Tokens } from './tokens.ts';
import type { SearchFilters, SearchSort } from './types.ts';

/** No more than this of a query is read, and no more pieces of it. */
const MOST_TEXT = 4_096;
const MOST_PIECES = 1_000;
const MOST_EXCLUDED = 16;
/** Words of prose at least, and one in how many of them is a function word. */
const SHORTEST_PROSE = 12;
const DULL_IN_PROSE = 5;
/** From so many letters on a word is also taken as the beginning of one. */
const SHORTEST_PREFIX = 2;

export interface QueryWord {
  word: string;
  term: string;
  flags: number;
  /** How it hangs on to the word before it. */
  link: 'hyphen' | 'space' | 'none';
}

/** Words that stand for one thing: one word, or a phrase whose words must stand in this order. */
export interface Atom {
  words: QueryWord[];
  /** It also stands for all words that begin like it. */
  prefix: boolean;
}

/** One thing asked for: any of its alternatives (`a OR b`) will do. */
export interface Unit {
  alternatives: Atom[];
  /** Stood in quotes or behind a plus. */
  must: boolean;
  /** How often it was said; not set: once. */
  times?: number;
}

export interface Query {
  units: Unit[];
  /** Each to be left out. */
  excluded: Atom[];
  filters: SearchFilters;
  sort: SearchSort | null;
  /** Nothing was asked for: no text, or nothing but exclusions and filters. */
  open: boolean;
  /** What could not be understood, for people. */
  problems: string[];
}

/** A sign before, a field, then text in quotes or up to the next space. A quote that is never closed is none. */
const PIECE = /([-+]?)(?:([a-zA-Z]+):(?=["\S]))?(?:"([^"]*)"|([^\s"]+)|")/g;
const QUOTES = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g;

/** Never throws, whatever the text. With `partial`, its last word may be unfinished. */
export function parseQuery(text: string, partial = false): Query {
  const isCut = text.length > MOST_TEXT;
  const cut = text.slice(0, MOST_TEXT);
  const read = (entryText(cut) ?? cut).replace(QUOTES, '"');
  return new Parser(partial && !isCut && !/\s$/.test(read)).parse(read);
}

class Parser {
  readonly #query: Query = { units: [], excluded: [], filters: {}, sort: null, open: true, problems: [] };
  readonly #partial: boolean;
  /** Plain words gathered so far: they know their neighbours. */
  #plain = '';
  /** The next unit is an alternative of the one before. */
  #or = false;
  /** Something was asked for, were it only signs. */
  #asked = false;
  /** The next piece is left out. */
  #not = false;
  /** A question or pasted text, in which quotation marks and dashes are punctuation. */
  #isProse = false;

  constructor(partial: boolean) {
    this.#partial = partial;
    keep(this);
  }

  parse(text: string): Query {
    this.#isProse = isProse(text);
    let pieces = 0;
    for (const [, sign = '', field, quoted, bare] of text.matchAll(PIECE)) {
      if (++pieces > MOST_PIECES) break;
      if (quoted === undefined && bare === undefined) continue;
      this.#piece(sign, field, quoted, bare ?? '');
    }
    this.#flush(this.#partial);
    const query = this.#query;
    query.open = query.units.length === 0 && !this.#asked;
    const different = new Map(
      query.excluded.map((atom) => [atom.words.map(({ term }) => term).join(' '), atom]),
    );
    query.excluded = [...different.values()].slice(0, MOST_EXCLUDED);
    return query;
  }

  #piece(sign: string, field: string | undefined, quoted: string | undefined, bare: string): void {
    const value = quoted ?? bare;
    if (field !== undefined && sign !== '+') {
      const problem = takeField(this.#query, field.toLowerCase(), value, sign === '-');
      if (problem === null) {
        this.#flush(false);
        return;
      }
      if (problem !== '') {
        this.#query.problems.push(problem);
        return;
      }
      const elsewhere = this.#isProse ? null : problemElsewhere(field.toLowerCase());
      if (elsewhere !== null) {
        this.#query.problems.push(elsewhere);
        this.#piece(sign, undefined, quoted, bare);
        return;
      }
    }
    if (this.#not) {
      this.#not = false;
      this.#flush(false);
      const words = cutWords(value);
      if (words.length > 0) this.#query.excluded.push({ words, prefix: false });
      return;
    }
    if (!this.#isProse && field === undefined && sign === '' && bare === 'NOT' && quoted === undefined) {
      this.#not = true;
      return;
    }
    // Not a field of ours ("http://…", "title:subtitle"): text like any other. So are "--" and "+-".
    const said = field === undefined ? value : `${field}:${value}`;
    if (
      this.#isProse ||
      field !== undefined ||
      (quoted === undefined && (sign === '' || /^[-+]/.test(bare)))
    ) {
      if (!this.#isProse && (bare === 'OR' || bare === '|')) {
        this.#alternative();
        return;
      }
      if (bare === 'AND' || bare === '&') return;
      this.#asked = true;
      this.#plain += this.#plain === '' ? said : ` ${said}`;
      if (this.#or) this.#flush(false);
      return;
    }
    this.#flush(false);
    this.#asked ||= sign !== '-';
    const words = cutWords(said);
    if (words.length === 0) return;
    if (sign === '-') this.#query.excluded.push({ words, prefix: false });
    else if (quoted !== undefined) this.#add([{ words, prefix: false }], true);
    else for (const word of words) this.#add([{ words: [word], prefix: isPrefix(said, word) }], true);
  }

  /** What stands last before an `OR` is one alternative, also where it is a compound. */
  #alternative(): void {
    const cut = this.#plain.lastIndexOf(' ') + 1;
    const last = cutWords(this.#plain.slice(cut));
    this.#plain = this.#plain.slice(0, cut).trimEnd();
    this.#flush(false);
    if (last.length > 0) this.#add([{ words: last, prefix: false }], false);
    this.#or = this.#query.units.length > 0;
  }

  /** Takes the plain words gathered so far, each as a unit; behind `OR`, all as one alternative. */
  #flush(isLast: boolean): void {
    if (this.#plain === '') return;
    const text = this.#plain;
    this.#plain = '';
    const words = cutWords(text);
    const ends = isLast && words.length > 0;
    const starred = starredWords(text);
    if (this.#or && words.length > 0) {
      const prefix = words.length === 1 && starred.has(words[0]!.word);
      this.#add([{ words, prefix }], false);
      return;
    }
    words.forEach((word, i) => {
      const unfinished =
        ends && i === words.length - 1 && canBegin(word) && text.toLowerCase().endsWith(word.word);
      this.#add([{ words: [word], prefix: unfinished || starred.has(word.word) }], false);
    });
  }

  #add(alternatives: Atom[], must: boolean): void {
    const before = this.#query.units.at(-1);
    if (this.#or && before) {
      before.alternatives.push(...alternatives);
      before.must ||= must;
    } else this.#query.units.push({ alternatives, must });
    this.#or = false;
  }
}

/**
 * Whether a text is prose: a dozen words or more, one in five of which is a function word, as in every sentence and in no
 * list of search words. What begins with a sign of the query language is a query.
 */
function isProse(text: string): boolean {
  if (/^\s*[-+]["\p{L}]/u.test(text)) return false;
  let all = 0;
  let dull = 0;
  for (const [word] of text.matchAll(/[a-zA-Z]+/g)) {
    all++;
    if (FUNCTION_WORDS.has(word.toLowerCase())) dull++;
  }
  return all >= SHORTEST_PROSE && dull * DULL_IN_PROSE >= all;
}

const canBegin = ({ word, flags }: QueryWord): boolean =>
  word.length >= SHORTEST_PREFIX && (flags & CJK) === 0;

const isPrefix = (text: string, word: QueryWord): boolean => text.endsWith('*') && canBegin(word);

/** Words with a star behind them: `optim*`. */
function starredWords(text: string): Set<string> {
  const found = new Set<string>();
  if (!text.includes('*')) return found;
  for (const [word, begin] of text.matchAll(/([\p{L}\p{N}]+)\*?/gu))
    if (word.endsWith('*') && begin!.length >= 2) found.add(fold(begin!.slice(-64)));
  return found;
}

const tokens = new Tokens();

export function cutWords(text: string): QueryWord[] {
  tokens.scan(fold(text), MOST_PIECES);
  const words: QueryWord[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const word = tokens.text(i);
    const flags = tokens.flags[i]!;
    const link = i === 0 ? 'none' : flags & JOINED ? 'hyphen' : flags & ADJACENT ? 'space' : 'none';
    words.push({ word, flags, term: termOf(word, flags), link });
  }
  return words;
}

export const isFunctionWord = ({ word }: QueryWord): boolean => FUNCTION_WORDS.has(word);

/** Whether a unit has a word that is no function word. */
export const isTelling = ({ alternatives }: Unit): boolean =>
  alternatives.some(({ words }) => words.some((word) => !isFunctionWord(word)));
