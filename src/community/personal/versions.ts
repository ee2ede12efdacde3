/** New versions of papers that readers have saved. */
import { sql } from 'kysely';
import { counter } from '../../store/counters.ts';
import type { Store } from '../../store/open.ts';
import { notify } from './notices.ts';

/** Where `counters` has the last change of papers that was looked through. */
const LOOKED = 'versions';

/**
 * Notifies readers of new versions of what they have saved. Looks through the papers that changed since the last time, in
 * one transaction with the notifications: after a kill it begins where it was, and of two workers the second waits.
 *
 * @param seq the last change of papers
 */
export async function noticeVersions(store: Store, seq: number, now: number): Promise<void> {
  // On a quiet site nothing is written.
  if ((await counter(store.read, LOOKED)) >= seq) return;
  await store.inTurn(() =>
    store.write.transaction().execute(async (tx) => {
      // The row that is locked here admits one process at a time.
      const { rows } = await sql<{ value: number }>`
        INSERT INTO counters (name, value) VALUES (${LOOKED}, 0)
        ON CONFLICT (name) DO UPDATE SET value = counters.value RETURNING value`.execute(tx);
      const from = Number(rows[0]!.value);
      if (from >= seq) return;
      const newer = await sql<{ account: number; paper: number; known: number | null; version: number }>`
        SELECT saved.account, saved.paper, MAX(saved.version) AS known, MAX(names.version) AS version
        FROM papers
        JOIN saved_papers AS saved ON saved.paper = papers.pk
        JOIN identifiers AS names ON names.paper_pk = papers.pk AND names.scheme = 'arxiv'
        WHERE papers.seq > ${from} AND papers.seq <= ${seq} AND names.version IS NOT NULL
        GROUP BY saved.account, saved.paper
        HAVING MAX(names.version) > COALESCE(MAX(saved.version), 0)`.execute(tx);
      for (const { account, paper, known, version } of newer.rows) {
        await tx
          .updateTable('saved_papers')
          .set({ version })
          .where('account', '=', account)
          .where('paper', '=', paper)
          .execute();
        // Saved before any version was known: then this may be the one that was saved.
        if (known === null) continue;
        const cause = `version:${paper}:${version}`;
        await notify(tx, [account], { kind: 'version', cause, paper, detail: `v${version}`, at: now });
      }
      await tx.updateTable('counters').set({ value: seq }).where('name', '=', LOOKED).execute();
    }),
  );
}
