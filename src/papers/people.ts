/** Whom a query may mean: names in either order and with initials, looked up among the authors known here. */
import type { Library, Person } from './library.ts';
import { authorSlug, slugify } from './slug.ts';

/** Longer texts are no name. */
const LONGEST = 100;
const MOST_WORDS = 6;
/** Papers whose authors are read for whom initials may stand for, the newest ones. */
const SAMPLE = 200;
/** No more people are named. */
const MOST = 3;

/** Words of letters as names have them, at most one comma behind a family name. */
const NAME =
  /^[\p{L}\p{M}.'’‐-]+(?: [\p{L}\p{M}.'’‐-]+)*(?:, ?[\p{L}\p{M}.'’‐-]+(?: [\p{L}\p{M}.'’‐-]+)*)?$/u;

interface Name {
  /** As it may be printed, as slugs; the likeliest first. */
  slugs: string[];
  /** With initials: the parts of the family name, and of the given names as far as they are told. */
  initials: { family: string[]; given: string[] }[];
}

/**
 * Reads a text as a person's name; null: it can be none.
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
  const slugs = [...new Set(orders.map((order) => authorSlug(order.join(' '))))].filter(Boolean);
  const splits =
    after === undefined
      ? [
          { family: partsOf(words[last]!), given: partsOf(words.slice(0, last).join(' ')) },
          { family: partsOf(words[0]!), given: partsOf(words.slice(1).join(' ')) },
        ]
      : [{ family: partsOf(before!), given: partsOf(after) }];
  // Initials alone are what a name may be written out from; and a family name of one letter is none.
  const initials = splits.filter(
    ({ family, given }) =>
      given.some((part) => part.length === 1) && family.length > 0 && family.every((part) => part.length > 1),
  );
  return { slugs, initials };
}

const partsOf = (text: string): string[] => slugify(text).split('-').filter(Boolean);

/** Whether a printed name can be what initials stand for: `W. E. Zhang` of `Wei Emma Zhang`, in either order. */
function standsFor({ family, given }: Name['initials'][number], printed: string): boolean {
  const parts = printed.split('-');
  const rest = parts.length - family.length;
  if (rest < given.length) return false;
  const isFamily = (at: number) => family.every((part, i) => parts[at + i] === part);
  const isGiven = (at: number) =>
    given.every((part, i) => (part.length === 1 ? parts[at + i]!.startsWith(part) : parts[at + i] === part));
  return (isFamily(rest) && isGiven(0)) || (isFamily(0) && isGiven(family.length));
}

/** The people a text may name, at most three: those printed so first, then whom its initials may stand for. */
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
    if (people.length >= MOST) break;
    people.push(...(await writtenOut(library, initials, new Set(people.map(({ slug }) => slug)))));
  }
  return people.slice(0, MOST);
}

/** Those with most papers among the newest of the family name. */
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
  const likeliest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST);
  const people = await Promise.all(likeliest.map(([slug]) => library.person(slug)));
  return people.filter((person) => person !== null).sort((a, b) => b.papers - a.papers);
}

/** Tells names that a query asks for: all its words stand in the name, in any order. */
export function asksFor(author: string): (name: string) => boolean {
  const wanted = partsOf(author);
  return (name) => {
    const parts = new Set(partsOf(name));
    return wanted.length > 0 && wanted.every((part) => parts.has(part));
  };
}
