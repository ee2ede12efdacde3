/** How a hit's score is made: the sums of topk.ts and rerank.ts, kept apart by what they are for. */
import { Cursor, isMade } from './cursor.ts';
import { FIELDS, MOST_IMPACT, MOST_POSITIONS } from './fields.ts';
import type { Plan } from './planner.ts';
import type { Ranked } from './rerank.ts';
import type { Segment } from './segment.ts';
import type { Snapshot } from './snapshot.ts';
import type { TermShare } from './types.ts';
import { RERANK, SCALE, UNIT_SCORE } from './weights.ts';

const places = new Uint16Array(MOST_POSITIONS + 1);

/** The shares of a hit, which sum to its score. */
export function explain(snapshot: Snapshot, plan: Plan, hit: Ranked): TermShare[] {
  const { segment } = snapshot.parts[hit.part]!;
  const shares: TermShare[] = [];
  for (const { kind, label, term, weight, base, lists } of plan.lists) {
    const list = lists[hit.part];
    if (!list || list.frequency === 0) continue;
    const cursor = new Cursor(segment.sections, list, weight, 0, 0);
    const impact = cursor.advance(hit.document);
    if (impact > 0) {
      const field = isMade(list)
        ? ''
        : term.startsWith('@')
          ? 'authors'
          : fieldsOf(segment, hit.document, places.subarray(0, cursor.places(places)));
      shares.push({
        kind,
        term: label,
        field,
        strength: (base + weight * impact) / (base + weight * MOST_IMPACT),
        weight: weight / SCALE + base / UNIT_SCORE,
        score: (base + weight * impact) / UNIT_SCORE,
      });
    }
    cursor.release();
  }
  if (hit.proximity > 0) {
    let most = 0;
    for (let i = 1; i < plan.chain.length; i++)
      most += RERANK.proximity * Math.min(plan.chain[i - 1]!.idf, plan.chain[i]!.idf);
    shares.push({
      kind: 'proximity',
      term: plan.chain.map(({ label }) => label).join(' '),
      field: '',
      strength: most === 0 ? 0 : hit.proximity / most,
      weight: most,
      score: hit.proximity,
    });
  }
  for (const { kind, strength, weight } of hit.shares)
    shares.push({ kind, term: kind, field: '', strength, weight, score: strength * weight });
  return shares;
}

/** The names of the fields in which places lie. */
function fieldsOf(segment: Segment, document: number, found: Uint16Array): string {
  const names = new Set<string>();
  for (const place of found) {
    let field = 0;
    while (field < 3 && place >= segment.sections.ends[document * 3 + field]!) field++;
    names.add(FIELDS[field]!.name);
  }
  return [...names].join(', ');
}
