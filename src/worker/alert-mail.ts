/** The texts of alerts. Times are in the site's zone. */
import type { Config } from '../config.ts';
import { type Mail, mailHost } from '../mail/mailer.ts';
import type { PartStatus } from '../sources/status.ts';
import {
  type Clock,
  endTold,
  isExpected,
  offBy,
  partTitle,
  sinceOf,
  stateOf,
} from '../sources/status-words.ts';
import type { ReportedPart } from '../store/meta.ts';

type Unsigned = Omit<Mail, 'messageId'>;

/** A part that has recovered, with what the alert about it said. */
export interface Mended {
  reported: ReportedPart;
  part: PartStatus;
}

/** Parts that have newly failed, or not run, for too long. */
export function brokenMail(config: Config, to: string, parts: PartStatus[]): Unsigned {
  const clock = clockIn(config.EDITION_TIMEZONE);
  const [first] = parts;
  const subject =
    parts.length === 1
      ? `${partTitle(first!)} ${sinceOf(first!, clock)}`
      : `${parts.length} parts of the sources are not working, including ${partTitle(first!)}`;
  const blocks = parts.map((part) => {
    const lines = [`${partTitle(part)} ${sinceOf(part, clock)}.`];
    if (part.failures > 0) lines.push(`Consecutive failed runs: ${part.failures}.`);
    if (part.last) lines.push(`Last run, ${clock.moment(part.row.last_ended!)}: ${endTold(part.last)}`);
    if (part.lastGood !== null)
      lines.push(`The last successful run ended on ${clock.moment(part.lastGood)}.`);
    return lines.join('\n');
  });
  const closing =
    `This alert is sent once, ${config.ALERT_AFTER_HOURS} hours after the last successful run. ` +
    'You will get another email when it works again.';
  return mailOf(config, to, subject, [...blocks, closing]);
}

/** Parts that have recovered, and those that still have not. */
export function mendedMail(config: Config, to: string, mended: Mended[], all: PartStatus[]): Unsigned {
  const clock = clockIn(config.EDITION_TIMEZONE);
  const [first] = mended;
  const subject =
    mended.length === 1
      ? `${partTitle(first!.part)} is working again`
      : `${mended.length} parts of the sources are working again, including ${partTitle(first!.part)}`;
  const blocks = mended.map(({ reported, part }) => {
    const lines = [
      `${partTitle(part)} has been working again since ${clock.moment(part.lastGood!)}. It had been down since ${clock.moment(reported.since)}.`,
    ];
    if (part.last) lines.push(`Last run: ${endTold(part.last)}`);
    return lines.join('\n');
  });
  const left = all.filter(
    (part) => part.isStale && isExpected(part, offBy(config)) && ['failed', 'stale'].includes(stateOf(part)),
  );
  const rest = left.map((part) => `- ${partTitle(part)} ${sinceOf(part, clock)}`);
  return mailOf(config, to, subject, [
    ...blocks,
    rest.length === 0 ? 'No other source is failing.' : ['Still not working:', ...rest].join('\n'),
  ]);
}

function mailOf(config: Config, to: string, subject: string, blocks: string[]): Unsigned {
  const where =
    config.PUBLIC_URL === null
      ? 'For details, see the site’s /status page or run “broadsheet doctor”.'
      : `More: ${config.PUBLIC_URL}/status`;
  return {
    to,
    subject: `${config.SITE_NAME}: ${subject}`,
    text: `${[...blocks, where].join('\n\n')}\n`,
    headers: { 'List-Id': `Source alerts <alerts.${mailHost(config).replace(/[^\w.-]/g, '')}>` },
  };
}

/** Times and days as written in mail: `22 November 2026, 14:05 (America/New_York)`. */
function clockIn(timeZone: string): Clock {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'long' });
  return {
    moment: (ms) => `${time.format(ms).replace(' at ', ', ')} (${timeZone})`,
    day: (of) => day.format(Date.parse(of)),
  };
}
