/** What the bar on every page shows: the newest edition, whether it is today’s, and how many papers there are. */

import type { Ask } from '../../http/context.ts';
import type { Day } from '../../papers/types.ts';

export interface Basics {
  /** Newest day with papers, null in an empty database. */
  latest: Day | null;
  /** The day whose edition is open. */
  today: Day;
  papers: number;
}

export async function basics(ask: Ask): Promise<Basics> {
  const [latest, papers] = await Promise.all([ask.library.latest(), ask.library.count()]);
  return { latest, papers, today: todayOf(ask) };
}

/** The day whose edition is open. */
export const todayOf = ({ web }: Ask): Day => web.turns.open(web.now());
