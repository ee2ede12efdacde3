/**
 * Automatic backups, the deletion of old ones, and the restore drill. If there are several workers, the one that holds
 * the lease does the work.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { mailHost } from '../mail/mailer.ts';
import { queueMail } from '../mail/outbox.ts';
import { backUp, isEncrypted } from '../store/backup.ts';
import { makeFolder } from '../store/folder.ts';
import { holdLease, LEASE, releaseLease } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { drill } from './drill.ts';
import { nameOf, type Place, PlaceError, placeOf, sizeOf, timeOf } from './places.ts';
import {
  afterFailure,
  type BackupMade,
  type BackupState,
  backupState,
  type DrillPassed,
  type Outcome,
  record,
} from './state.ts';

export interface BackupsOptions {
  store: Store;
  config: Config;
  /** Epoch ms; default the system's clock. */
  now?: () => number;
}

/** Another process is already doing this. */
export class BackupBusy extends Error {
  override name = 'BackupBusy';
}

const BACKUP_LEASE = 'backups';
/** Working copies in DATA_DIR: under names that no backup has, since BACKUP_TO may be the same folder. */
const WORKING = 'backup-in-work-';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How soon a failure is retried (ms). */
const AGAIN = { backup: HOUR, drill: DAY };
/** The operator is alerted after this many failures in a row: a network problem may make a single backup fail. */
const ALERT_AFTER = { backup: 2, drill: 1 };

export class Backups {
  readonly #store: Store;
  readonly #config: Config;
  readonly #now: () => number;

  constructor({ store, config, now = Date.now }: BackupsOptions) {
    this.#store = store;
    this.#config = config;
    this.#now = now;
  }

  /** Makes a backup if one is due, and then a drill. Returns what failed, as text for the log; null: nothing. */
  async step(): Promise<string | null> {
    const before = await backupState(this.#store.read);
    if (this.#isDue('backup', before)) {
      const failed = await this.#attempt(() => this.backUp(), 'the backup failed');
      if (failed !== null) return failed;
    }
    if (this.#isDue('drill', await backupState(this.#store.read)))
      return this.#attempt(() => this.drill(), 'the restore drill failed');
    return null;
  }

  async #attempt(work: () => Promise<unknown>, what: string): Promise<string | null> {
    try {
      await work();
      return null;
    } catch (error) {
      return error instanceof BackupBusy ? null : `${what}: ${(error as Error).message}`;
    }
  }

  #isDue(of: keyof BackupState, { [of]: { good, failed }, backup }: BackupState): boolean {
    const days = this.#config.BACKUP_DRILL_DAYS;
    if (of === 'drill' && (days === 0 || backup.good === null)) return false;
    const every = of === 'backup' ? this.#config.BACKUP_EVERY_HOURS * HOUR : days * DAY;
    if (failed !== null) return this.#now() >= failed.at + Math.min(AGAIN[of], every);
    return good === null || this.#now() >= good.at + every;
  }

  /** Makes a backup now, and deletes expired ones. @throws whatever prevented it */
  backUp(progress?: (rows: number) => void): Promise<BackupMade & { name: string }> {
    return this.#recorded('backup', async (place) => {
      const { BACKUP_KEY: key, DATA_DIR } = this.#config;
      const at = this.#now();
      const name = nameOf(at, key !== null);
      const path = await workingCopy(DATA_DIR);
      try {
        const { papers, rows } = await backUp(this.#store, path, progress, key);
        await place.put(name, path);
        const made = { name, bytes: await sizeOf(path), papers, rows };
        await this.#dropOld(place, name);
        return made;
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  async #dropOld(place: Place, newest: string): Promise<void> {
    const before = this.#now() - this.#config.BACKUP_KEEP_DAYS * DAY;
    for (const name of await place.list())
      if (name !== newest && timeOf(name)! < before) await place.drop(name);
  }

  /**
   * Restores the newest backup into a temporary database now, and compares the two.
   *
   * @throws whatever is wrong with it
   */
  drill(): Promise<DrillPassed & { name: string }> {
    return this.#recorded('drill', async (place) => {
      const name = (await place.list()).at(-1);
      if (name === undefined) throw new PlaceError('there is no backup in BACKUP_TO');
      const { DATA_DIR, BACKUP_KEY: key } = this.#config;
      const path = await workingCopy(DATA_DIR);
      try {
        await place.get(name, path);
        return { name, ...(await drill(this.#config, path, (await isEncrypted(path)) ? key : null)) };
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  /** Runs a backup or a drill under the lease, and records the outcome. */
  async #recorded<Good extends { name: string }>(
    of: keyof BackupState,
    work: (place: Place) => Promise<Good>,
  ): Promise<Good> {
    const store = this.#store;
    if (!(await holdLease(store, BACKUP_LEASE))) throw new BackupBusy('another process is making a backup');
    const timer = setInterval(() => void holdLease(store, BACKUP_LEASE).catch(() => {}), LEASE / 3);
    try {
      const place = placeOf(this.#config);
      if (place === null) throw new PlaceError('BACKUP_TO is not set');
      const good = await work(place);
      await this.#write(of, (before) => ({ ...before, good: { ...good, at: this.#now() }, failed: null }));
      return good;
    } catch (error) {
      await this.#write(of, (before) =>
        afterFailure(before, (error as Error).message.slice(0, 500), this.#now()),
      );
      throw error;
    } finally {
      clearInterval(timer);
      await releaseLease(store, BACKUP_LEASE).catch(() => {});
    }
  }

  /** Records an outcome in the same transaction as the email about it. */
  async #write(of: keyof BackupState, change: (before: Outcome<object>) => Outcome<object>): Promise<void> {
    await this.#store.write.transaction().execute(async (tx) => {
      const before = (await backupState(tx))[of];
      const after = change(before) as BackupState[typeof of];
      const { ALERT_TO } = this.#config;
      const isBad = after.failed !== null && after.failed.times >= ALERT_AFTER[of];
      const worksAgain = before.alerted && after.failed === null;
      if (isBad && !before.alerted) after.alerted = true;
      if (worksAgain) after.alerted = false;
      await record(tx, of, after);
      if (ALERT_TO === null || after.alerted === before.alerted) return;
      const { subject, text } = worksAgain ? recovered(of) : broken(of, after.failed!.says);
      const mail = { to: ALERT_TO, subject: `${this.#config.SITE_NAME}: ${subject}`, text };
      await queueMail(tx, mail, mailHost(this.#config), this.#now());
    });
  }
}

/** A path for a working copy; those that killed processes have left are deleted. To be called under the lease. */
async function workingCopy(dataDir: string): Promise<string> {
  makeFolder(dataDir);
  for (const name of await readdir(dataDir))
    if (name.startsWith(WORKING)) await rm(join(dataDir, name), { force: true });
  return join(dataDir, WORKING + randomBytes(6).toString('hex'));
}

const WHAT = { backup: 'the backup', drill: 'the restore drill' };

const broken = (of: keyof BackupState, says: string): { subject: string; text: string } => ({
  subject: `${WHAT[of]} has failed`,
  text: [
    of === 'backup'
      ? 'The site could not make its backup. If the disk failed now, everything since the last backup would be lost.'
      : 'The newest backup could not be restored into a temporary database, or differed after restoring. Do not rely on it.',
    `The reason: ${says}`,
    `The site will try again. To try now, run: broadsheet backup${of === 'drill' ? ' drill' : ''}`,
    'You will get another email when it works again.\n',
  ].join('\n\n'),
});

const recovered = (of: keyof BackupState): { subject: string; text: string } => ({
  subject: `${WHAT[of]} works again`,
  text: of === 'backup' ? 'The site has made a backup again.\n' : 'The newest backup could be restored.\n',
});
