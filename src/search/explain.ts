/** How a hit's score is made: the sums of topk.ts and rerank.ts, kept apart by what they are for. */
import { Cursor } from './cursor.ts';
import { FIELDS, MOST_IMPACT } from './fields.ts';
import { cursorOf, isMade } from './lists.ts';
import type { Plan } from './planner.ts';
import { type Meant, priorsOf } from './rerank.ts';
import type { Segment } from './segment.ts';
import type { Shortlist } from './shortlist.ts';
import type { Snapshot } from './snapshot.ts';
import type { ShareKind, TermShare } from './types.ts';
import { RERANK, SCALE, TITLE_MOST, UNIT_SCORE } from './weights.ts';

/** The shares of the hit at place `i` of the list, which sum to its score. */
export function explain(
  snapshot: Snapshot,
  plan: Plan,
  found: Shortlist,
  i: number,
  meant: Meant | null,
): TermShare[] {
  const part = found.parts[i]!;
  const document = found.documents[i]!;
  const { segment } = snapshot.parts[part]!;
  const shares: TermShare[] = [];
  for (const { kind, label, term, weight, base, lists } of plan.lists) {
    const list = lists[part];
    if (!list || list.frequency === 0) continue;
    const cursor = cursorOf(segment, list, weight, 0, 0);
    cursor.enter(document, document + 1);
    const impact = cursor.advance(document);
    if (impact > 0) {
      let field = '';
      if (!isMade(list) && cursor instanceof Cursor) {
        const [places] = segment.kernel.places;
        field = term.startsWith('@')
          ? 'authors'
          : fieldsOf(segment, document, places.list.subarray(0, cursor.places(places)));
      }
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
  const proximity = found.proximity[i]!;
  if (proximity > 0) {
    let most = 0;
    for (let c = 1; c < plan.chain.length; c++)
      most += RERANK.proximity * Math.min(plan.chain[c - 1]!.idf, plan.chain[c]!.idf);
    shares.push({
      kind: 'proximity',
      term: plan.chain.map(({ label }) => label).join(' '),
      field: '',
      strength: most === 0 ? 0 : proximity / most,
      weight: most,
      score: proximity,
    });
  }
  const { fresh, liked } = priorsOf(snapshot, part, document);
  const others: [ShareKind, number, number][] = [
    ['title', found.titles[i]!, TITLE_MOST],
    ['meaning', found.meaning[i]!, meant?.weight ?? 0],
    ['feedback', found.feedback[i]!, meant?.weight ?? 0],
    ['freshness', fresh, RERANK.freshness],
    ['votes', liked, RERANK.votes],
  ];
  for (const [kind, strength, share] of others) {
    const weight = share * plan.most;
    if (strength !== 0 && weight !== 0)
      shares.push({
        kind,
        term: kind,
        field: kind === 'title' ? 'title' : '',
        strength,
        weight,
        score: strength * weight,
      });
  }
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
