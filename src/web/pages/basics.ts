/** What the bar of every page shows: the newest day and how many papers there are. */
import type { Day } from '../../papers/types.ts';
import type { Ask } from '../context.ts';

export async function basics(ask: Ask): Promise<{ latest: Day | null; papers: number }> {
  const [latest, papers] = await Promise.all([ask.web.library.latest(), ask.web.library.count()]);
  return { latest, papers };
}
