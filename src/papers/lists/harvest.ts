/**
 * The papers in the order in which they changed, for those who keep a copy of them (OAI-PMH). Continuing from the last
 * position misses nothing, however papers change meanwhile, because changed papers move to the end of the order.
 */
import { inSlices } from '../../store/bulk.ts';
import { getMeta, META } from '../../store/meta.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { rowToPaper } from '../rows.ts';
import type { Paper } from '../types.ts';
import {
  formerHeader,
  type HarvestHeader,
  type HarvestPlace,
  type HarvestRow,
  headerOf,
  inside,
  paperHeaders,
  seqsOf,
  timeOf,
  walk,
} from './harvest-rows.ts';

export type { HarvestHeader, HarvestPlace } from './harvest-rows.ts';

/** `paper` is null if no paper has this id any more. */
export type HarvestItem = HarvestHeader & { paper: Paper | null };

export interface HarvestQuery {
  /** Changed at this time or later, and no later than this one; epoch ms. */
  from?: number | undefined;
  until?: number | undefined;
  after?: HarvestPlace | undefined;
  /** Further conditions, checked for each in turn. */
  wanted?: ((header: HarvestHeader) => boolean) | undefined;
  limit: number;
}

/** A page of papers, or of headers alone. */
export interface HarvestPage<Item> {
  items: Item[];
  /** Where the next page begins; null: the end for now. */
  next: HarvestPlace | null;
}

export interface Harvest {
  page(query: HarvestQuery): Promise<HarvestPage<HarvestItem>>;
  headers(query: HarvestQuery): Promise<HarvestPage<HarvestHeader & { isGone: boolean }>>;
  /** How many papers and ids without one were changed in a range. */
  count(range: Pick<HarvestQuery, 'from' | 'until'>): Promise<number>;
  /** The paper or what became of its id; null: it was never here. */
  one(id: string): Promise<HarvestItem | null>;
  /** No change is older, epoch ms. */
  earliest(): Promise<number>;
  /** Changes when the database is restored from a backup: positions from before that are meaningless. */
  generation(): Promise<string>;
  /** The categories of all papers, and some that none has any more. Sorted. */
  categories(): Promise<string[]>;
}

/** Rows examined at a time: some milliseconds, after which other work gets its turn. */
const STEP = 2_000;

/** The harvest of a database. */
export function harvestOf(store: Pick<Store, 'read' | 'view'>): Harvest {
  const db = store.read;
  return {
    page: (query) => pageOf(store, query),
    async headers(query) {
      const { found, next } = await find(store, query);
      return { items: found.map(({ header, pk }) => ({ ...header, isGone: pk === null })), next };
    },
    async count(range) {
      const within = await seqsOf(db, range);
      const rows = await Promise.all(
        (['papers', 'former_ids'] as const).map((table) =>
          inside(db.selectFrom(table), within)
            .select((e) => e.fn.countAll<number>().as('count'))
            .executeTakeFirstOrThrow(),
        ),
      );
      return rows.reduce((sum, { count }) => sum + Number(count), 0);
    },
    async one(id) {
      const row = await db
        .selectFrom('papers')
        .selectAll()
        .select(timeOf('papers'))
        .where('id', '=', id)
        .executeTakeFirst();
      if (row) return { ...headerOf(row), paper: rowToPaper(row) };
      const former = await db
        .selectFrom('former_ids')
        .selectAll()
        .select(timeOf('former_ids'))
        .where('id', '=', id)
        .executeTakeFirst();
      return former ? { ...formerHeader(former), paper: null } : null;
    },
    async earliest() {
      const row = await db
        .selectFrom('change_times')
        .select((e) => e.fn.min('at').as('at'))
        .executeTakeFirst();
      return row?.at ?? 0;
    },
    generation: () => generationOf(db),
    categories: categoriesOf(db),
  };
}

/** Lets other requests be answered in between. */
const others = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function generationOf(db: Db): Promise<string> {
  return (await getMeta(db, META.generation)) ?? '';
}

/** The next matching ones. One more is looked for, so that a page with a successor never leads to an empty one. */
async function find(
  { read, view }: Pick<Store, 'read' | 'view'>,
  query: HarvestQuery,
): Promise<{ found: HarvestRow[]; next: HarvestPlace | null }> {
  const { wanted, limit } = query;
  const range = await seqsOf(read, query);
  const found: HarvestRow[] = [];
  let place = query.after;
  for (let step = limit + 1; ; step = Math.min(STEP, step * 2)) {
    const from = place;
    const some = await view((db) => walk(db, range, from, step));
    for (const one of some) if (!wanted || wanted(one.header)) found.push(one);
    if (found.length > limit) return { found: found.slice(0, limit), next: found[limit - 1]!.place };
    if (some.length < step) return { found, next: null };
    place = some.at(-1)!.place;
    await others();
  }
}

async function pageOf(
  store: Pick<Store, 'read' | 'view'>,
  query: HarvestQuery,
): Promise<HarvestPage<HarvestItem>> {
  const { found, next } = await find(store, query);
  const pks = found.flatMap(({ pk }) => pk ?? []);
  const rows = await inSlices(pks, (part) =>
    store.read.selectFrom('papers').selectAll().where('pk', 'in', part).execute(),
  );
  const byPk = new Map(rows.map((row) => [row.pk, row]));
  const items = found.flatMap(({ pk, header }) => {
    if (pk === null) return { ...header, paper: null };
    const row = byPk.get(pk);
    // Merged a moment ago: it is reported at its new position. So is one that was changed, and is shown as it is now.
    return row ? { ...header, paper: rowToPaper(row) } : [];
  });
  return { items, next };
}

/** Collects categories: of the whole database once, then of what has changed since. */
function categoriesOf(db: Db): () => Promise<string[]> {
  let seen = { generation: '', seq: -1, all: new Set<string>() };
  return async () => {
    const generation = await generationOf(db);
    if (generation !== seen.generation) seen = { generation, seq: -1, all: new Set() };
    const { all } = seen;
    let at = { seq: seen.seq, pk: Number.MAX_SAFE_INTEGER };
    for (;;) {
      const rows = await paperHeaders(db, { first: Math.max(0, at.seq), end: null }, at, STEP);
      for (const row of rows) for (const one of JSON.parse(row.categories) as string[]) all.add(one);
      at = rows.at(-1) ?? at;
      if (rows.length < STEP) break;
      await others();
    }
    seen = { generation, seq: at.seq, all };
    return [...all].sort();
  };
}
