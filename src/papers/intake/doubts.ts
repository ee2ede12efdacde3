/** Papers that may be the same but were left separate because nothing settles it: for the operator to look at. */
import { inSlices } from '../../store/bulk.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { titleKey } from '../identifiers.ts';

export interface Doubt {
  /** `title`: they have the same title. `name`: records of all of them claim it. */
  by: 'title' | 'name';
  name: string | null;
  papers: { id: string; title: string; author: string | null; published: string | null }[];
}

/** Papers with the same title, and papers that claim the same name; those split by the operator are left out. */
export function doubts(store: Store, limit: number): Promise<Doubt[]> {
  return store.view(async (db) => {
    const parted = await partedPapers(db);
    const found: Doubt[] = [];
    for await (const { by, name, pks } of candidates(db)) {
      const isSettled = pks.every((one, at) =>
        pks.slice(at + 1).every((other) => parted.has(`${Math.min(one, other)} ${Math.max(one, other)}`)),
      );
      if (pks.length < 2 || isSettled) continue;
      const rows = await inSlices(pks, (slice) =>
        db
          .selectFrom('papers')
          .select(['id', 'title', 'authors', 'published'])
          .where('pk', 'in', slice)
          .orderBy('id')
          .execute(),
      );
      // Stored under its key by a version that took every title for a rare one.
      if (by === 'title' && rows.every((row) => titleKey(row.title) === null)) continue;
      const papers = rows.map(({ id, title, authors, published }) => ({
        id,
        title,
        author: (JSON.parse(authors) as string[])[0] ?? null,
        published,
      }));
      found.push({ by, name, papers });
      if (found.length >= limit) break;
    }
    return found;
  });
}

const STEP = 500;

async function* candidates(db: Db): AsyncGenerator<{ by: Doubt['by']; name: string | null; pks: number[] }> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('claims')
      .select('name')
      .distinct()
      .where('name', '>', after)
      .orderBy('name')
      .limit(STEP)
      .execute();
    for (const { name } of rows) {
      const claiming = await db.selectFrom('claims').select('paper_pk').where('name', '=', name).execute();
      const owner = await db
        .selectFrom('identifiers')
        .select('paper_pk')
        .where('scheme', '=', name.slice(0, name.indexOf(':')))
        .where('value', '=', name.slice(name.indexOf(':') + 1))
        .execute();
      yield { by: 'name', name, pks: [...new Set([...claiming, ...owner].map(({ paper_pk }) => paper_pk))] };
    }
    if (rows.length < STEP) break;
    after = rows.at(-1)!.name;
  }
  for (let after = -1; ; ) {
    const rows = await db
      .selectFrom('titles')
      .select('title_key')
      .where('title_key', '>', after)
      .groupBy('title_key')
      .having((e) => e.fn.countAll(), '>', 1)
      .orderBy('title_key')
      .limit(STEP)
      .execute();
    for (const { title_key } of rows) {
      const pks = await db
        .selectFrom('titles')
        .select('paper_pk')
        .where('title_key', '=', title_key)
        .execute();
      yield { by: 'title', name: null, pks: pks.map(({ paper_pk }) => paper_pk) };
    }
    if (rows.length < STEP) break;
    after = rows.at(-1)!.title_key;
  }
}

/** Pairs of papers that the operator keeps apart, as `pk pk`, the smaller first. */
async function partedPapers(db: Db): Promise<Set<string>> {
  const parted = await db.selectFrom('decisions').selectAll().where('kind', '=', 'part').execute();
  const homes = async (ref: string): Promise<number[]> => {
    const [source = '', key = ''] = ref.split(' ');
    const name = key.slice(key.indexOf(':') + 1);
    const pks = await db
      .selectFrom('records')
      .select('records.paper_pk')
      .distinct()
      .where('source', '=', source)
      .where('key', '=', key)
      .where('records.paper_pk', 'in', (e) =>
        e
          .selectFrom('identifiers')
          .select('identifiers.paper_pk')
          .where('value', '=', name)
          .where('scheme', '=', key.slice(0, key.indexOf(':')))
          .union(e.selectFrom('claims').select('claims.paper_pk').where('claims.name', '=', key)),
      )
      .execute();
    return pks.map(({ paper_pk }) => paper_pk);
  };
  const pairs = new Set<string>();
  for (const { one, other } of parted) {
    for (const a of await homes(one))
      for (const b of await homes(other)) pairs.add(`${Math.min(a, b)} ${Math.max(a, b)}`);
  }
  return pairs;
}
