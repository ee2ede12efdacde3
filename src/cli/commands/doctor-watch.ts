/** What `doctor` and `status` say about backups, addresses and secrets, with what to do about each. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { backupState } from '../../backups/state.ts';
import { sayBackups } from '../../backups/words.ts';
import type { Config } from '../../config.ts';
import { isLocalHost } from '../../net/addresses.ts';
import { settingsFile } from '../../settings.ts';
import { databaseFile, type Store } from '../../store/open.ts';
import { type Finding, looking } from './finding.ts';

/** As all of `doctor` writes times. */
export const momentOf = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The backups that the site makes, and the restore drill. */
export async function checkBackups(store: Store, config: Config, now = Date.now()): Promise<Finding[]> {
  const check = 'backup';
  if (config.BACKUP_TO === null)
    return [
      {
        check,
        state: 'warning',
        says: 'the site makes no backups',
        next: 'Set BACKUP_TO to a folder on another disk or to an S3 bucket; see docs/backups.md.',
      },
    ];
  const found = await looking(check, async (): Promise<Finding[]> => {
    const { backup, drill } = sayBackups(await backupState(store.read), config, momentOf, now, true);
    return [
      {
        check,
        ...backup,
        ...(backup.state !== 'ok' && { next: 'Run broadsheet backup to see why.' }),
      },
      ...(drill === null
        ? []
        : [
            {
              check: 'drill',
              ...drill,
              ...(drill.state !== 'ok' && { next: 'Run broadsheet backup drill to see why.' }),
            },
          ]),
    ];
  });
  return Array.isArray(found) ? found : [found];
}

/** The address that the site is reached at. */
export function checkAddress({ PUBLIC_URL, HOST }: Config): Finding {
  const check = 'address';
  if (PUBLIC_URL === null)
    return isLocalHost(HOST) && HOST !== '0.0.0.0'
      ? { check, state: 'ok', says: 'no PUBLIC_URL: the site is for this machine only' }
      : {
          check,
          state: 'warning',
          says: 'no PUBLIC_URL, although the site listens on the network: no sign-in links are mailed',
          next: 'Set PUBLIC_URL to the address that readers use, such as https://papers.example.org.',
        };
  const { protocol, hostname } = new URL(PUBLIC_URL);
  if (protocol === 'http:' && !isLocalHost(hostname))
    return {
      check,
      state: 'warning',
      says: `${PUBLIC_URL}  has no TLS: passwords and sign-in links can be read in transit`,
      next: 'Put a proxy with a certificate in front (docs/operations.md), and set PUBLIC_URL to https://.',
    };
  return { check, state: 'ok', says: PUBLIC_URL };
}

/** Files that only the site's user should be able to read. */
export function checkSecrets({ DATA_DIR, DATABASE_URL, DKIM_KEY_FILE, BACKUP_TO }: Config): Finding {
  const check = 'secrets';
  const paths = [
    settingsFile(DATA_DIR),
    join(DATA_DIR, 'channels.key'),
    ...(DKIM_KEY_FILE === null ? [] : [DKIM_KEY_FILE]),
    // Tokens and passwords are hashed in the database, but addresses are not.
    ...(DATABASE_URL === null ? [databaseFile(DATA_DIR)] : []),
    ...(BACKUP_TO === null || BACKUP_TO.startsWith('s3://') ? [] : [BACKUP_TO]),
  ];
  const open = paths.filter((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || (found.mode & 0o004) === 0) return false;
    // Files in a folder that others cannot enter are out of their reach.
    return (statSync(join(path, '..')).mode & 0o001) !== 0;
  });
  if (open.length === 0 || process.platform === 'win32')
    return { check, state: 'ok', says: 'files with secrets are readable only by their owner and group' };
  return {
    check,
    state: 'warning',
    says: `every user of this machine can read ${open.join(', ')}`,
    next: `chmod o-rwx ${open.map((path) => `'${path.replaceAll("'", `'\\''`)}'`).join(' ')}`,
  };
}
