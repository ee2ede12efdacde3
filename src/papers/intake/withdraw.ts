/** Papers that a source says are gone. They stay here, marked: links to them still say what they were. */
import type { Store } from '../../store/open.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { byTrust, recordOf } from '../merge.ts';
import { rowToMerged } from '../rows.ts';
import type { Identifier, PaperRecord, Source } from '../types.ts';
import { takeIn } from './take-in.ts';

/**
 * Marks a paper as withdrawn, because `source` no longer has it: what that source last said of it stands, with this
 * added. A source that never spoke of it adds a record of its own. When the source brings the paper again, the mark
 * goes. Doing it twice changes nothing.
 *
 * @returns false when there is no such paper here
 */
export async function markWithdrawn(store: Store, identifier: Identifier, source: Source): Promise<boolean> {
  const found = await store.view(async (db) => {
    const paper = await db
      .selectFrom('identifiers')
      .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
      .selectAll('papers')
      .where('identifiers.scheme', '=', identifier.scheme)
      .where('identifiers.value', '=', identifier.value)
      .executeTakeFirst();
    return paper && { paper, record: await lastSaid(db, paper, identifier, source) };
  });
  if (!found) return false;
  const { paper, record } = found;
  if (record?.withdrawn) return true;
  const said = record ?? { source, identifiers: [identifier], title: paper.title };
  await takeIn(store, [{ ...said, withdrawn: true }], new Set());
  return true;
}

/** What a source last said of a paper, under this name if it did, without its counts; undefined: nothing. */
async function lastSaid(
  db: Db,
  paper: PaperRow,
  { scheme, value }: Identifier,
  source: Source,
): Promise<PaperRecord | undefined> {
  const rows = await db
    .selectFrom('records')
    .selectAll()
    .where('paper_pk', '=', paper.pk)
    .where('source', '=', source)
    .execute();
  const known = rows.map(({ key, hash, content }) => ({
    key,
    hash,
    record: content === null ? recordOf(rowToMerged(paper)) : (JSON.parse(content) as PaperRecord),
  }));
  known.sort(byTrust);
  const own = known.find(({ key }) => key === `${scheme}:${value}`) ?? known[0];
  if (!own) return undefined;
  // Tallied apart, and newer there.
  const { upvotes: _, comments: __, citations: ___, ...said } = own.record;
  return { ...said, identifiers: firstNamed(said.identifiers, own.key) };
}

/** Identifiers with the record's own key first, as the source gave them. */
const firstNamed = (identifiers: Identifier[], key: string): Identifier[] => {
  const isKey = ({ scheme, value }: Identifier): boolean => `${scheme}:${value}` === key;
  return [...identifiers.filter(isKey), ...identifiers.filter((one) => !isKey(one))];
};
