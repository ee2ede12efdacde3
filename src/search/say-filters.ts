/** Filters and conditions in the words of the query language. */
import type { Atom, Rule } from './query-types.ts';
import type { SearchFilters } from './types.ts';

const MS = 86_400_000;
/** Beyond what a calendar can tell, a day is not named. */
const FURTHEST = 2_900_000;

const day = (number: number): string =>
  Math.abs(number) > FURTHEST ? '…' : new Date(number * MS).toISOString().slice(0, 10);
const quoted = (text: string): string => (/[\s"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text);

function span(
  name: string,
  from: number | undefined,
  to: number | undefined,
  say: (end: number) => string,
): string[] {
  if (from === undefined && to === undefined) return [];
  const [first, last] = [from === undefined ? '' : say(from), to === undefined ? '' : say(to)];
  return [`${name}:${first === last ? first : `${first}..${last}`}`];
}

/** One text for each. */
export const sayFilters = (filters: SearchFilters): string[] => [
  ...(filters.categories ? [`category:${filters.categories.join(',')}`] : []),
  ...(filters.organization !== undefined ? [`org:${quoted(filters.organization)}`] : []),
  ...(filters.venue !== undefined ? [`venue:${quoted(filters.venue)}`] : []),
  ...(filters.author !== undefined ? [`author:${quoted(filters.author)}`] : []),
  ...span('date', filters.fromDay, filters.toDay, day),
  ...span('edition', filters.fromEdition, filters.toEdition, day),
  ...span('votes', filters.fromVotes, filters.toVotes, String),
  ...(filters.hasCode === undefined ? [] : [`${filters.hasCode ? '' : '-'}has:code`]),
  ...(filters.has ?? []).map((name) => `has:${name}`),
  ...(filters.lacks ?? []).map((name) => `-has:${name}`),
];

/** Rules all of which must be met, for people, in the words of the query language. */
export const sayRules = (rules: readonly Rule[]): string =>
  rules.length === 1 ? say(rules[0]!, false) : rules.map((rule) => say(rule, true)).join(' AND ');

function say(rule: Rule, nested: boolean): string {
  switch (rule.is) {
    case 'text':
      return sayAtom(rule.atom);
    case 'filter':
      return sayFilters(rule.filters).join(' AND ');
    case 'not':
      return `NOT ${say(rule.of, true)}`;
    case 'some':
      return `(${rule.needed} of ${rule.of.map((each) => say(each, true)).join(', ')})`;
    default: {
      const said = rule.of.map((each) => say(each, true)).join(rule.is === 'all' ? ' AND ' : ' OR ');
      return nested ? `(${said})` : said;
    }
  }
}

function sayAtom({ words, prefix, field, slop }: Atom): string {
  const said = words
    .map(({ word, link }, i) => (i === 0 ? word : link === 'hyphen' ? `-${word}` : ` ${word}`))
    .join('');
  const quoted = words.length > 1 ? `"${said}"${slop ? `~${slop}` : ''}` : prefix ? `${said}*` : said;
  return field ? `${field}:${quoted}` : quoted;
}
