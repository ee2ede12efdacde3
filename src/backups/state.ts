/** What is known about a site's backups, kept in the database so that every process can report it. */
import { getMeta, META, type MetaKey, setMeta } from '../store/meta.ts';
import type { Db } from '../store/schema.ts';

/** A task that is done again and again. */
export interface Outcome<Good> {
  /** The last time it went well; null: never. */
  good: (Good & { at: number; name: string }) | null;
  /** The last failure since then; null: none. `since`: of the first of them. Epoch ms. */
  failed: { at: number; since: number; times: number; says: string } | null;
  /** The operator has been alerted, but not yet told that it works again. */
  alerted: boolean;
}

export interface BackupMade {
  bytes: number;
  papers: number;
  rows: number;
}

export interface DrillPassed {
  papers: number;
  rows: number;
  compared: number;
  into: 'SQLite' | 'PostgreSQL';
}

export interface BackupState {
  backup: Outcome<BackupMade>;
  drill: Outcome<DrillPassed>;
}

const NONE = { good: null, failed: null, alerted: false } as const;

/** @returns an empty state if nothing is known */
export async function backupState(db: Db): Promise<BackupState> {
  const read = async <Good>(key: MetaKey<object>): Promise<Outcome<Good>> =>
    ((await getMeta(db, key)) as Outcome<Good> | undefined) ?? NONE;
  return { backup: await read(META.backups), drill: await read(META.backupDrill) };
}

/** Records the outcome of a backup or drill. */
export async function record<Of extends keyof BackupState>(
  db: Db,
  of: Of,
  outcome: BackupState[Of],
): Promise<void> {
  await setMeta(db, of === 'backup' ? META.backups : META.backupDrill, outcome);
}

/** The outcome after a failure. */
export function afterFailure<Good>(before: Outcome<Good>, says: string, at: number): Outcome<Good> {
  const { failed } = before;
  return { ...before, failed: { at, since: failed?.since ?? at, times: (failed?.times ?? 0) + 1, says } };
}
