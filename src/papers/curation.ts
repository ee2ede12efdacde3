/**
 * Curation: which papers enter the edition of their day. A pure function of the rules and the folded paper; that a day
 * has room for so many is decided where all of the day is known (cap.ts). docs/curation.md tells it to whoever runs a
 * site.
 *
 * A paper that somebody listed is always in. Any other stays out when a rule with a minus matches; else it comes in
 * when one without matches, or when there is none without.
 */
import type { Config } from '../config.ts';
import type { Folded } from './merge.ts';
import { authorSlug } from './slug.ts';
import { foldTerm, foldTexts, hasTerm } from './terms.ts';
import type { Rule } from './types.ts';

/** The rules as the settings have them. Words and names begin with `-` where they keep papers out. */
export interface Rules {
  categories: string[];
  keywords: string[];
  authors: string[];
  /** Papers a day that enter by themselves; 0: no limit. */
  cap: number;
}

export const NO_RULES: Rules = { categories: [], keywords: [], authors: [], cap: 0 };

/** The rules of a site's settings. */
export const rulesOf = (
  config: Pick<Config, 'EDITION_CATEGORIES' | 'EDITION_KEYWORDS' | 'EDITION_AUTHORS' | 'EDITION_CAP'>,
): Rules => ({
  categories: config.EDITION_CATEGORIES,
  keywords: config.EDITION_KEYWORDS,
  authors: config.EDITION_AUTHORS,
  cap: config.EDITION_CAP,
});

/** Whether papers are taken as if there were no rules at all. */
export const isEmpty = ({ categories, keywords, authors, cap }: Rules): boolean =>
  categories.length + keywords.length + authors.length + cap === 0;

/** Rules made ready to be asked about many papers. */
export interface Curation {
  rules: Rules;
  decide(
    paper: Pick<Folded, 'dayBy' | 'categories' | 'title' | 'abstract' | 'keywords' | 'authors'>,
  ): Decision;
}

export interface Decision {
  rule: Rule;
  /** How many rules let it in: who has more of them comes first where room is short. */
  score: number;
}

/** What a setting says, split into those that let in and those that keep out. */
interface Sides {
  takes: Term[];
  keeps: Term[];
}

interface Term {
  /** As the settings have it. */
  value: string;
  /** As it is compared. */
  key: string;
}

/** Makes rules ready. A word or name without a letter in it matches nothing. */
export function curation(rules: Rules): Curation {
  const keywords = sides(rules.keywords, foldTerm);
  const authors = sides(rules.authors, (name) => authorSlug(name) || null);
  const mustMatch = rules.categories.length + keywords.takes.length + authors.takes.length > 0;
  const reads = keywords.takes.length + keywords.keeps.length > 0;
  return {
    rules,
    decide(paper) {
      if (paper.dayBy === 'listed') return { rule: { enters: true, by: 'listed' }, score: 0 };
      const text = reads ? foldTexts([paper.title, paper.abstract, ...paper.keywords]) : '';
      const slugs = new Set(
        authors.takes.length + authors.keeps.length > 0 ? paper.authors.map(authorSlug) : [],
      );
      const inText = ({ key }: Term): boolean => hasTerm(text, key);
      const byName = ({ key }: Term): boolean => slugs.has(key);
      const word = keywords.keeps.find(inText);
      if (word) return { rule: { enters: false, by: 'keyword', value: `-${word.value}` }, score: 0 };
      const name = authors.keeps.find(byName);
      if (name) return { rule: { enters: false, by: 'author', value: `-${name.value}` }, score: 0 };
      if (!mustMatch) return { rule: { enters: true, by: 'all' }, score: 0 };
      const matches: Rule[] = [];
      const match = (by: Rule['by'], values: string[]): void => {
        for (const value of values) matches.push({ enters: true, by, value });
      };
      match(
        'category',
        rules.categories.flatMap((wanted) => paper.categories.find((code) => isOf(code, wanted)) ?? []),
      );
      match('keyword', valuesOf(keywords.takes.filter(inText)));
      match('author', valuesOf(authors.takes.filter(byName)));
      return { rule: matches[0] ?? { enters: false, by: 'none' }, score: matches.length };
    },
  };
}

/** `cs` stands for all of `cs.*`. */
const isOf = (code: string, wanted: string): boolean => code === wanted || code.startsWith(`${wanted}.`);

const valuesOf = (terms: Term[]): string[] => terms.map(({ value }) => value);

function sides(terms: string[], fold: (term: string) => string | null): Sides {
  const found: Sides = { takes: [], keeps: [] };
  for (const term of terms) {
    const keeps = term.startsWith('-');
    const value = keeps ? term.slice(1) : term;
    const key = fold(value);
    if (key !== null) found[keeps ? 'keeps' : 'takes'].push({ value, key });
  }
  return found;
}
