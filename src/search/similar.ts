/**
 * More like this: the papers that share a paper's most telling terms (by tf · idf), ranked by those terms, its authors
 * and their meaning.
 */
import { DULL_TERMS, NAME, stems, words } from './analysis.ts';
import { mapped } from './arrays.ts';
import { authorList } from './authors.ts';
import { bestByWords, DEPTH, putNear } from './gather.ts';
import type { TokenModel } from './meaning/model.ts';
import { nearest } from './nearest.ts';
import type { Plan, Planned } from './planner.ts';
import { rerank } from './rerank.ts';
import { Shortlist } from './shortlist.ts';
import type { Snapshot } from './snapshot.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { TIER } from './topk.ts';
import type { PaperText, SearchHit } from './types.ts';
import { unpackVector } from './vectors.ts';
import { inverseFrequency, MOST_GROUPS, wholeWeight } from './weights.ts';

/** Terms taken from a paper; everything else is weighted relative to the most the first of them can score. */
const TERMS = 60;
const MEASURE = 16;
/** The weight of similar meaning next to the terms, as a share of that. */
const MEANING = 0.1;
/** The same for each author in common, of the first few and the last. */
const AUTHOR = 0.03;
const FIRST_AUTHORS = 3;
/** Occurrences in the title count as so many in the abstract. */
const TITLE = 3;
/** How soon repeating a term stops making a difference, and how much rare terms count. */
const K = 10;
const RARITY = 1.2;

export function similarIn(
  snapshot: Snapshot,
  key: number,
  { title, abstract, authors = [] }: PaperText,
  limit: number,
  model: TokenModel | null,
): SearchHit[] {
  const plan = telling(snapshot, `${title}\n`, abstract, authors);
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
function telling(snapshot: Snapshot, title: string, abstract: string, authors: readonly string[]): Plan {
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
      return { term, weight: frequency < 2 ? 0 : (idf ** RARITY * often) / (often + K), idf };
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
      groups: i < MOST_GROUPS ? 1 << i : 0,
      lists: snapshot.lists(term),
    }),
  );
  const most = weighed.slice(0, MEASURE).reduce((sum, { weight }) => sum + weight, 0);
  for (const name of new Set([...authors.slice(0, FIRST_AUTHORS), ...authors.slice(-1)])) {
    const list = byName(snapshot, name);
    if (list !== null) lists.push({ ...list, weight: wholeWeight(AUTHOR * most) });
  }
  return {
    lists,
    groups: Math.min(MOST_GROUPS, weighed.length),
    needed: Math.min(1, lists.length),
    tiers: true,
    most,
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

/** Somebody's papers, each with the same impact; null: the name is a single word, which says little. */
function byName(snapshot: Snapshot, name: string): Planned | null {
  const said = words(name).join(' ');
  if (!said.includes(' ')) return null;
  const lists = mapped(snapshot.parts, (_, p) => authorList(snapshot, p, said));
  return {
    kind: 'phrase',
    label: said,
    term: NAME + said,
    weight: 1,
    base: 0,
    late: false,
    run: null,
    groups: 0,
    lists,
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
