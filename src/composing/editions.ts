/** Issues of the editions, composed whether anybody gets them or not: the archive and its feed have them all. */
import type { Issue } from '../digest/types.ts';
import { addDays, bounds, closesAt, openDay, periodOf, type Turn } from '../papers/days.ts';
import { getMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import type { Composing } from './compose.ts';

/** How many periods back are caught up with, if no process was running when they ended. */
const BACK = { day: 7, week: 2, month: 2 } as const;
const LIST = { day: 'daily', week: 'weekly', month: 'monthly' } as const;

/**
 * Composes issues of the editions that have closed and have none yet. Days before the site was set up have none.
 *
 * @param now epoch ms
 * @returns those composed
 */
export async function composeEditions(
  { compose, issues }: Composing,
  store: Store,
  turn: Turn,
  now: number,
): Promise<Issue[]> {
  const founded = await getMeta(store.read, META.founded);
  if (founded === undefined) return [];
  const composed: Issue[] = [];
  const open = openDay(now, turn);
  for (const kind of ['day', 'week', 'month'] as const) {
    let period = periodOf(kind, addDays(bounds(periodOf(kind, open)).first, -1));
    for (let back = 0; back < BACK[kind]; back++) {
      const { first, last } = bounds(period);
      if (last < founded || closesAt(last, turn) > now) break;
      const list = { list: LIST[kind], subject: '', name: '' };
      if ((await issues.of(list, period.value)) === null) {
        const issue = await compose(list, period.value);
        if (issue) composed.push(issue);
      }
      period = periodOf(kind, addDays(first, -1));
    }
  }
  return composed;
}
