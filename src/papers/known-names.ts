/**
 * Names of tasks, methods and datasets that several papers of this site mention, counted over all readings now and then.
 * Derived, like the readings they are counted from.
 */
import { unpack } from '../reading/pack.ts';
import { readText } from '../reading/read.ts';
import type { Mention } from '../reading/types.ts';
import { inSlices, insertMany } from '../store/bulk.ts';
import { counter } from '../store/counters.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { hash52 } from './hash.ts';
import { type Readable, textRead } from './readings.ts';

/** A name is known if at least this many papers mention it. */
export const LEAST_MENTIONS = 3;
/** The most names of one text that are looked up. */
const MOST_NAMES = 60;
/** Papers read at a time while counting. */
const PAPERS = 500;
/** Names counted at a time. */
const MOST_COUNTED = 300_000;
/** Longer names are not counted: nobody would search for them. */
const LONGEST = 60;
/** The row of `derived` that records the change at which they were counted; its `pk` is the number of readings then. */
const NAME = 'names';

/** The names in a paper's abstract that at least three papers here mention, each where it first appears. */
export async function knownNamesIn(db: Db, paper: Readable): Promise<Mention[]> {
  if (paper.abstract === null) return [];
  const text = paper.abstract;
  const names = readText(text).names.slice(0, MOST_NAMES);
  const keyOf = ({ start, end }: Mention): string => text.slice(start, end).toLowerCase();
  if (names.length === 0) return [];
  const known = await db
    .selectFrom('known_names')
    .select('name')
    .where('name', 'in', [...new Set(names.map(keyOf))])
    .execute();
  const all = new Set(known.map(({ name }) => name));
  return names.filter((mention) => all.has(keyOf(mention)));
}

/**
 * Recounts the names if papers have changed: the first time, when there are a tenth more of them, and at least every
 * `age` ms. `pause` is awaited between batches. True if they were counted.
 */
export class NameCounter {
  readonly #store: Store;
  readonly #age: number;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(store: Store, age: number) {
    this.#store = store;
    this.#age = age;
  }

  async look(now: number, pause: () => Promise<void>): Promise<boolean> {
    const { read } = this.#store;
    const changed = await counter(read, 'papers');
    const place = await read.selectFrom('derived').selectAll().where('name', '=', NAME).executeTakeFirst();
    if (place?.seq === changed) return false;
    const { count } = await read
      .selectFrom('readings')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const readings = Number(count);
    const isGrown = readings > 1.1 * (place?.pk ?? 0);
    if (!isGrown && now - this.#countedAt < this.#age) return false;
    this.#countedAt = now;
    const counts = await countAll(read, pause);
    await this.#store.write.transaction().execute(async (tx) => {
      await tx.deleteFrom('known_names').execute();
      await insertMany(
        tx,
        'known_names',
        ['name', 'papers'],
        [...counts].filter(([, papers]) => papers >= LEAST_MENTIONS),
      );
      await tx.deleteFrom('derived').where('name', '=', NAME).execute();
      await tx.insertInto('derived').values({ name: NAME, stamp: '', seq: changed, pk: readings }).execute();
    });
    return true;
  }
}

/** How many papers mention each name, in lower case. */
async function countAll(db: Db, pause: () => Promise<void>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let after = -1; ; ) {
    const rows = await db
      .selectFrom('readings')
      .selectAll()
      .where('paper', '>', after)
      .orderBy('paper')
      .limit(PAPERS)
      .execute();
    if (rows.length === 0) return counts;
    after = rows.at(-1)!.paper;
    const texts = await inSlices(
      rows.map(({ paper }) => paper),
      (slice) =>
        db.selectFrom('papers').select(['pk', 'abstract', 'summary']).where('pk', 'in', slice).execute(),
    );
    const byPaper = new Map(texts.map((row) => [row.pk, textRead(row)]));
    for (const { paper, text: hash, reading } of rows) {
      const text = byPaper.get(paper);
      if (text === undefined || hash52(text) !== hash) continue;
      const own = new Set<string>();
      for (const { start, end } of unpack(reading).names) {
        if (end - start <= LONGEST) own.add(text.slice(start, end).toLowerCase());
      }
      for (const name of own) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // Most names are mentioned once: when there are too many, those are forgotten.
    if (counts.size > MOST_COUNTED)
      for (const [name, papers] of counts) if (papers === 1) counts.delete(name);
    await pause();
  }
}
