/** People a query may mean: names in either order and with initials, looked up among the authors known here. */
import { spellingsOf } from '../../search/names.ts';
import type { Library, Person } from '../library.ts';
import { authorSlug, slugify } from '../slug.ts';

/** Longer texts are not names. */
const LONGEST = 100;
const MOST_WORDS = 6;
/** The most addresses that are looked up for one text. */
const MOST_SLUGS = 24;
/** The newest papers whose authors are searched for matches of initials. */
const SAMPLE = 200;
/** The most people suggested. */
const MOST_PEOPLE = 3;

/** Words made of letters found in names, with at most one comma after a family name. */
const NAME =
  /^[\p{L}\p{M}.'’‐-]+(?: [\p{L}\p{M}.'’‐-]+)*(?:, ?[\p{L}\p{M}.'’‐-]+(?: [\p{L}\p{M}.'’‐-]+)*)?$/u;

interface Name {
  /** As it may be printed, as slugs; the likeliest first. */
  slugs: string[];
  /** With initials: the parts of the family name, and of the given names as far as they are given. */
  initials: { family: string[]; given: string[] }[];
}

/**
 * Reads a text as a person's name; null: it cannot be one.
 *
 * @param single whether one word may be a name
 */
export function nameIn(text: string, single: boolean): Name | null {
  if (text.length > LONGEST) return null;
  const plain = text
    .replace(/^\s*["“”„«»]|["“”„«»]\s*$/gu, '')
    .trim()
    .replace(/\s+/g, ' ');
  if (!NAME.test(plain)) return null;
  const [before, after] = plain.split(',');
  const words = plain.split(/[ ,]+/).filter(Boolean);
  if (words.length > MOST_WORDS || words.length < (single ? 1 : 2)) return null;
  const last = words.length - 1;
  const orders =
    after === undefined
      ? [words, [words[last]!, ...words.slice(0, last)], [...words.slice(1), words[0]!]]
      : [[...partsOf(after), ...partsOf(before!)], words];
  const spelled = orders.flatMap((order) => spellings(order)).slice(0, MOST_SLUGS);
  const slugs = [...new Set(spelled.map((order) => authorSlug(order.join(' '))))].filter(Boolean);
  const splits =
    after === undefined
      ? [
          { family: partsOf(words[last]!), given: partsOf(words.slice(0, last).join(' ')) },
          { family: partsOf(words[0]!), given: partsOf(words.slice(1).join(' ')) },
        ]
      : [{ family: partsOf(before!), given: partsOf(after) }];
  // Initials alone are what a name may be expanded from; and a family name of one letter is not one.
  const initials = splits.filter(
    ({ family, given }) =>
      given.some((part) => part.length === 1) && family.length > 0 && family.every((part) => part.length > 1),
  );
  return { slugs, initials };
}

/** A name with each of its words as it may be printed (`Müller` as `Mueller` and back), as typed first. */
function spellings(words: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const word of words) {
    const printed = [...new Set([word, ...spellingsOf(slugify(word), word)])];
    all = printed.flatMap((each) => all.map((before) => [...before, each])).slice(0, MOST_SLUGS);
  }
  return all;
}

const partsOf = (text: string): string[] => slugify(text).split('-').filter(Boolean);

/** Whether a printed name can be the one initials stand for: `W. E. Zhang` for `Wei Emma Zhang`, in either order. */
function standsFor({ family, given }: Name['initials'][number], printed: string): boolean {
  const parts = printed.split('-');
  const rest = parts.length - family.length;
  if (rest < given.length) return false;
  const isFamily = (at: number) => family.every((part, i) => parts[at + i] === part);
  const isGiven = (at: number) =>
    given.every((part, i) => (part.length === 1 ? parts[at + i]!.startsWith(part) : parts[at + i] === part));
  return (isFamily(rest) && isGiven(0)) || (isFamily(0) && isGiven(family.length));
}

/** The people a text may name, at most three: first those printed like that, then those its initials may stand for. */
export async function peopleNamed(
  library: Pick<Library, 'person' | 'search'>,
  text: string,
  single = false,
): Promise<Person[]> {
  const name = nameIn(text, single);
  if (name === null) return [];
  const known = await Promise.all(name.slugs.map((slug) => library.person(slug)));
  const people = known.filter((person) => person !== null);
  for (const initials of name.initials) {
    if (people.length >= MOST_PEOPLE) break;
    people.push(...(await writtenOut(library, initials, new Set(people.map(({ slug }) => slug)))));
  }
  return people.slice(0, MOST_PEOPLE);
}

/** Those with the most papers among the newest of the family name. */
async function writtenOut(
  library: Pick<Library, 'person' | 'search'>,
  initials: Name['initials'][number],
  known: Set<string>,
): Promise<Person[]> {
  const author = initials.family.join(' ');
  const { hits } = await library.search({ q: '', author, sort: 'date', limit: SAMPLE, facets: false });
  const counts = new Map<string, number>();
  for (const { paper } of hits)
    for (const slug of new Set(paper.authors.map(authorSlug)))
      if (!known.has(slug) && standsFor(initials, slug)) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const likeliest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_PEOPLE);
  const people = await Promise.all(likeliest.map(([slug]) => library.person(slug)));
  return people.filter((person) => person !== null).sort((a, b) => b.papers - a.papers);
}

/** Recognises names that a query contains: all its words are in the name, in any order. */
export function asksFor(author: string): (name: string) => boolean {
  const wanted = partsOf(author);
  return (name) => {
    const parts = new Set(partsOf(name));
    return wanted.length > 0 && wanted.every((part) => parts.has(part));
  };
}
