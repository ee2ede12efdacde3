/** What pages and metrics report about backups and the database. */
import type { Config } from '../config.ts';
import type { Store } from '../store/open.ts';
import { type Vitals, vitalsOf } from '../store/vitals.ts';
import { type BackupState, backupState } from './state.ts';

type Settings = Pick<Config, 'BACKUP_TO' | 'BACKUP_EVERY_HOURS' | 'BACKUP_DRILL_DAYS' | 'DATA_DIR'>;

/** Bound to a database. */
export const watchedOf = (store: Store, config: Settings) => ({
  backups: async (): Promise<BackupState | null> =>
    config.BACKUP_TO === null ? null : backupState(store.read),
  backupSettings: config,
  vitals: (): Promise<Vitals> => vitalsOf(store, config.DATA_DIR, Date.now()),
});
