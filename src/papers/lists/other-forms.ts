/**
 * A preprint and its publication that are two papers here, because neither title nor author says that they are one
 * (arrange.ts), or because only one of them is here. Read from what the records of both sides say.
 */
import { inSlices } from '../../store/bulk.ts';
import type { Db } from '../../store/schema.ts';
import { RecordFacts } from '../intake/agree.ts';
import { nameOfIdentifier } from '../intake/names.ts';
import { refOf } from '../intake/unit-load.ts';
import type { RelatedForm } from '../library.ts';
import { rowToPaper } from '../rows.ts';
import type { Identifier, Paper, PaperRecord } from '../types.ts';

/** Records looked at, and forms told of, at most. */
const MOST_RECORDS = 200;
const MOST_FORMS = 20;

interface ClaimedForm extends Omit<RelatedForm, 'paper'> {
  /** The paper whose record says so, where that is the other one. */
  by: number | null;
  /** What the operator's decisions call that record. */
  ref: string;
}

/** The other forms of a paper's work, publications first; without those the operator keeps apart from it. */
export async function otherForms(db: Db, paper: Paper): Promise<RelatedForm[]> {
  const told = await claimedForms(db, paper);
  if (told.length === 0) return [];
  const homes = await homesOf(
    db,
    told.map(({ identifier }) => identifier),
  );
  const pks = [...new Set([...told.flatMap(({ by }) => by ?? []), ...homes.values()])];
  const rows = await inSlices(pks, (slice) =>
    db.selectFrom('papers').selectAll().where('pk', 'in', slice).execute(),
  );
  const papers = new Map(rows.map((row) => [row.pk, rowToPaper(row)]));
  const parted = await partedFrom(
    db,
    told.map(({ ref }) => ref),
    [...pks, paper.pk],
  );
  const forms = new Map<string, RelatedForm>();
  for (const { as, identifier, by, ref } of told) {
    const name = nameOfIdentifier(identifier);
    const found = papers.get(by ?? homes.get(name) ?? -1);
    if (found?.pk === paper.pk || (found && parted.get(ref)?.has(by === null ? found.pk : paper.pk)))
      continue;
    if (by !== null && found) {
      if (!forms.has(found.id)) forms.set(found.id, { as, identifier: found.identifiers[0]!, paper: found });
      continue;
    }
    // A name that several papers claim leads to one of them, which need not be the one that is meant.
    const isMeant = found?.identifiers.some((one) => nameOfIdentifier(one) === name) ?? false;
    const key = isMeant ? found!.id : name;
    if (!forms.has(key)) forms.set(key, { as, identifier, paper: isMeant ? found! : null });
  }
  return [...forms.values()].slice(0, MOST_FORMS);
}

/** What records of the paper, and of others about it, say. */
async function claimedForms(db: Db, { pk, identifiers }: Paper): Promise<ClaimedForm[]> {
  const names = new Set(identifiers.map(nameOfIdentifier));
  const own = await db.selectFrom('claims').select('paper_pk').where('paper_pk', '=', pk).limit(1).execute();
  const others = await inSlices([...names], (slice) =>
    db.selectFrom('claims').select('paper_pk').where('name', 'in', slice).execute(),
  );
  const claiming = [...new Set([...own, ...others].map(({ paper_pk }) => paper_pk))].slice(0, MOST_RECORDS);
  if (claiming.length === 0) return [];
  const records = await db
    .selectFrom('records')
    .select(['source', 'key', 'paper_pk', 'content'])
    .where('paper_pk', 'in', claiming)
    .where('content', 'like', '%"sameAs"%')
    .orderBy('paper_pk')
    .orderBy('source')
    .orderBy('key')
    .orderBy('hash')
    .limit(MOST_RECORDS)
    .execute();
  const told = records.flatMap(({ source, key, paper_pk, content }): ClaimedForm[] => {
    const record = JSON.parse(content!) as PaperRecord;
    const ref = refOf(new RecordFacts(record, key), `${source} ${key}`);
    return (record.sameAs ?? []).flatMap(({ as, ...identifier }): ClaimedForm[] => {
      if (paper_pk === pk)
        return names.has(nameOfIdentifier(identifier)) ? [] : [{ as, identifier, by: null, ref }];
      if (!names.has(nameOfIdentifier(identifier))) return [];
      return [{ as: as === 'preprint' ? 'publication' : 'preprint', identifier, by: paper_pk, ref }];
    });
  });
  const order = ({ as, by, identifier }: ClaimedForm): string =>
    `${as === 'publication' ? 0 : 1} ${by} ${nameOfIdentifier(identifier)}`;
  return told.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The papers that names lead to. */
async function homesOf(db: Db, identifiers: Identifier[]): Promise<Map<string, number>> {
  const homes = new Map<string, number>();
  for (const [scheme, some] of Map.groupBy(identifiers, (one) => one.scheme)) {
    const rows = await inSlices([...new Set(some.map(({ value }) => value))], (slice) =>
      db
        .selectFrom('identifiers')
        .selectAll()
        .where('scheme', '=', scheme)
        .where('value', 'in', slice)
        .execute(),
    );
    for (const row of rows) homes.set(nameOfIdentifier({ scheme, value: row.value }), row.paper_pk);
  }
  return homes;
}

/** Papers that hold a record which the operator keeps apart from one of these, by the ref of the latter. */
async function partedFrom(db: Db, refs: string[], pks: number[]): Promise<Map<string, Set<number>>> {
  const parted = new Map<string, Set<number>>();
  const decisions = await db
    .selectFrom('decisions')
    .select(['one', 'other'])
    .where('kind', '=', 'part')
    .where((e) => e.or([e('one', 'in', refs), e('other', 'in', refs)]))
    .execute();
  if (decisions.length === 0) return parted;
  const records = await inSlices(pks, (slice) =>
    db.selectFrom('records').select(['source', 'key', 'paper_pk']).where('paper_pk', 'in', slice).execute(),
  );
  const holders = Map.groupBy(records, ({ source, key }) => `${source} ${key}`);
  for (const { one, other } of decisions) {
    for (const [ref, against] of [
      [one, other],
      [other, one],
    ] as const) {
      const known = parted.get(ref) ?? new Set();
      // Without the hash that tells records of one key apart.
      for (const { paper_pk } of holders.get(against.split(' ', 2).join(' ')) ?? []) known.add(paper_pk);
      parted.set(ref, known);
    }
  }
  return parted;
}
