/**
 * The papers that entered the site between two turns of the edition, by what people follow: their authors,
 * organisations and categories. Read once for all issues of a period. When they entered is told by the change that
 * brought them, and the changes of two neighbouring periods have no gap and no overlap, so none is skipped or comes
 * twice. Papers published long before are left out, so that a big import of old ones floods nobody.
 */
import { LRUCache } from 'lru-cache';
import { addDays } from '../papers/days.ts';
import { byVotes, DATE } from '../papers/orders.ts';
import { rowToPaper } from '../papers/rows.ts';
import { authorSlug } from '../papers/slug.ts';
import type { Day, Organization, Paper } from '../papers/types.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import type { Span } from './periods.ts';

/** Papers published longer than this before the end of a period are no news, days. */
export const OLD = 60;

export interface Entered {
  /** The last change of the period: what reads the index must know of it. */
  upTo: number;
  /** The earliest day any of them has in the index; null: there are none. */
  earliest: Day | null;
  /** Their keys, with their places in the order of votes. */
  places: ReadonlyMap<number, number>;
  /** Keys of papers, most votes first; so are the next two. */
  byAuthor(slug: string): readonly number[];
  byOrganization(slug: string): readonly number[];
  /** `cs` has all of `cs.CL`. */
  inCategory(code: string): readonly number[];
  /** What a search found among them, remembered: many people follow the same. Null: it is not understood. */
  searched: Map<string, Promise<readonly number[] | null>>;
  /** Papers by key in the order asked for; those that have gone or been withdrawn meanwhile are left out. */
  read(db: Db, pks: readonly number[]): Promise<Paper[]>;
}

/** The keys of papers that entered, most votes first. */
export function ranked({ places }: Pick<Entered, 'places'>, pks: Iterable<number>): number[] {
  const found = new Map<number, number>();
  for (const pk of pks) {
    const place = places.get(pk);
    if (place !== undefined) found.set(place, pk);
  }
  return [...Uint32Array.from(found.keys()).sort()].map((place) => found.get(place)!);
}

/** Papers of a period that are remembered. */
const REMEMBERED = 2000;

/** The number of the last change that was certainly made before a moment. */
async function lastChangeBefore(db: Db, at: number, present: number): Promise<number> {
  const after = await db
    .selectFrom('change_times')
    .select('seq')
    .where('at', '>', at)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  return after === undefined ? present : after.seq - 1;
}

const COLUMNS = [
  'pk',
  'id',
  'upvotes',
  'announced',
  'authors',
  'organizations',
  'categories',
  'published',
  'listed',
  'day',
] as const;

/** Reads what entered in a period that has ended. */
export async function enteredIn(store: Pick<Store, 'view' | 'seq'>, span: Span): Promise<Entered> {
  const present = await store.seq();
  const { rows, upTo } = await store.view(async (db) => {
    const after = await lastChangeBefore(db, span.from, present);
    const upTo = await lastChangeBefore(db, span.until, present);
    const oldest = addDays(span.last, -OLD);
    const rows = await db
      .selectFrom('papers')
      .select(COLUMNS)
      .where('created_seq', '>', after)
      .where('created_seq', '<=', upTo)
      .where('withdrawn', '=', 0)
      // Where only the month or year is known, it may have been the last day of it.
      .where((e) =>
        e.or([
          e(DATE, '>=', oldest),
          e.and([e('published_precision', '=', 'month'), e('published', '>=', `${oldest.slice(0, 7)}-01`)]),
          e.and([e('published_precision', '=', 'year'), e('published', '>=', `${oldest.slice(0, 4)}-01-01`)]),
        ]),
      )
      .execute();
    return { rows, upTo };
  });
  rows.sort(byVotes);
  const places = new Map<number, number>();
  const authors = new Map<string, number[]>();
  const organizations = new Map<string, number[]>();
  const categories = new Map<string, number[]>();
  let earliest: Day | null = null;
  for (const row of rows) {
    const { pk } = row;
    places.set(pk, places.size);
    const day = row.published ?? row.listed ?? (row.announced || row.day || null);
    if (day !== null && (earliest === null || day < earliest)) earliest = day;
    for (const slug of new Set((JSON.parse(row.authors) as string[]).map(authorSlug))) add(authors, slug, pk);
    for (const { slug } of JSON.parse(row.organizations) as Organization[])
      add(organizations, slug.toLowerCase(), pk);
    for (const code of codesOf(JSON.parse(row.categories) as string[])) add(categories, code, pk);
  }
  const kept = new LRUCache<number, Paper>({ max: REMEMBERED });
  return {
    upTo,
    earliest,
    places,
    searched: new Map(),
    byAuthor: (slug) => authors.get(slug) ?? [],
    byOrganization: (slug) => organizations.get(slug.toLowerCase()) ?? [],
    inCategory: (code) => categories.get(code.toLowerCase()) ?? [],
    async read(db, pks) {
      const missing = pks.filter((pk) => !kept.has(pk));
      for (const paper of await papersByKey(db, missing)) kept.set(paper.pk, paper);
      return pks.flatMap((pk) => kept.get(pk) ?? []);
    },
  };
}

/** Papers by key that have not been withdrawn, in no order. */
export async function papersByKey(db: Db, pks: readonly number[]): Promise<Paper[]> {
  const rows = await inSlices([...pks], (slice) =>
    db.selectFrom('papers').selectAll().where('pk', 'in', slice).where('withdrawn', '=', 0).execute(),
  );
  return rows.map(rowToPaper);
}

function add(map: Map<string, number[]>, key: string, pk: number): void {
  const known = map.get(key);
  if (known) known.push(pk);
  else map.set(key, [pk]);
}

/** Each category and what it is in: `cs.CL` and `cs`. In small letters. */
function codesOf(categories: string[]): Set<string> {
  const codes = new Set<string>();
  for (const category of categories) {
    const code = category.toLowerCase();
    for (let end = code.indexOf('.'); end > 0; end = code.indexOf('.', end + 1))
      codes.add(code.slice(0, end));
    codes.add(code);
  }
  return codes;
}
