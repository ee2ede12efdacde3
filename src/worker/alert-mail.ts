/** The texts of alerts. Times are in the site's zone. */
import type { Config } from '../config.ts';
import { type Mail, mailHost } from '../digest/mailer.ts';
import type { PartStatus } from '../sources/status.ts';
import { type Clock, endTold, isExpected, nameOf, offBy, sinceOf, stateOf } from '../sources/told.ts';
import type { Told } from './alerts.ts';

type Unsigned = Omit<Mail, 'messageId'>;

/** Parts that have newly failed, or not run, for too long. */
export function brokenMail(config: Config, to: string, parts: PartStatus[]): Unsigned {
  const clock = clockIn(config.EDITION_TIMEZONE);
  const [first] = parts;
  const subject =
    parts.length === 1
      ? `${nameOf(first!)} ${sinceOf(first!, clock)}`
      : `${parts.length} parts of the sources do not work, ${nameOf(first!)} among them`;
  const blocks = parts.map((part) => {
    const lines = [`${nameOf(part)} ${sinceOf(part, clock)}.`];
    if (part.failures > 0) lines.push(`Runs that failed in a row: ${part.failures}.`);
    if (part.last) lines.push(`The last one, ${clock.moment(part.row.last_ended!)}: ${endTold(part.last)}`);
    if (part.lastGood !== null) lines.push(`The last good one ended ${clock.moment(part.lastGood)}.`);
    return lines.join('\n');
  });
  const closing =
    `This is written once, ${config.ALERT_AFTER_HOURS} hours after the last good run. ` +
    'One more mail comes when it is well again.';
  return mailOf(config, to, subject, [...blocks, closing]);
}

/** Parts that have recovered, and those that still have not. */
export function mendedMail(
  config: Config,
  to: string,
  mended: { told: Told; part: PartStatus }[],
  all: PartStatus[],
): Unsigned {
  const clock = clockIn(config.EDITION_TIMEZONE);
  const [first] = mended;
  const subject =
    mended.length === 1
      ? `${nameOf(first!.part)} is well again`
      : `${mended.length} parts of the sources are well again, ${nameOf(first!.part)} among them`;
  const blocks = mended.map(({ told, part }) => {
    const lines = [
      `${nameOf(part)} is well again since ${clock.moment(part.lastGood!)}. It had not been since ${clock.moment(told.since)}.`,
    ];
    if (part.last) lines.push(`Its last run: ${endTold(part.last)}`);
    return lines.join('\n');
  });
  const left = all.filter(
    (part) => part.isStale && isExpected(part, offBy(config)) && ['failed', 'stale'].includes(stateOf(part)),
  );
  const rest = left.map((part) => `- ${nameOf(part)} ${sinceOf(part, clock)}`);
  return mailOf(config, to, subject, [
    ...blocks,
    rest.length === 0 ? 'No other source has been failing.' : ['Still not well:', ...rest].join('\n'),
  ]);
}

function mailOf(config: Config, to: string, subject: string, blocks: string[]): Unsigned {
  const where =
    config.PUBLIC_URL === null
      ? 'The page /status of the site and the command “broadsheet doctor” tell more.'
      : `More: ${config.PUBLIC_URL}/status`;
  return {
    to,
    subject: `${config.SITE_NAME}: ${subject}`,
    text: `${[...blocks, where].join('\n\n')}\n`,
    headers: { 'List-Id': `Alerts of the sources <alerts.${mailHost(config).replace(/[^\w.-]/g, '')}>` },
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
