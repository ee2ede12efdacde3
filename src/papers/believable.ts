/**
 * Dates that lie ahead. Whoever writes a feed, or has a clock that is wrong, can date a paper by any day; left to stand it
 * would found an edition of a day to come. So on the way in, whatever the source:
 *
 * - a day of listing, of announcement or of a change that is more than a day ahead is left out;
 * - a date of publication may lie ahead, since journals date their issues so; but it says no more than the month then,
 *   and a paper of which only the month is known is in no edition. More than two years ahead it is left out, and for
 *   papers on arXiv, which are not there before they are submitted, at once.
 *
 * The record is kept otherwise, and no day is made up in place of the one that was left out.
 */
import { addDays, dayOf } from './days.ts';
import type { Day, PaperRecord } from './types.ts';

const DAY = 86_400_000;
/** Time zones are up to 14 hours ahead, and an edition is dated by the day it closes on. */
const AHEAD = 1;
/** How far ahead a date of publication is believed, in days. */
const IN_PRESS = 2 * 366;
/** A clock that is behind this is wrong itself (it began to run at 1970, say), and no measure of anything. */
const NO_CLOCK = Date.UTC(2026, 0);

/** A date that was not believed: `2099-12-31 as the day of announcement`. */
export type Misdated = (record: PaperRecord, what: string) => void;

const NAMES = {
  listed: 'day of listing',
  announced: 'day of announcement',
  updated: 'day of change',
} as const;

/**
 * The record without what its dates say of the future.
 *
 * @param now epoch ms
 * @param misdated told of each date that was not believed
 */
export function believable(record: PaperRecord, now: number, misdated?: Misdated): PaperRecord {
  if (now < NO_CLOCK) return record;
  const last = addDays(dayOf(Math.floor(now / DAY)), AHEAD);
  const isAhead = (day: Day | undefined): boolean => day !== undefined && day > last;
  const { listed, announced, updated, published, publishedAt } = record;
  const isTimeAhead = publishedAt !== undefined && publishedAt > now + AHEAD * DAY;
  if (![listed, announced, updated, published].some(isAhead) && !isTimeAhead) return record;
  const kept = { ...record };
  for (const key of ['listed', 'announced', 'updated'] as const) {
    const day = record[key];
    if (!isAhead(day)) continue;
    delete kept[key];
    misdated?.(record, `${day} as the ${NAMES[key]}`);
  }
  if (isTimeAhead || isAhead(published)) delete kept.publishedAt;
  if (!isAhead(published)) return kept;
  if (record.source.startsWith('arxiv') || published! > addDays(last, IN_PRESS)) {
    delete kept.published;
    delete kept.publishedPrecision;
    misdated?.(record, `${published} as the date of publication`);
  } else if ((record.publishedPrecision ?? 'day') === 'day') kept.publishedPrecision = 'month';
  return kept;
}

/** How many dates are named one by one. */
const NAMED = 5;

/** Gathers what was not believed, so that a source full of such dates does not fill the log. */
export class Disbelief {
  readonly #tell: (message: string) => void;
  #count = 0;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  readonly misdated: Misdated = ({ identifiers: [own] }, what) => {
    if (++this.#count <= NAMED)
      this.#tell(`${own!.scheme}:${own!.value} gives ${what}, which is not credible`);
  };

  /** Tells of those that were not named. */
  end(): void {
    const more = this.#count - NAMED;
    if (more > 0)
      this.#tell(
        `${more} more ${more === 1 ? 'date is' : 'dates are'} in the future and ${more === 1 ? 'was' : 'were'} ignored`,
      );
    this.#count = 0;
  }
}
