/**
 * More like this: a paper's most telling terms become a query. The writer has kept each paper's best sixteen
 * by tf-idf (builder.ts); here they are weighed by how rare they are in the whole index, and the papers that
 * share them are scored as for any query.
 */
import { COUNT_MASK, FIELDS } from './fields.ts';
import { type Matches, Matches as MatchList } from './hits.ts';
import { accumulate, inverseFrequency, K1, type List, type Scratch } from './scoring.ts';
import { NO_TERM, TELLING } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

/** A term in more than this share of all papers tells nothing. */
const TOO_COMMON = 0.1;
/** Papers must share so many of the terms, where there are enough. */
const SHARED = 2;

/** Papers that share terms with document `document` of part `p`, scored; itself is not among them. */
export function likeThis(snapshot: Snapshot, p: number, document: number, scratch: Scratch): Matches {
  const { segment } = snapshot.parts[p]!;
  const terms: { lists: List[][]; weight: number }[] = [];
  for (let i = 0; i < TELLING; i++) {
    const term = segment.sections.telling[document * TELLING + i]!;
    if (term === NO_TERM) break;
    const bytes = segment.termBytes(term);
    let having = 0;
    const lists = snapshot.parts.map((part) => {
      const found = part.segment.find(bytes);
      if (found < 0) return [];
      const { postingStarts } = part.segment.sections;
      having += postingStarts[found + 1]! - postingStarts[found]!;
      return [{ term: found, form: false }];
    });
    if (having < 2 || (snapshot.documents > 100 && having > snapshot.documents * TOO_COMMON)) continue;
    const counts = segment.posting(term, document) & COUNT_MASK;
    let often = 0;
    for (const { shift, mask, weight } of FIELDS) often += ((counts >>> shift) & mask) * weight;
    const idf = inverseFrequency(Math.max(snapshot.documents, having), having);
    // Once for its rarity, once for how much the paper is about it.
    terms.push({ lists, weight: (idf * often) / (K1 + often) });
  }

  const matches = new MatchList();
  const { often, touched, scores, matched } = scratch;
  const least = Math.min(SHARED, terms.length);
  snapshot.parts.forEach((part, q) => {
    const seen: number[] = [];
    for (const { lists, weight } of terms) {
      const count = accumulate(snapshot, part, lists[q]!, scratch);
      for (let i = 0; i < count; i++) {
        const other = touched[i]!;
        const tf = often[other]!;
        often[other] = 0;
        if (matched[other] === 0) seen.push(other);
        matched[other]!++;
        scores[other]! += (weight * tf) / (K1 + tf);
      }
    }
    for (const other of seen) {
      if (
        matched[other]! >= least &&
        (part.live === null || part.live[other]) &&
        !(q === p && other === document)
      )
        matches.add(q, other, scores[other]!);
      matched[other] = 0;
      scores[other] = 0;
    }
  });
  return matches;
}
