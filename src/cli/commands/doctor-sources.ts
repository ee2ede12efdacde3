/** What `doctor` has to say of sources and mail. */
import type { Config } from '../../config.ts';
import { mailerOf, serverOf } from '../../mail/mailer.ts';
import { unsentMail } from '../../mail/outbox.ts';
import type { Source } from '../../sources/source.ts';
import { type PartStatus, partsStatus } from '../../sources/status.ts';
import { type Clock, endTold, isExpected, offBy, sinceOf, stateOf } from '../../sources/status-words.ts';
import type { Store } from '../../store/open.ts';
import { count } from '../command.ts';
import { type Finding, looking } from './finding.ts';

/** Parts named in a line; the rest is counted. */
const NAMED = 3;

/** A line for each source, from the ledger: nobody is asked. */
export async function checkSources(
  store: Store,
  config: Config,
  now = Date.now(),
  sources?: Source[],
): Promise<Finding[]> {
  const check = 'sources';
  const found = await looking(check, async () => {
    const parts = await partsStatus(store, config, now, sources);
    if (parts.length === 0) return [{ check, state: 'ok' as const, says: 'no source is configured' }];
    const titles = [...new Set(parts.map(({ source }) => source.title))];
    return titles.map((title) => {
      const { state, says } = ofSource(
        parts.filter(({ source }) => source.title === title),
        config,
        now,
      );
      return { check, state, says: `${title}: ${says}` };
    });
  });
  return Array.isArray(found) ? found : [found];
}

/** What is not as it should be about a part, if anything. */
interface Complaint {
  state: 'warning' | 'problem';
  says: string;
}

function ofSource(parts: PartStatus[], config: Config, now: number): Omit<Finding, 'check'> {
  const complaints = parts.flatMap((part) => complaintsOf(part, config, now));
  if (complaints.length === 0) return { state: 'ok', says: wellOf(parts, config) };
  complaints.sort((a, b) => Number(b.state === 'problem') - Number(a.state === 'problem'));
  const more = complaints.length > NAMED ? `; and ${complaints.length - NAMED} more, see sources` : '';
  return {
    state: complaints[0]!.state,
    says: `${complaints
      .slice(0, NAMED)
      .map(({ says }) => says)
      .join('; ')}${more}`,
  };
}

function complaintsOf(part: PartStatus, config: Config, now: number): Complaint[] {
  const { row, last, rejected } = part;
  const { says } = part.part;
  const complaints: Complaint[] = [];
  const state = stateOf(part);
  const span = config.ALERT_AFTER_HOURS * 3_600_000;
  if (isExpected(part, offBy(config))) {
    if (state === 'failed') {
      const reason = last ? ` (${endTold(last)})` : '';
      complaints.push({
        state: part.isStale ? 'problem' : 'warning',
        says: `${says} ${sinceOf(part, CLOCK)}${reason}`,
      });
    }
    if (state === 'stale')
      complaints.push({ state: 'warning', says: `${says} ${sinceOf(part, CLOCK)}; is the site running?` });
  }
  if (state === 'paused' && now - (row.last_ended ?? row.first_seen) > span)
    complaints.push({
      state: 'warning',
      says: `${says} is paused and ${row.last_ended === null ? 'has never run' : `last ran ${CLOCK.moment(row.last_ended)}`}`,
    });
  if (rejected > 0)
    complaints.push({
      state: 'warning',
      says: `${says}: ${count(rejected, 'record')} rejected; see sources rejected`,
    });
  return complaints;
}

function wellOf(parts: PartStatus[], config: Config): string {
  const off = offBy(config);
  const ran = parts.filter(({ row }) => row.last_ended !== null);
  if (ran.length === 0) return off === null ? 'not run yet' : `not fetched (${off})`;
  const days = parts.flatMap(({ row }) => row.announced ?? []).sort();
  const last = days.length > 0 ? `, latest ${days.at(-1)}` : '';
  const unfinished = parts.filter((part) => stateOf(part) === 'unfinished').length;
  const rest = unfinished > 0 ? `, ${unfinished} incomplete` : '';
  const asked = off === null ? '' : `; not fetched now (${off})`;
  return `${parts.length === 1 ? 'working' : `${parts.length} parts, all working`}${last}${rest}${asked}`;
}

/** As the rest of `doctor` writes times. */
const CLOCK: Clock = {
  moment: (ms) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  day: (day) => day,
};

/** Mail that could not be sent; nothing where none waits. */
export async function checkUnsent(store: Store): Promise<Finding[]> {
  const check = 'outbox';
  const found = await looking(check, async (): Promise<Finding[]> => {
    const waiting = (await unsentMail(store)).filter(({ reason }) => reason !== null);
    const [first] = waiting;
    if (!first) return [];
    const says = `${count(waiting.length, 'email')} could not be sent yet: “${first.mail.subject}”, tried ${count(first.tries, 'time')}, ${first.reason}`;
    return [{ check, state: 'problem', says }];
  });
  return Array.isArray(found) ? found : [found];
}

/** Whether there is a mail server, and whether it lets us in. */
export async function checkMail(config: Config): Promise<Finding> {
  const check = 'mail';
  const mailer = mailerOf(config);
  if (mailer === null)
    return config.ALERT_TO === null
      ? { check, state: 'ok', says: 'not configured (SMTP_URL); no sign-in links or alerts are sent' }
      : { check, state: 'problem', says: 'ALERT_TO is set, but there is no SMTP_URL to send alerts through' };
  const alerts =
    config.ALERT_TO === null ? 'no alerts are sent (ALERT_TO)' : `alerts go to ${config.ALERT_TO}`;
  try {
    const server = serverOf({ ...config, OFFLINE: false });
    try {
      serverOf(config);
    } catch {
      return { check, state: 'warning', says: `OFFLINE=1: the mail server ${server} was not contacted` };
    }
    await mailer.verify();
    return { check, state: 'ok', says: `${server} is responding; ${alerts}` };
  } catch (error) {
    return { check, state: 'problem', says: (error as Error).message };
  }
}
