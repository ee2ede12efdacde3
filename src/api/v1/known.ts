/** Existing things, for examples that work. */
import { periodOf } from '../../papers/days.ts';
import type { Library } from '../../papers/library.ts';
import { authorSlug } from '../../papers/slug.ts';
import type { Day } from '../../papers/types.ts';
import type { SourceDesk } from '../../sources/desk.ts';

/** Each null if there is none. */
export interface Known {
  day: Day | null;
  week: string | null;
  id: string | null;
  author: string | null;
  organization: string | null;
  category: string | null;
  /** The name of a configured source. */
  source: string | null;
  /** Words of a title. */
  words: string | null;
}

/** What an empty site has; also used for a description that no site serves. */
export const NOTHING: Known = {
  day: null,
  week: null,
  id: null,
  author: null,
  organization: null,
  category: null,
  source: null,
  words: null,
};

/** Looks for it in the newest edition. */
export async function knownIn(library: Library, sources: Pick<SourceDesk, 'parts'>): Promise<Known> {
  const [day, parts] = await Promise.all([library.latest(), sources.parts()]);
  const edition = day === null ? null : await library.edition({ kind: 'day', value: day }, 1);
  const papers = edition ? [...edition.papers, ...edition.late] : [];
  const [first] = papers;
  return {
    day,
    week: day === null ? null : periodOf('week', day).value,
    id: first?.id ?? null,
    author: papers.flatMap((paper) => paper.authors.map(authorSlug)).find(Boolean) ?? null,
    organization: papers.flatMap((paper) => paper.organizations)[0]?.slug ?? null,
    category: papers.flatMap((paper) => paper.categories)[0] ?? null,
    source: parts[0]?.source.name ?? null,
    words:
      first?.title
        .match(/\p{L}{4,}/gu)
        ?.slice(0, 2)
        .join(' ') ?? null,
  };
}
