/** How a hit's score is made: the same sums as in scoring.ts, kept apart by term and field. */
import { FIELDS } from './fields.ts';
import { ALL_WORDS, EXACT, EXACT_FIELD, K1, type Scored, type ScoredPlan } from './scoring.ts';
import type { Snapshot } from './snapshot.ts';
import type { TermShare } from './types.ts';

/** The shares of one document's score; they sum up to it. */
export function explain(snapshot: Snapshot, p: number, document: number, plan: ScoredPlan): TermShare[] {
  const shares: TermShare[] = [];
  let matched = 0;
  let whole = false;
  for (const word of plan.words) {
    let own = sharesOf(snapshot, p, document, word);
    if (word.prefix) {
      whole = own.length > 0;
      if (!whole) own = sharesOf(snapshot, p, document, word.prefix);
    }
    if (own.length > 0) matched++;
    shares.push(...own);
  }
  for (const compound of plan.compounds) shares.push(...sharesOf(snapshot, p, document, compound));
  if (plan.words.length > 1 && matched === plan.words.length) {
    const sum = shares.reduce((total, { score }) => total + score, 0);
    shares.push({ term: '', field: 'all words', tf: 1, idf: 0, score: sum * ALL_WORDS });
  }
  if (whole && plan.wholeBonus > 0)
    shares.push({ term: '', field: 'whole last word', tf: 1, idf: 0, score: plan.wholeBonus });
  return shares;
}

function sharesOf(snapshot: Snapshot, p: number, document: number, scored: Scored): TermShare[] {
  const { segment } = snapshot.parts[p]!;
  const times = new Array<number>(FIELDS.length).fill(0);
  const weights = new Array<number>(FIELDS.length).fill(0);
  let exact = 0;
  for (const { term, form } of scored.lists[p]!) {
    const posting = segment.posting(term, document);
    if (posting === 0) continue;
    if (form) {
      exact++;
      continue;
    }
    FIELDS.forEach((field, f) => {
      const count = (posting >>> field.shift) & field.mask;
      if (count === 0) return;
      const length = segment.sections.lengths[f * segment.documents + document]!;
      times[f]! += count;
      weights[f]! += count * snapshot.norms[f]![length]!;
    });
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0) + exact * EXACT;
  if (total === 0) return [];
  const perWeight = scored.most / (K1 + total);
  const shares = FIELDS.map((field, f) => ({
    term: scored.label,
    field: field.name,
    tf: times[f]!,
    idf: scored.idf,
    score: weights[f]! * perWeight,
  })).filter(({ tf }) => tf > 0);
  if (exact > 0)
    shares.push({
      term: scored.label,
      field: EXACT_FIELD,
      tf: exact,
      idf: scored.idf,
      score: exact * EXACT * perWeight,
    });
  return shares;
}
