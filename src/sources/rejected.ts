/**
 * Rejected records, kept as they came so that a newer version can retry them. Their content is up to the other side, so
 * they are limited by number, size and age, for each part and in all. The newest are kept.
 */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';

/** A rejected record, as it came. `raw`: what `Source.reread` can retry. */
export interface Rejected {
  place: string;
  reason: string;
  raw?: unknown;
}

/** How much is kept: bytes are those of place, reason and record together. */
export const REJECTED_LIMITS = {
  /** Per record; of a larger one only place and reason are kept. */
  record: 256 * 1024,
  /** Per part of a source. */
  part: { rows: 1_000, bytes: 4 * 1024 * 1024 },
  /** Of all together. */
  all: { rows: 10_000, bytes: 32 * 1024 * 1024 },
  /** Since a record last came, ms. */
  age: 90 * 86_400_000,
} as const;

const LONGEST_PLACE = 2_000;
const LONGEST_REASON = 2_000;

/** As JSON; null if it is too large or nested too deeply for that. */
function asText(raw: unknown): string | null {
  try {
    const text = JSON.stringify(raw) as string | undefined;
    return text !== undefined && Buffer.byteLength(text) <= REJECTED_LIMITS.record ? text : null;
  } catch {
    return null;
  }
}

/** Stores rejected records, one row each however often it comes, within the limits. */
export async function keepRejected(
  store: Store,
  source: string,
  part: string,
  rejected: Rejected[],
  now: number,
): Promise<void> {
  if (rejected.length === 0) return;
  await store.write.transaction().execute(async (tx) => {
    for (const one of rejected) {
      const kept = asText(one.raw);
      const place = one.place.slice(0, LONGEST_PLACE);
      const reason = one.reason.slice(0, LONGEST_REASON);
      const bytes =
        Buffer.byteLength(place) + Buffer.byteLength(reason) + (kept ? Buffer.byteLength(kept) : 0);
      await tx
        .insertInto('rejected_records')
        .values({
          id: hash('sha1', `${source} ${kept ?? one.place}`, 'base64url'),
          ...{ source, part, place, reason, bytes, raw: kept, times: 1, first_at: now, last_at: now },
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((e) => ({
            times: e('rejected_records.times', '+', 1),
            last_at: now,
            reason,
            bytes,
          })),
        )
        .execute();
    }
    await prune(tx, now);
  });
}

/** Deletes what is beyond the limits. Rows from an older backup have no size yet; they are given one. */
export async function pruneRejected(store: Store, now: number): Promise<void> {
  await store.write.transaction().execute(async (tx) => {
    await tx
      .updateTable('rejected_records')
      .set({ bytes: sql`LENGTH(place) + LENGTH(reason) + COALESCE(LENGTH(raw), 0)` })
      .where('bytes', '=', 0)
      .execute();
    await prune(tx, now);
  });
}

async function prune(tx: Db, now: number): Promise<void> {
  await tx
    .deleteFrom('rejected_records')
    .where('last_at', '<', now - REJECTED_LIMITS.age)
    .execute();
  const { part, all } = REJECTED_LIMITS;
  await sql.raw(beyond('PARTITION BY source, part ', part)).execute(tx);
  await sql.raw(beyond('', all)).execute(tx);
}

/** Deletes everything after the given number, or bytes, of the newest records. */
const beyond = (partition: string, { rows, bytes }: { rows: number; bytes: number }): string => {
  const newest = `OVER (${partition}ORDER BY last_at DESC, id ROWS UNBOUNDED PRECEDING)`;
  return `DELETE FROM rejected_records WHERE id IN (
    SELECT id FROM (
      SELECT id, ROW_NUMBER() ${newest} AS place, SUM(bytes) ${newest} AS held FROM rejected_records
    ) AS ranked WHERE place > ${rows} OR held > ${bytes}
  )`;
};
