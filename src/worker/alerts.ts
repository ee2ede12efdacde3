/**
 * Queues mail to ALERT_TO when a part of a source has failed, or not run, for ALERT_AFTER_HOURS, and once more when it has
 * recovered. The decision is recorded in one transaction with the mail (outbox.ts), so no restart and no second worker
 * repeats it. `source_parts.alerted_at` is cleared by the first good run; `META.reported` remembers until
 * then that there is a recovery to report.
 */
import type { Config } from '../config.ts';
import { mailHost } from '../mail/mailer.ts';
import { queueMail } from '../mail/outbox.ts';
import { partOf } from '../sources/ledger.ts';
import { SOURCES } from '../sources/registry.ts';
import type { Source } from '../sources/source.ts';
import { type PartStatus, partsStatus } from '../sources/status.ts';
import { isExpected, offBy, partTitle } from '../sources/status-words.ts';
import { allMeta, dropMeta, META, type ReportedPart, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { brokenMail, type Mended, mendedMail } from './alert-mail.ts';

export interface AlertOptions {
  store: Store;
  config: Config;
  sources?: Source[];
  /** Epoch ms; default the system's clock. */
  now?: () => number;
}

/** After a site was down for days, no part is called stale before it has had a chance to run (ms). */
const GRACE = 3_600_000;

export class Alerts {
  readonly #options: AlertOptions;
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#startedAt = this.#now();
  }

  /** Decides what to report, and queues the mail; `mailing.ts` sends it. Does nothing while ALERT_TO is not set. */
  async tick(): Promise<void> {
    const { ALERT_TO } = this.#options.config;
    if (ALERT_TO !== null) await this.#decide(ALERT_TO);
  }

  async #decide(to: string): Promise<void> {
    const { store, config, sources = SOURCES } = this.#options;
    const now = this.#now();
    const parts = await partsStatus(store, config, now, sources);
    const known = await allMeta(store.read, META.reported);
    const broken = parts.filter((part) => part.row.alerted_at === null && this.#isBroken(part, now));
    const mended = known.filter((reported) => {
      const part = partIn(parts, reported);
      return part === undefined || (part.lastGood ?? 0) > reported.at;
    });
    if (broken.length === 0 && mended.length === 0) return;
    for (const { row } of broken) await partOf(store, row.source, row.part, now);
    await store.write.transaction().execute(async (tx) => {
      const well: Mended[] = [];
      for (const reported of mended) {
        const part = partIn(parts, reported);
        // There is no good news about a part that the settings no longer ask for, or that has failed again.
        if ((await dropMeta(tx, keyOf(reported))) && part && !broken.includes(part))
          well.push({ reported, part });
      }
      const newly: PartStatus[] = [];
      for (const part of broken) if (await markBroken(tx, part, now)) newly.push(part);
      const host = mailHost(config);
      if (newly.length > 0) await queueMail(tx, brokenMail(config, to, newly), host, now);
      if (well.length > 0) await queueMail(tx, mendedMail(config, to, well, parts), host, now);
    });
  }

  #isBroken(part: PartStatus, now: number): boolean {
    if (!part.isStale || !isExpected(part, offBy(this.#options.config))) return false;
    const couldRun = now - this.#startedAt > GRACE || (part.row.last_ended ?? 0) >= this.#startedAt;
    return part.failures > 0 || couldRun;
  }
}

/** True for the one transaction that marks it. */
async function markBroken(tx: Db, part: PartStatus, now: number): Promise<boolean> {
  const { source, part: name } = part.row;
  const { numUpdatedRows } = await tx
    .updateTable('source_parts')
    .set({ alerted_at: now })
    .where('source', '=', source)
    .where('part', '=', name)
    .where('alerted_at', 'is', null)
    // A run that has ended well in the meantime has the last word.
    .where('last_good', part.lastGood === null ? 'is' : '=', part.lastGood)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  const since = part.failingSince ?? part.lastGood ?? part.row.first_seen;
  const reported: ReportedPart = { source, part: name, name: partTitle(part), at: now, since };
  await setMeta(tx, keyOf(reported), reported);
  return true;
}

const keyOf = ({ source, part }: ReportedPart) => META.reported.of(`${source} ${part}`);

const partIn = (parts: PartStatus[], { source, part }: ReportedPart): PartStatus | undefined =>
  parts.find(({ row }) => row.source === source && row.part === part);
