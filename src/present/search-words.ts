/** The query language as far as links rewrite it: taking a filter out of a text, putting a word in. */
import { dayOf } from '../papers/days.ts';
import type { HasName, SearchFilters } from '../search/types.ts';
import { sayDay, saySpan } from './dates.ts';

/** The names each filter goes by in a text (search/query-fields.ts). */
const NAMES = {
  author: 'author|by|au',
  organization: 'org|organization|organisation',
  venue: 'venue|journal|conference|jr',
  category: 'category|cat',
  year: 'year|date|published|submitteddate|from|since|after|to|until|before',
  edition: 'edition',
  votes: 'votes|upvotes',
  code: 'has',
  sort: 'sort',
} as const;
export type FieldName = keyof typeof NAMES;

/** One field with its value, quoted or not; a quotation mark may be any that people type. */
const fieldOf = (name: FieldName): RegExp =>
  // bounded: queries have at most 2,000 characters.
  new RegExp(
    `(^|\\s)[-+]?(?:${NAMES[name]}): ?(?:["“”„«»][^"“”„«»]*["“”„«»]|[\\[{][^\\]}]*[\\]}]|[^\\s"“”„«»[{]+)`,
    'gi',
  );

const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The text without a filter or order written in it. */
export const withoutField = (q: string, name: FieldName): string => folded(q.replace(fieldOf(name), '$1'));

/** The text without any filter; an order stays. */
export const withoutFilters = (q: string): string =>
  (['author', 'organization', 'venue', 'category', 'year', 'edition', 'votes', 'code'] as const).reduce(
    withoutField,
    q,
  );

/** Only the filters and the order that are written in a text; null if operators or parentheses hold it together. */
export function onlyFields(q: string): string | null {
  if (OPERATORS.test(q)) return null;
  const found = (Object.keys(NAMES) as FieldName[]).flatMap((name) => q.match(fieldOf(name)) ?? []);
  return folded(found.join(' '));
}

/** Filters that a text may hold several times: each has to be met, and each can be taken out by itself. */
const REPEATED = ['category', 'organization', 'venue', 'author'] as const;

/** One filter of a text, in words, with the text that lacks it. */
interface TextFilter {
  says: string;
  q: string;
}

/**
 * Each filter of one kind that is written in a text without operators; null if there is only one and it is not negated:
 * then the index has read it better.
 */
function repeated(q: string, name: (typeof REPEATED)[number]): TextFilter[] | null {
  if (OPERATORS.test(q)) return null;
  const all = [...q.matchAll(fieldOf(name))];
  if (all.length < 2 && !/^\s?-/.test(all[0]?.[0] ?? '')) return null;
  return all.map((match) => {
    const field = match[0].trim();
    const value = field
      .slice(field.indexOf(':') + 1)
      .replace(/["“”„«»]/g, '')
      .replaceAll('_', ' ')
      .trim();
    const noun = name === 'organization' ? 'organisation' : name;
    return {
      says: `${field.startsWith('-') ? 'not ' : ''}${noun} ${value}`,
      q: folded(`${q.slice(0, match.index)} ${q.slice(match.index + match[0].length)}`),
    };
  });
}

/** Whether the filters of a text say all that is in the condition that the index made of it. */
export function saysCondition(q: string): boolean {
  if (OPERATORS.test(q)) return false;
  const rest = REPEATED.reduce<string>(withoutField, q);
  // What else is negated, or comes twice, may be in the condition as well.
  const others = (Object.keys(NAMES) as FieldName[]).map((name) => rest.match(fieldOf(name))?.length ?? 0);
  return rest !== folded(q) && !/(^|\s)-/.test(rest) && others.every((times) => times < 2);
}

/** The filters that stand in a text, in words, with the text that lacks each. */
export function filtersInText(q: string, filters: SearchFilters): TextFilter[] {
  const out: TextFilter[] = [];
  const add = (name: FieldName, says: string) => out.push({ says, q: withoutField(q, name) });
  const single = {
    category: filters.categories?.length ? `category ${filters.categories.join(' or ')}` : null,
    organization: filters.organization === undefined ? null : `organisation ${filters.organization}`,
    venue: filters.venue === undefined ? null : `venue ${filters.venue}`,
    author: filters.author === undefined ? null : `author ${filters.author}`,
  };
  for (const name of REPEATED) {
    const several = repeated(q, name);
    const only = single[name];
    if (several !== null) out.push(...several);
    else if (only !== null) add(name, only);
  }
  const days = sayDays(filters);
  if (days !== null) add('year', days);
  const editions = sayEditions(filters);
  if (editions !== null) add('edition', editions);
  const votes = sayVotes(filters);
  if (votes !== null) add('votes', votes);
  const has = [
    ...(filters.hasCode === undefined ? [] : [filters.hasCode ? 'with code' : 'without code']),
    ...(filters.has ?? []).map((name) => `with ${NOUNS[name]}`),
    ...(filters.lacks ?? []).map((name) => `without ${NOUNS[name]}`),
  ];
  if (has.length > 0) add('code', has.join(', '));
  return out;
}

const NOUNS: Record<HasName, string> = {
  abstract: 'an abstract',
  summary: 'a summary',
  authors: 'authors',
  organization: 'an organisation',
  categories: 'a category',
  date: 'a date',
  edition: 'an edition',
  votes: 'votes',
  venue: 'a venue',
};

function sayVotes({ fromVotes, toVotes }: SearchFilters): string | null {
  if (fromVotes !== undefined && toVotes !== undefined)
    return fromVotes === toVotes ? `${fromVotes} votes` : `${fromVotes} to ${toVotes} votes`;
  if (fromVotes !== undefined) return `${fromVotes} votes or more`;
  return toVotes === undefined ? null : `${toVotes} votes or fewer`;
}

/** Whole years as years, anything else by its days. */
function sayDays(filters: SearchFilters): string | null {
  const from = filters.fromDay === undefined ? null : dayOf(filters.fromDay);
  const to = filters.toDay === undefined ? null : dayOf(filters.toDay);
  if ((from === null || from.endsWith('-01-01')) && (to === null || to.endsWith('-12-31')))
    return sayYears(filters);
  if (from !== null && to !== null) return from === to ? sayDay(from) : saySpan(from, to);
  return from !== null ? `from ${sayDay(from)}` : `until ${sayDay(to!)}`;
}

function sayYears({ fromDay, toDay }: SearchFilters): string | null {
  const from = fromDay === undefined ? null : dayOf(fromDay).slice(0, 4);
  const to = toDay === undefined ? null : dayOf(toDay).slice(0, 4);
  if (from !== null && to !== null) return from === to ? `year ${from}` : `years ${from} to ${to}`;
  if (from !== null) return `from ${from}`;
  return to === null ? null : `until ${to}`;
}

function sayEditions({ fromEdition, toEdition }: SearchFilters): string | null {
  const from = fromEdition === undefined ? null : dayOf(fromEdition);
  const to = toEdition === undefined ? null : dayOf(toEdition);
  if (from !== null && to !== null)
    return from === to ? `edition of ${sayDay(from)}` : `editions of ${saySpan(from, to)}`;
  if (from !== null) return `editions from ${sayDay(from)}`;
  return to === null ? null : `editions until ${sayDay(to)}`;
}

/**
 * Words that no paper has, in a sentence each for where they were looked for: the index marks what was asked for in one
 * field alone (`“title:zeta”`).
 */
export function sayUnknown(words: readonly string[]): string[] {
  const places = { title: 'No title contains', abstract: 'No abstract contains', '': 'No paper contains' };
  const where = (word: string): keyof typeof places =>
    word.startsWith('“title:') ? 'title' : word.startsWith('“abstract:') ? 'abstract' : '';
  return (['', 'title', 'abstract'] as const).flatMap((place) => {
    const here = words
      .filter((word) => where(word) === place)
      .map((word) => quoted(place === '' ? word : word.replace(`“${place}:`, '“')));
    return here.length === 0 ? [] : [`${places[place]} ${oneOf(here)}.`];
  });
}

/** `a, b or c`. */
const oneOf = (list: readonly string[]): string =>
  list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;

/** A query between quotation marks, unless it has some of its own. */
export const quoted = (text: string): string => (/["“”„«»]/.test(text) ? text : `“${text}”`);

/** The text with what else must be found: `b c` becomes `+b +c`; quotes and signs stay as they are. */
export function withRequired(q: string, more: string): string {
  const pieces = more.match(/[-+]?(?:\w+:)?"[^"]*"|\S+/g) ?? [];
  const signed = pieces.map((piece) =>
    /^[-+(|]|^\w+:\S|^(?:OR|AND|NOT|ANDNOT)$|\)$/.test(piece) ? piece : `+${piece}`,
  );
  return folded(`${q} ${signed.join(' ')}`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const wordAt = (word: string): RegExp =>
  // bounded: the word itself, as it stands.
  new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`, 'iu');

/** The text with an acronym written out, as a phrase. */
export function writtenOut(q: string, acronym: string, expansion: string): string {
  const phrase = `"${expansion}"`;
  const found = wordAt(acronym);
  return found.test(q) ? q.replace(found, () => phrase) : phrase;
}

/** A word as it stands in the text; in capitals, as acronyms are, where it does not. */
export const asWritten = (q: string, acronym: string): string =>
  wordAt(acronym).exec(q)?.[0] ?? acronym.toUpperCase();

/** Operators between words, and parentheses around them. */
const OPERATORS = /(?:^|[\s(])(?:AND|OR|NOT|ANDNOT|\|)(?=[\s)(]|$)|(?:^|[\s:+-])\(|\)(?:\s|$)/;

/** The text without some words; null if nothing would be left, nothing changes, or it has operators. */
export function withoutWords(q: string, words: string[]): string | null {
  // What would be left of a condition without one of its sides is no query.
  if (OPERATORS.test(q)) return null;
  let left = q;
  // bounded: the words themselves, as they stand.
  for (const word of words) left = left.replace(new RegExp(`[-+]?${wordAt(word).source}\\*?`, 'giu'), ' ');
  left = folded(left.replace(/(^|\s)[-+"*]+(?=\s|$)/g, ' '));
  return left === '' || left === folded(q) ? null : left;
}

/** Fields with their values, quotations, and what has a sign. */
const FIXED =
  // bounded: queries have at most 2,000 characters.
  /[-+]?(?<!\w)\w+: ?["“”„«»][^"“”„«»]*["“”„«»]|[-+]?(?<!\w)\w+:\S+|[-+]?["“”„«»][^"“”„«»]*["“”„«»]|(?<!\S)[-+]\S+/g;

/**
 * The text with some of its words required as they stand, which are then not corrected; null: none of them is there. Words
 * in fields, in quotation marks and with a sign are not corrected anyway.
 */
export function asTyped(q: string, words: string[]): string | null {
  let typed = q;
  for (const word of words) {
    const plain = typed.replace(FIXED, (fixed) => ' '.repeat(fixed.length));
    // A model's name is one word to the index, and may be two to the reader.
    const found = wordAt(word).exec(plain) ?? wordAt(word.replace('-', ' ')).exec(plain);
    if (found === null) continue;
    // Of a compound, all of it.
    let start = found.index;
    while (start > 0 && /[\p{L}\p{N}-]/u.test(plain[start - 1]!)) start--;
    typed = `${typed.slice(0, start)}+${typed.slice(start, found.index)}${found[0].replace(' ', '-')}${typed.slice(found.index + found[0].length)}`;
  }
  return typed === q ? null : typed;
}

/** The words of a text a reader could do without, one at a time: no fields, signs or quotes. */
export const plainWords = (q: string): string[] =>
  [
    ...new Set(
      q
        // bounded: queries have at most 2,000 characters.
        .replace(/[-+]?(?<!\w)\w+:("[^"]*"|\S+)|[-+]?"[^"]*"|(^|\s)[-+]\S+/g, ' ')
        .match(/[\p{L}\p{N}][\p{L}\p{N}.-]*/gu) ?? [],
    ),
  ].filter((word) => !/^(?:OR|AND|NOT|ANDNOT)$/.test(word));
