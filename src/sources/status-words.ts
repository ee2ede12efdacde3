/**
 * The state of the sources in words, the same on `/status`, in mail and in `doctor`. Outside text and addresses go
 * through `withoutSecrets` on their way out.
 */
import type { Config } from '../config.ts';
import { withoutForeign } from '../net/foreign.ts';
import type { Day } from '../papers/types.ts';
import type { RunRow } from '../store/schema.ts';
import { endOf } from './ledger.ts';
import type { PartStatus } from './status.ts';

/**
 * The state of a part in one word. `unfinished`: the last run was well, but not everything the source announced is here
 * yet. `stale`: no run failed, but none has been well for too long. `waiting`: it has never run.
 */
export type PartState = 'ok' | 'quiet' | 'unfinished' | 'failed' | 'stale' | 'paused' | 'waiting';

/** Why nothing is fetched automatically; null: it is. */
export type Off = 'OFFLINE=1' | 'SYNC=0' | null;

export const offBy = ({ OFFLINE, SYNC }: Pick<Config, 'OFFLINE' | 'SYNC'>): Off =>
  OFFLINE ? 'OFFLINE=1' : SYNC ? null : 'SYNC=0';

export function stateOf(part: Pick<PartStatus, 'isPaused' | 'isStale' | 'failures' | 'row'>): PartState {
  if (part.isPaused) return 'paused';
  if (part.failures > 0) return 'failed';
  if (part.isStale) return 'stale';
  if (part.row.last_state === null) return 'waiting';
  if (part.row.complete === 0) return 'unfinished';
  return part.row.last_state === 'quiet' ? 'quiet' : 'ok';
}

/**
 * Whether a stale part is unintentionally so: with OFFLINE=1 nothing is meant to be fetched, and with SYNC=0 only what
 * a command fetches (and once did) is expected.
 */
export const isExpected = (part: PartStatus, off: Off): boolean =>
  off === null || (off === 'SYNC=0' && part.row.last_ended !== null);

/** How moments (epoch ms) and days are written. */
export interface Clock {
  moment(ms: number): string;
  day(day: Day): string;
}

export interface Headline {
  /** `trouble`: a source has failed or is stale. `off`: nothing is fetched, according to the settings. */
  level: 'well' | 'waiting' | 'trouble' | 'off';
  says: string;
}

/** All of it in one sentence or two. */
export function headlineOf(parts: PartStatus[], off: Off, clock: Clock): Headline {
  const expected = parts.filter((part) => isExpected(part, off));
  const bad = expected.filter((part) => ['failed', 'stale'].includes(stateOf(part)));
  if (parts.length === 0) return { level: 'off', says: 'No source is configured, so nothing is fetched.' };
  if (bad.length > 0) return { level: 'trouble', says: troubleOf(bad, expected.length, clock) };
  if (off === 'OFFLINE=1')
    return { level: 'off', says: 'This site is offline (OFFLINE=1), so nothing is fetched.' };
  if (off === 'SYNC=0' && expected.length === 0)
    return { level: 'off', says: 'Automatic fetching is turned off here (SYNC=0).' };
  return wellOf(expected, clock);
}

function troubleOf(bad: PartStatus[], of: number, clock: Clock): string {
  const [first] = bad;
  if (bad.length === 1) return `${partTitle(first!)} ${sinceOf(first!, clock)}.`;
  const share =
    bad.length === of
      ? `None of the ${of} parts of the sources is working`
      : `${bad.length} of ${of} parts of the sources are not working`;
  return `${share}: ${partTitle(first!)} ${sinceOf(first!, clock)}; see the others below.`;
}

function wellOf(parts: PartStatus[], clock: Clock): Headline {
  const awake = parts.filter((part) => !part.isPaused);
  const ran = awake.filter((part) => part.row.last_state !== null);
  const paused = parts.length - awake.length;
  const more = paused === 0 ? '' : paused === 1 ? ' One part is paused.' : ` ${paused} parts are paused.`;
  if (awake.length === 0) return { level: 'waiting', says: 'Every source is paused.' };
  if (ran.length < awake.length) {
    const says =
      ran.length === 0
        ? 'Nothing has been fetched yet'
        : awake.length - ran.length === 1
          ? 'One part has not run yet'
          : `${awake.length - ran.length} parts have not run yet`;
    return { level: 'waiting', says: `${says}; papers are on their way.${more}` };
  }
  const counted = awake.filter((part) => part.isCounted && part.row.announced !== null);
  const newest = counted
    .map(({ row }) => row.announced!)
    .sort()
    .at(-1);
  const unfinished = awake.filter((part) => stateOf(part) === 'unfinished');
  if (unfinished.length > 0) {
    const [first] = unfinished;
    const last = first!.last;
    const numbers = last && last.expected !== null ? ` (${last.got ?? 0} of ${last.expected})` : '';
    const others = unfinished.length > 1 ? `, and ${unfinished.length - 1} more` : '';
    return {
      level: 'waiting',
      says: `Every source is answering, but not everything announced is here yet: ${partTitle(first!)}${numbers}${others}.${more}`,
    };
  }
  const last = newest === undefined ? '' : `: the last announcement, ${clock.day(newest)}, is complete`;
  return { level: 'well', says: `All sources are working${last}.${more}` };
}

/** `arXiv, Announcements in cs.LG`. */
export const partTitle = ({ source, part }: Pick<PartStatus, 'source' | 'part'>): string =>
  `${source.title}, ${part.says}`;

/** `has failed since 22 November 2026, 14:05`: the end of a sentence about a part that is not well. */
export function sinceOf(part: PartStatus, clock: Clock): string {
  if (part.failures > 0)
    return `has been failing since ${clock.moment(part.failingSince ?? part.row.last_ended ?? part.row.first_seen)}`;
  if (part.lastGood !== null) return `has not run since ${clock.moment(part.lastGood)}`;
  return `has never run since it was set up on ${clock.moment(part.row.first_seen)}`;
}

/** The operator's version of a run's end: with what other servers said, without passwords and keys. */
export const endTold = (run: Parameters<typeof endOf>[0]): string => withoutSecrets(endOf(run));

/** The public version of a run's end: without what other servers said. */
export const endShown = (run: Parameters<typeof endOf>[0]): string =>
  endTold({ ...run, says: withoutForeign(run.says) });

/** The public version of the source's remarks on a run. */
export const remarksShown = (run: Pick<RunRow, 'remarks'>): string[] =>
  (JSON.parse(run.remarks) as unknown[]).map((remark) => withoutSecrets(withoutForeign(String(remark))));

/** What a run counted, in words: `3 new, 1 changed, 2 rejected`; empty when it found nothing. */
export function countsOf(
  run: Pick<RunRow, 'added' | 'changed' | 'merged' | 'unchanged' | 'rejected' | 'gone'>,
): string {
  const told: [number, string][] = [
    [run.added, 'new'],
    [run.changed, 'changed'],
    [run.merged, 'merged into other papers'],
    [run.unchanged, 'unchanged'],
    [run.gone, 'withdrawn'],
    [run.rejected, 'rejected'],
  ];
  return told
    .filter(([number]) => number > 0)
    .map(([number, says]) => `${number.toLocaleString('en-GB')} ${says}`)
    .join(', ');
}

/** Names of parameters whose values are secret. */
const KEYS = 'api[_-]?key|access[_-]?token|apikey|token|key|secret|password|auth|signature|sig';
// bounded: a list of plain names; a value stops at the next delimiter.
const PARAMETER = new RegExp(`([?&;](?:${KEYS})=)[^&;#\\s"'<>)]+`, 'gi');

/** Text without the secrets that addresses may carry: user and password before the host, keys in the query. */
export const withoutSecrets = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"'<>]*@/gi, '$1').replace(PARAMETER, '$1…');
