/** How many papers a query finds, without finding them. */
import { allowedIn } from './allowed.ts';
import { mapped } from './arrays.ts';
import { countBits } from './bits.ts';
import { matchesIn } from './matches.ts';
import { type Plan, planQuery } from './planner.ts';
import { parseQuery } from './query.ts';
import type { Snapshot } from './snapshot.ts';

export interface Count {
  /** As a search for the text would tell. */
  papers: number;
  /** Papers that have all of it, where so many are not asked for. */
  whole: number;
}

/** Remembered: the same few texts are counted again and again while people type. */
export function countOf(snapshot: Snapshot, text: string): Count {
  return snapshot.remember(`count ${text}`, () => {
    const query = parseQuery(text);
    const plan = planQuery(snapshot, query, query.filters.categories);
    const allowed = mapped(snapshot.parts, (_, p) =>
      allowedIn(
        snapshot,
        p,
        [query.filters],
        plan.condition,
        mapped(plan.excluded, (lists) => lists[p] ?? null),
      ),
    );
    const count = (of: Plan): number =>
      snapshot.parts.reduce((sum, part, p) => sum + countBits(matchesIn(part, p, of, allowed[p]!)), 0);
    const papers = count(plan);
    if (plan.open || plan.strict || plan.needed === plan.groups) return { papers, whole: papers };
    return { papers, whole: papers === 0 ? 0 : count({ ...plan, needed: plan.groups }) };
  });
}
