/** Queries that name people, and whole references as they are printed. */

import type { Paper } from '../papers.ts';
import type { Random } from '../random.ts';
import { type Collection, type Cut, familiesOf, yearKey } from './kinds.ts';
import { hasTex, some, tellingWords, wordsOf } from './text.ts';

/** An author's name of at least two words, none of them an initial, and its last word. */
function authorOf(
  authors: readonly string[],
  chance: Random,
): { whole: string; given: string[]; family: string } | null {
  const able = authors.filter((name) =>
    /^\p{L}[\p{L}’'-]+(?: [\p{L}’'-]+)* \p{L}[\p{L}’'-]{2,}$/u.test(name),
  );
  if (able.length === 0) return null;
  const whole = chance.pick(able);
  const parts = whole.split(' ');
  return { whole, given: parts.slice(0, -1), family: parts.at(-1)! };
}

const initialsOf = (given: readonly string[]): string => given.map((part) => `${part[0]}.`).join(' ');
const withoutAccents = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '');

/** Two telling words of the title. */
function twoWords(title: string, chance: Random): string | null {
  const words = tellingWords(title);
  return hasTex(title) || words.length < 2 ? null : some(chance, words, 2).join(' ').toLowerCase();
}

/** Papers by people of all these family names, with all these words in their titles and of the year, if there is one. */
function fitting(
  { byFamily }: Collection,
  families: readonly string[],
  words: string,
  year?: number,
): number[] {
  const [first, ...others] = families.map((family) => family.toLowerCase());
  const fits = (paper: Paper): boolean => {
    const own = familiesOf(paper);
    const title = new Set(wordsOf(paper.title).map((word) => word.toLowerCase()));
    return (
      others.every((family) => own.has(family)) &&
      (year === undefined || paper.year === year) &&
      words.split(' ').every((word) => word === '' || title.has(word))
    );
  };
  return (byFamily.get(first!) ?? []).filter(fits).map(({ key }) => key);
}

/** Names as a bibliography prints them. */
const printed = (authors: readonly string[], form: 'apa' | 'ieee'): string => {
  const each = authors.slice(0, 3).map((name) => {
    const parts = name.split(' ');
    const initials = initialsOf(parts.slice(0, -1));
    return form === 'apa' ? `${parts.at(-1)}, ${initials}` : `${initials} ${parts.at(-1)}`;
  });
  return authors.length > 3 ? `${each.join(', ')} et al.` : each.join(' and ');
};

export const authorKinds: Record<string, Cut> = {
  'family name and two words': ({ title, authors }, chance, of) => {
    const author = authorOf(authors, chance);
    const words = twoWords(title, chance);
    return author && words
      ? { text: `${author.family} ${words}`, fits: fitting(of, [author.family], words) }
      : null;
  },
  'two words and full name': ({ title, authors }, chance, of) => {
    const author = authorOf(authors, chance);
    const words = twoWords(title, chance);
    return author && words
      ? { text: `${words} ${author.whole}`, fits: fitting(of, [author.family], words) }
      : null;
  },
  'initials, family name and two words': ({ title, authors }, chance, of) => {
    const author = authorOf(authors, chance);
    const words = twoWords(title, chance);
    return author && words
      ? {
          text: `${initialsOf(author.given)} ${author.family} ${words}`,
          fits: fitting(of, [author.family], words),
        }
      : null;
  },
  'name without accents and two words': ({ title, authors }, chance) => {
    const author = authorOf(
      authors.filter((name) => withoutAccents(name) !== name),
      chance,
    );
    const words = twoWords(title, chance);
    return author && words ? `${withoutAccents(author.whole)} ${words}` : null;
  },
  'full name and year': ({ authors, year }, chance, { byAndYear }) => {
    const author = authorOf(authors, chance);
    return author && byAndYear.get(yearKey(author.whole, year)) === 1 ? `${author.whole} ${year}` : null;
  },
  'family name, words and year': ({ title, authors, year }, chance, of) => {
    const author = authorOf(authors, chance);
    const words = twoWords(title, chance);
    return author && words
      ? { text: `${author.family} ${year} ${words}`, fits: fitting(of, [author.family], words, year) }
      : null;
  },
  'family name et al., year and a word': ({ title, authors, year }, chance, of) => {
    const first = authorOf(authors.slice(0, 1), chance);
    const words = tellingWords(title);
    if (first === null || authors.length < 3 || hasTex(title) || words.length < 3) return null;
    const said = some(chance, words, 3).join(' ').toLowerCase();
    return { text: `${first.family} et al. ${year} ${said}`, fits: fitting(of, [first.family], said, year) };
  },
  'three family names': ({ authors }, _, of) => {
    const families = authors.slice(0, 3).map((name) => wordsOf(name).at(-1) ?? '');
    return families.length === 3 && families.every((name) => name.length > 3)
      ? { text: families.join(' '), fits: fitting(of, families, '') }
      : null;
  },
  BibTeX: ({ title, authors, year, id }) =>
    authors.length === 0
      ? null
      : `@article{${wordsOf(authors[0]!).at(-1)?.toLowerCase()}${year}${tellingWords(title)[0]?.toLowerCase() ?? ''},\n` +
        `  title={${title}},\n  author={${authors
          .map((name) => `${name.split(' ').at(-1)}, ${name.split(' ').slice(0, -1).join(' ')}`)
          .join(' and ')}},\n` +
        `  journal={arXiv preprint${id ? ` arXiv:${id.replace(/^arxiv:/, '')}` : ''}},\n  year={${year}}\n}`,
  'BibTeX without an identifier': ({ title, authors, year }) =>
    authors.length === 0
      ? null
      : `@inproceedings{${wordsOf(authors[0]!).at(-1)?.toLowerCase()}${year}, title = "{${title}}", author = "${authors.join(' and ')}", year = ${year}}`,
  'reference, APA': ({ title, authors, year }) =>
    authors.length === 0 ? null : `${printed(authors, 'apa')} (${year}). ${title}. arXiv preprint.`,
  'reference, IEEE': ({ title, authors, year }) =>
    authors.length === 0
      ? null
      : `[12] ${printed(authors, 'ieee')}, “${title},” in Proc. Int. Conf., ${year}, pp. 1–12.`,
};

/** The family names of some authors, each of at least four letters; null where one is shorter. */
function familyNames(authors: readonly string[]): string[] | null {
  const families = authors.map((name) => wordsOf(name).at(-1) ?? '');
  return families.every((name) => name.length > 3) ? families : null;
}

/** Several people by their family names. */
export const namesKinds: Record<string, Cut> = {
  'two family names': ({ authors }, _, of) => {
    const families = authors.length === 2 ? familyNames(authors) : null;
    return families && { text: families.join(' '), fits: fitting(of, families, '') };
  },
  'two family names and a word': ({ title, authors }, chance, of) => {
    const families = authors.length < 2 ? null : familyNames(authors.slice(0, 2));
    const words = tellingWords(title);
    if (families === null || hasTex(title) || words.length === 0) return null;
    const word = chance.pick(words).toLowerCase();
    return { text: `${families.join(' ')} ${word}`, fits: fitting(of, families, word) };
  },
  'first and last family name and two words': ({ title, authors }, chance, of) => {
    const families = authors.length < 3 ? null : familyNames([authors[0]!, authors.at(-1)!]);
    const words = twoWords(title, chance);
    return (
      families && words && { text: `${words} ${families.join(' ')}`, fits: fitting(of, families, words) }
    );
  },
  'four family names': ({ authors }, _, of) => {
    const families = authors.length < 4 ? null : familyNames(authors.slice(0, 4));
    return families && { text: families.join(' '), fits: fitting(of, families, '') };
  },
  'three family names, shuffled': ({ authors }, chance, of) => {
    const families = authors.length < 3 ? null : familyNames(authors.slice(0, 3));
    return families && { text: chance.shuffle(families).join(', '), fits: fitting(of, families, '') };
  },
};
