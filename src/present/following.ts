/**
 * What is new in what a reader follows, newest first: one query for authors and organisations together, one of the
 * index for all categories, one for each search, and two for people.
 */
import type { Placed } from '../community/discussions.ts';
import type { Follow } from '../community/personal/follows.ts';
import type { ShownVote } from '../community/votes.ts';
import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { papersBy } from '../http/find.ts';
import { authorSlug } from '../papers/slug.ts';
import type { Day, Paper } from '../papers/types.ts';
import { dayIn } from './dates.ts';
import { readQuery, searchParams } from './search-query.ts';
import { authorPath, organizationPath, personPath, searchPath } from './urls.ts';

/** Something new, and what it is there for. */
export type News = { day: Day | null; paper: Paper } & (
  | { kind: 'paper'; because: Follow[] }
  | { kind: 'comment'; placed: Placed }
  | { kind: 'votes'; votes: ShownVote[] }
);

/** The page of what is followed. */
export function followPath({ kind, subject, name, address }: Omit<Follow, 'at'>): string {
  if (kind === 'author') return authorPath(name) ?? `/authors/${encodeURIComponent(subject)}`;
  if (kind === 'organization') return organizationPath(subject);
  if (kind === 'category') return searchPath({ category: subject });
  if (kind === 'search') return `/search?${subject}`;
  return personPath(address ?? '');
}

/** Whether a paper in one category is in another: `cs` has all of `cs.CL`. */
const isIn = (code: string, wanted: string): boolean => {
  const [a, b] = [code.toLowerCase(), wanted.toLowerCase()];
  return a === b || a.startsWith(`${b}.`);
};

/** The day by which papers are ordered, newest first. */
const dayOf = (paper: Paper): Day | null => paper.published ?? paper.listed ?? paper.announced;

/**
 * The newest from what a reader follows, up to a limit; papers they marked as not relevant are left out.
 *
 * @param account theirs
 */
export async function newsFor(
  ask: Pick<Ask, 'web' | 'library'>,
  account: number,
  follows: readonly Follow[],
  most: number,
): Promise<News[]> {
  const { library, web } = ask;
  const those = (kind: Follow['kind']) => follows.filter((one) => one.kind === kind);
  const subjects = (kind: Follow['kind']) => those(kind).map(({ subject }) => subject);
  const people = subjects('person').map(Number);
  const categories = those('category');
  const found = (params: Parameters<typeof library.search>[0]) =>
    library
      .search({ ...params, sort: 'date', page: 1, limit: most, facets: false, explain: false })
      .then(({ direct, hits }) => [
        ...(direct ? [direct] : []),
        ...hits.filter(({ loose }) => !loose).map(({ paper }) => paper),
      ]);
  const [dismissed, byName, inCategories, searched, comments, votes] = await Promise.all([
    web.personal.dismissed(account),
    library.byAnyOf({ authors: subjects('author'), organizations: subjects('organization') }, most),
    categories.length > 0 ? found({ q: '', categories: subjects('category') }) : [],
    Promise.all(
      those('search').map(async (one) => ({
        one,
        papers: await found(paramsOf(one.subject)).catch(refused),
      })),
    ),
    web.discussions.byAnyOf(people, most),
    web.people.shownVotesBy(people, most),
  ]);
  const news = new Map<number, News & { kind: 'paper' }>();
  const add = (paper: Paper, because: readonly Follow[]): void => {
    if (dismissed.has(paper.pk)) return;
    const known = news.get(paper.pk);
    if (known) known.because.push(...because.filter((one) => !known.because.includes(one)));
    else news.set(paper.pk, { kind: 'paper', day: dayOf(paper), paper, because: [...because] });
  };
  for (const paper of [...byName, ...inCategories]) add(paper, reasonsFor(paper, follows));
  for (const { one, papers } of searched) for (const paper of papers) add(paper, [one]);
  const known = await papersBy(
    ask,
    [...comments, ...votes].map(({ paper }) => paper),
  );
  const { timezone } = web.site;
  const others: News[] = comments.flatMap((placed) => {
    const paper = known.get(placed.paper);
    return paper ? { kind: 'comment', day: dayIn(placed.letter.created, timezone), paper, placed } : [];
  });
  for (const [key, all] of Map.groupBy(votes, ({ paper }) => paper)) {
    const paper = known.get(key);
    if (paper && !dismissed.has(key))
      others.push({ kind: 'votes', day: dayIn(all[0]!.at, timezone), paper, votes: all });
  }
  return [...news.values(), ...others]
    .sort((a, b) => ((a.day ?? '') < (b.day ?? '') ? 1 : (a.day ?? '') > (b.day ?? '') ? -1 : 0))
    .slice(0, most);
}

/** A search that was followed, as the library takes it. */
export const paramsOf = (query: string): ReturnType<typeof searchParams> =>
  searchParams(readQuery(new URLSearchParams(query)));

/** A search that is no longer understood finds nothing, and hides nothing else. */
function refused(error: unknown): Paper[] {
  if (error instanceof WebError) return [];
  throw error;
}

function reasonsFor(paper: Paper, follows: readonly Follow[]): Follow[] {
  const slugs = new Set(paper.authors.map(authorSlug));
  const organizations = new Set(paper.organizations.map(({ slug }) => slug.toLowerCase()));
  return follows.filter(
    ({ kind, subject }) =>
      (kind === 'author' && slugs.has(subject)) ||
      (kind === 'organization' && organizations.has(subject.toLowerCase())) ||
      (kind === 'category' && paper.categories.some((code) => isIn(code, subject))),
  );
}
