/** A mail of the ledger with everything it is rendered from. */
import { homesOf } from '../community/papers.ts';
import type { Issues } from '../digest/issues.ts';
import type { Delivery, DigestMail, Subscriber } from '../digest/types.ts';
import { inSlices } from '../store/bulk.ts';
import type { Db } from '../store/schema.ts';

/**
 * Those of the papers that are still here and have not been withdrawn. Of one that has become part of another, the other
 * counts, to which its address leads.
 */
export async function presentAmong(db: Db, papers: readonly number[]): Promise<Set<number>> {
  const find = async (keys: number[]): Promise<Set<number>> => {
    const rows = await inSlices(keys, (slice) =>
      db.selectFrom('papers').select('pk').where('pk', 'in', slice).where('withdrawn', '=', 0).execute(),
    );
    return new Set(rows.map(({ pk }) => pk));
  };
  const present = await find([...papers]);
  const missing = papers.filter((pk) => !present.has(pk));
  if (missing.length === 0) return present;
  const homes = await homesOf(db, missing);
  const there = await find([...new Set(homes.values())]);
  for (const [paper, home] of homes) if (there.has(home)) present.add(paper);
  return present;
}

/**
 * The mail of a delivery. Papers that have been withdrawn or deleted since it was queued are left out, and so are lists
 * whose issue is gone.
 */
export async function mailOf(
  db: Db,
  issues: Pick<Issues, 'find'>,
  delivery: Pick<Delivery, 'id' | 'subject' | 'dueAt' | 'sections'>,
  subscriber: Pick<Subscriber, 'email' | 'token' | 'timeZone'>,
): Promise<DigestMail> {
  const present = await presentAmong(db, [...new Set(delivery.sections.flatMap(({ papers }) => papers))]);
  const sections: DigestMail['sections'] = [];
  for (const { issue: id, papers, left, had } of delivery.sections) {
    const issue = await issues.find(id);
    if (issue === null) continue;
    const known = new Map(issue.papers.map((paper) => [paper.pk, paper]));
    sections.push({
      issue,
      papers: papers.flatMap((pk) => (present.has(pk) ? (known.get(pk) ?? []) : [])),
      left,
      had,
    });
  }
  return { delivery, subscriber, sections };
}
