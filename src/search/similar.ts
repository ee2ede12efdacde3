/**
 * More like this: the papers that share a paper's most telling terms (by tf · idf), put in order by those and by
 * their meaning.
 */
import { DULL_TERMS, stems } from './analysis.ts';
import { mapped } from './arrays.ts';
import { bestByWords, DEPTH, putNear } from './gather.ts';
import type { TokenModel } from './meaning/model.ts';
import { nearest } from './nearest.ts';
import type { Plan, Planned } from './planner.ts';
import { rerank } from './rerank.ts';
import { Shortlist } from './shortlist.ts';
import type { Snapshot } from './snapshot.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { TIER } from './topk.ts';
import type { SearchHit } from './types.ts';
import { unpackVector } from './vectors.ts';
import { inverseFrequency, wholeWeight } from './weights.ts';

/** Terms taken of a paper, and how many of them another must share. */
const TERMS = 16;
const SHARED = 2;
/** What likeness in meaning counts beside the terms, as a share of the best. */
const MEANING = 0.6;
/** Occurrences in the title count as so many in the abstract. */
const TITLE = 3;
const K = 2;

export function similarIn(
  snapshot: Snapshot,
  key: number,
  { title, abstract }: { title: string; abstract: string },
  limit: number,
  model: TokenModel | null,
): SearchHit[] {
  const plan = telling(snapshot, `${title}\n`, abstract);
  const allowed = mapped(snapshot.parts, ({ live }) => live);
  const best = bestByWords(snapshot, plan, allowed, Math.max(DEPTH, limit + 1), false);
  const vector = vectorOf(snapshot, key);
  const near =
    vector && best.count <= limit ? nearest(snapshot, allowed, vector, model, best, limit + 1) : null;
  const list = new Shortlist(best.count + (near?.count ?? 0), DEPTH);
  best.sort();
  for (let i = 0; i < best.count; i++)
    list.put(i, best.parts[i]!, best.documents[i]!, best.score(i) - TIER, false);
  if (near) putNear(list, best.count, near);
  return rerank(snapshot, plan, list, vector && { vector, weight: MEANING })
    .map((i) => ({
      key: snapshot.columns[list.parts[i]!]!.keys[list.documents[i]!]!,
      score: list.scores[i]!,
    }))
    .filter((hit) => hit.key !== key)
    .slice(0, Math.max(0, Math.floor(limit)));
}

/** The query that a paper's most telling terms make. */
function telling(snapshot: Snapshot, title: string, abstract: string): Plan {
  const times = new Map<string, number>();
  for (const [text, worth] of [
    [title, TITLE],
    [abstract, 1],
  ] as const)
    for (const term of stems(text))
      if (term.length > 2 && !DULL_TERMS.has(term) && !FUNCTION_WORDS.has(term) && !/^\d/.test(term))
        times.set(term, (times.get(term) ?? 0) + worth);
  const weighed = [...times]
    .map(([term, often]) => {
      const frequency = snapshot.frequency(term);
      const idf = inverseFrequency(snapshot.documents, frequency);
      // What only this paper has finds nothing.
      return { term, weight: frequency < 2 ? 0 : (idf * often) / (often + K), idf };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
    .slice(0, TERMS);
  const lists = mapped(
    weighed,
    ({ term, weight }, i): Planned => ({
      kind: 'word',
      label: term,
      term,
      weight: wholeWeight(weight),
      base: 0,
      late: false,
      run: null,
      groups: 1 << i,
      lists: snapshot.lists(term),
    }),
  );
  return {
    lists,
    groups: lists.length,
    needed: Math.min(SHARED, lists.length),
    tiers: true,
    most: weighed.reduce((sum, { weight }) => sum + weight, 0),
    must: 0,
    excluded: [],
    condition: null,
    strict: false,
    open: false,
    dull: false,
    chain: [],
    titled: null,
    deep: null,
    said: new Map(),
    stems: weighed.map(({ term }) => term),
    acronyms: [],
    people: [],
    unknown: [],
    corrected: [],
    marks: { terms: new Set(), phrases: new Set(), prefixes: [], names: new Set() },
  };
}

/** The vector of a paper in the index. */
function vectorOf(snapshot: Snapshot, key: number): Int8Array | null {
  for (const part of snapshot.parts) {
    const { segment } = part;
    const document = segment.document(key);
    if (document < 0 || !part.isLive(document) || segment.dimensions === 0) continue;
    return unpackVector(segment.sections.vectors, document, new Int8Array(segment.dimensions));
  }
  return null;
}
