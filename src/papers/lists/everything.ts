/** Iterates over all papers in the order of their ids: bounded in memory, as of one moment of the database. */
import type { Db } from '../../store/schema.ts';
import { rowToPaper } from '../rows.ts';
import { talliesOf } from '../standing.ts';
import type { Day, Paper } from '../types.ts';

export interface ExportedPaper {
  paper: Paper;
  tallies: { source: string; upvotes: number; comments: number }[];
}

export interface EverythingOptions {
  /** Only papers listed on these days, both inclusive. */
  from?: Day;
  to?: Day;
  /** Papers per step. */
  step?: number;
}

/** All papers, ids A to Z by code point. `db` should be a snapshot. */
export async function* everyPaper(
  db: Db,
  { from, to, step = 500 }: EverythingOptions = {},
): AsyncGenerator<ExportedPaper> {
  let after = '';
  for (;;) {
    let query = db.selectFrom('papers').selectAll().where('id', '>', after).orderBy('id').limit(step);
    if (from) query = query.where('listed', '>=', from);
    if (to) query = query.where('listed', '<=', to);
    const rows = await query.execute();
    const tallies = await talliesOf(
      db,
      rows.map((row) => row.pk),
    );
    for (const row of rows) yield { paper: rowToPaper(row), tallies: tallies.get(row.pk) ?? [] };
    if (rows.length < step) return;
    after = rows.at(-1)!.id;
  }
}
