/**
 * Dates in the future. Whoever writes a feed, or has a wrong clock, can give a paper any date; unchecked, it would
 * create an edition of a day to come. So on arrival, whatever the source:
 *
 * - a day of listing, announcement or change more than a day ahead is dropped;
 * - a date of publication may be ahead, because journals date their issues that way; but then only its month counts,
 *   and a paper of which only the month is known is in no edition. It is dropped if it is more than two years ahead,
 *   and always for papers on arXiv, which do not exist before they are submitted.
 *
 * The rest of the record is kept, and no other day is made up.
 */
import { addDays, dayOf } from '../days.ts';
import type { Day, PaperRecord } from '../types.ts';

const DAY = 86_400_000;
/** Time zones are up to 14 hours ahead, and an edition is dated by the day on which it closes. */
const AHEAD = 1;
/** How far ahead a date of publication is believed, in days. */
const IN_PRESS = 2 * 366;
/** A clock before this is itself wrong (it started at 1970, say) and cannot be used as a measure. */
const NO_CLOCK = Date.UTC(2026, 0);

/** A date that was not believed: `2099-12-31 as the day of announcement`. */
export type Misdated = (record: PaperRecord, what: string) => void;

const NAMES = {
  listed: 'day of listing',
  announced: 'day of announcement',
  updated: 'day of change',
} as const;

/**
 * The record without whatever its dates say about the future.
 *
 * @param now epoch ms
 * @param misdated called for each date that was not believed
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

/** How many dates are reported individually. */
const NAMED = 5;

/** Collects dates that were not believed, so that a source full of them does not flood the log. */
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

  /** Reports those that were not reported individually. */
  end(): void {
    const more = this.#count - NAMED;
    if (more > 0)
      this.#tell(
        `${more} more ${more === 1 ? 'date is' : 'dates are'} in the future and ${more === 1 ? 'was' : 'were'} ignored`,
      );
    this.#count = 0;
  }
}
