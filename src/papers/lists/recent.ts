/**
 * Papers read recently, as they were after the change that wrote them last: a list is made again whenever one of its
 * papers is voted for, and only that one has to be read.
 */
import { LRUCache } from 'lru-cache';
import { inSlices } from '../../store/bulk.ts';
import type { Db } from '../../store/schema.ts';
import { rowToPaper } from '../rows.ts';
import type { Paper } from '../types.ts';

/** Memory for them, bytes. */
const MEMORY = 12 * 1024 * 1024;
/** Approximate memory of a paper besides its texts, and of a name. */
const PAPER = 2000;
const NAME = 60;

const bytesOf = ({ title, abstract, summary, authors }: Paper): number =>
  PAPER + title.length + (abstract?.length ?? 0) + (summary?.length ?? 0) + authors.length * NAME;

export class RecentPapers {
  readonly #papers = new LRUCache<number, Paper>({ maxSize: MEMORY, sizeCalculation: bytesOf });

  /** Papers by key, in the order requested; keys that no longer exist are left out. They must not be modified. */
  async of(db: Db, pks: number[]): Promise<Paper[]> {
    const current = await inSlices(pks, (part) =>
      db.selectFrom('papers').select(['pk', 'seq']).where('pk', 'in', part).execute(),
    );
    const found = new Map<number, Paper>();
    const missing: number[] = [];
    for (const { pk, seq } of current) {
      const paper = this.#papers.get(pk);
      if (paper?.seq === seq) found.set(pk, paper);
      else missing.push(pk);
    }
    const rows = await inSlices(missing, (part) =>
      db.selectFrom('papers').selectAll().where('pk', 'in', part).execute(),
    );
    for (const row of rows) {
      const paper = Object.freeze(rowToPaper(row));
      this.#papers.set(row.pk, paper);
      found.set(row.pk, paper);
    }
    return pks.flatMap((pk) => found.get(pk) ?? []);
  }
}
