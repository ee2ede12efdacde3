/** Ids that papers no longer have, because they were merged or got a better one: reported to harvesters. */
import { insertMany } from '../../store/bulk.ts';
import type { Change } from '../../store/open.ts';
import type { PaperRow } from '../../store/schema.ts';
import type { Rewritten } from '../rows.ts';

/** Records the ids that a change removes. If one comes back, its paper is there under it (harvest.ts). */
export async function noteFormerIds(
  { tx, seq }: Pick<Change, 'tx' | 'seq'>,
  changes: Rewritten[],
  buried: PaperRow[],
): Promise<void> {
  const renamed = changes.flatMap(({ before, row }) => (before && before.id !== row.id ? before : []));
  const rows = [...renamed, ...buried].map((row) => [row.id, seq, row.categories, isInEdition(row) ? 1 : 0]);
  await insertMany(tx, 'former_ids', ['id', 'seq', 'categories', 'in_edition'], rows, ['id']);
}

/** Whether a paper is in the ranked order of an edition. */
export const isInEdition = ({ listed, late }: Pick<PaperRow, 'listed' | 'late'>): boolean =>
  listed !== null && late === 0;
