/** The state of the backups as text, the same on `/status`, in `status` and in `doctor`. */
import { saySize } from './sizes.ts';
import type { BackupState, Outcome } from './state.ts';

export interface Said {
  state: 'ok' | 'warning' | 'problem';
  says: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * What to report about the backup and the drill.
 *
 * @param settings BACKUP_EVERY_HOURS and BACKUP_DRILL_DAYS
 * @param moment how times are written @param now epoch ms
 * @param reasons whether to say why something failed, which can reveal folders and hosts
 */
export function sayBackups(
  { backup, drill }: BackupState,
  settings: { BACKUP_EVERY_HOURS: number; BACKUP_DRILL_DAYS: number },
  moment: (ms: number) => string,
  now: number,
  reasons: boolean,
): { backup: Said; drill: Said | null } {
  const failing = (what: string, { failed }: Outcome<object>): string =>
    `${what} has failed since ${moment(failed!.since)}${reasons ? `: ${failed!.says}` : ''}`;
  const last = backup.good === null ? 'there is none' : `the last one was made ${moment(backup.good.at)}`;
  const isLate = backup.good !== null && now - backup.good.at > 2 * settings.BACKUP_EVERY_HOURS * HOUR + HOUR;
  const made: Said =
    backup.failed !== null
      ? { state: 'problem', says: `${failing('the backup', backup)}; ${last}` }
      : backup.good === null
        ? { state: 'warning', says: 'no backup has been made yet' }
        : {
            state: isLate ? 'problem' : 'ok',
            says: `the last backup was made ${moment(backup.good.at)} (${saySize(backup.good.bytes)})${isLate ? '; the next one is late' : ''}`,
          };
  if (settings.BACKUP_DRILL_DAYS === 0) return { backup: made, drill: null };
  const isOld = drill.good !== null && now - drill.good.at > 2 * settings.BACKUP_DRILL_DAYS * DAY + DAY;
  const passed =
    drill.good === null
      ? 'none has passed yet'
      : `the last restore drill passed ${moment(drill.good.at)} (${drill.good.papers.toLocaleString('en-GB')} papers)`;
  const tried: Said =
    drill.failed !== null
      ? { state: 'problem', says: `${failing('the restore drill', drill)}; ${passed}` }
      : {
          state: isOld ? 'problem' : drill.good === null ? 'warning' : 'ok',
          says: drill.good === null ? 'no restore drill has been run yet' : passed,
        };
  return { backup: made, drill: tried };
}
