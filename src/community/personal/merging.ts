/** What is a reader's own follows its papers when they are merged. */
import { sql } from 'kysely';
import type { Db } from '../../store/schema.ts';

/** Whether anybody has saved or marked a paper, or is notified about it. */
export async function isHeld(tx: Db, paper: number): Promise<boolean> {
  for (const table of ['saved_papers', 'reading_marks', 'paper_watchers', 'notices'] as const) {
    const row = await tx
      .selectFrom(table)
      .select('paper')
      .where('paper', '=', paper)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}

/** Moves what readers have of a paper to the one it has become part of; of two notes in one list, both stay. */
export async function movePersonal(tx: Db, paper: number, home: number): Promise<void> {
  await sql`INSERT INTO saved_papers (collection, paper, account, place, note, version, added_at)
    SELECT collection, ${sql.lit(home)}, account, place, note, version, added_at
      FROM saved_papers WHERE paper = ${paper}
    ON CONFLICT (collection, paper) DO UPDATE SET
      note = CASE
        WHEN excluded.note = '' OR excluded.note = saved_papers.note THEN saved_papers.note
        WHEN saved_papers.note = '' THEN excluded.note
        ELSE saved_papers.note || ${sql.lit('\n\n')} || excluded.note END`.execute(tx);
  await tx.deleteFrom('saved_papers').where('paper', '=', paper).execute();
  await sql`INSERT INTO reading_marks (account, paper, read_at, dismissed_at)
    SELECT account, ${sql.lit(home)}, read_at, dismissed_at FROM reading_marks WHERE paper = ${paper}
    ON CONFLICT (account, paper) DO UPDATE SET
      read_at = COALESCE(reading_marks.read_at, excluded.read_at),
      dismissed_at = COALESCE(reading_marks.dismissed_at, excluded.dismissed_at)`.execute(tx);
  await tx.deleteFrom('reading_marks').where('paper', '=', paper).execute();
  await sql`INSERT INTO paper_watchers (paper, account, why, at)
    SELECT ${sql.lit(home)}, account, why, at FROM paper_watchers WHERE paper = ${paper}
    ON CONFLICT (paper, account, why) DO NOTHING`.execute(tx);
  await tx.deleteFrom('paper_watchers').where('paper', '=', paper).execute();
  await tx.updateTable('notices').set({ paper: home }).where('paper', '=', paper).execute();
}

/** Papers that were merged away and saved or marked anyway: that may happen while the merge is being written. */
export async function heldStrays(db: Db): Promise<number[]> {
  const found = new Set<number>();
  for (const table of ['saved_papers', 'reading_marks', 'paper_watchers']) {
    const { rows } = await sql<{ paper: number }>`
      SELECT DISTINCT moved_papers.paper FROM moved_papers
      JOIN ${sql.table(table)} AS held ON held.paper = moved_papers.paper
      WHERE moved_papers.pending = 0 LIMIT 100`.execute(db);
    for (const { paper } of rows) found.add(paper);
  }
  return [...found];
}
