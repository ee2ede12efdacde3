/**
 * Curation: which papers enter the edition of their day. A pure function of the rules and the merged paper; the limit
 * per day is applied where the whole day is known (cap.ts). docs/curation.md explains it to operators.
 *
 * A paper that somebody listed is always in. Any other stays out if a rule with a minus matches; otherwise it enters if
 * one without a minus matches, or if there is none without.
 */
import type { Config } from '../../config.ts';
import type { MergedPaper } from '../merge.ts';
import { authorSlug } from '../slug.ts';
import { foldTerm, foldTexts, hasTerm } from '../terms.ts';
import type { Rule } from '../types.ts';

/** The rules as in the settings. Words and names begin with `-` if they keep papers out. */
export interface Rules {
  categories: string[];
  keywords: string[];
  authors: string[];
  /** Papers a day that enter automatically; 0: no limit. */
  cap: number;
}

export const NO_RULES: Rules = { categories: [], keywords: [], authors: [], cap: 0 };

/** The rules in a site's settings. */
export const rulesOf = (
  config: Pick<Config, 'EDITION_CATEGORIES' | 'EDITION_KEYWORDS' | 'EDITION_AUTHORS' | 'EDITION_CAP'>,
): Rules => ({
  categories: config.EDITION_CATEGORIES,
  keywords: config.EDITION_KEYWORDS,
  authors: config.EDITION_AUTHORS,
  cap: config.EDITION_CAP,
});

/** Whether there are no rules at all. */
export const isEmpty = ({ categories, keywords, authors, cap }: Rules): boolean =>
  categories.length + keywords.length + authors.length + cap === 0;

/** Rules prepared for checking many papers. */
export interface Curation {
  rules: Rules;
  decide(
    paper: Pick<MergedPaper, 'dayBy' | 'categories' | 'title' | 'abstract' | 'keywords' | 'authors'>,
  ): Decision;
}

export interface Decision {
  rule: Rule;
  /** How many rules let it in: when places are short, more rules come first. */
  score: number;
}

/** The entries of a setting, split into those that let papers in and those that keep them out. */
interface Sides {
  takes: Term[];
  keeps: Term[];
}

interface Term {
  /** As in the settings. */
  value: string;
  /** As compared. */
  key: string;
}

/** Prepares rules. A word or name without a letter matches nothing. */
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
