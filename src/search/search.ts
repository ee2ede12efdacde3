/** One search, from what was typed to hits. */

import { allowedIn } from './allowed.ts';
import { mapped } from './arrays.ts';
import { countBits } from './bits.ts';
import { explain } from './explain.ts';
import { countFacets } from './facets.ts';
import { fold } from './fold.ts';
import { gather } from './gather.ts';
import { Best } from './heap.ts';
import { keep, keepFor } from './kept.ts';
import { matchesIn } from './matches.ts';
import type { TokenModel } from './meaning/model.ts';
import { meaningOf } from './meant.ts';
import { type Marks, type Plan, planQuery } from './planner.ts';
import { parseQuery } from './query.ts';
import { rerank } from './rerank.ts';
import { STRETCH } from './segment.ts';
import type { Shortlist } from './shortlist.ts';
import { Duplicates, SAMPLES } from './sketch.ts';
import type { Allowed, Bits, Snapshot } from './snapshot.ts';
import type { Matching, SearchHit, SearchRequest, SearchResult, SearchSort } from './types.ts';
import { unpackVector } from './vectors.ts';

const MOST_HITS = 1_000;
const DEFAULT_HITS = 20;
/** Days are numbers of 16 bits from here on. */
const FROM_ZERO = 2 ** 15;
/** Longer texts are not corrected. */
const MOST_CORRECTED = 500;

export function searchIn(snapshot: Snapshot, request: SearchRequest, model: TokenModel | null): SearchResult {
  keepFor(request);
  const query = parseQuery(request.text, request.partial);
  // Those of a form and those of the text must all be met.
  const filters = [request.filters ?? {}, query.filters];
  const plan = planQuery(
    snapshot,
    query,
    filters.flatMap(({ categories }) => categories ?? []),
  );
  const asked = query.sort ?? request.sort ?? 'relevance';
  const sort = (plan.open || plan.dull) && asked === 'relevance' ? 'date' : asked;
  const allowed = mapped(snapshot.parts, (_, p) =>
    allowedIn(
      snapshot,
      p,
      filters,
      plan.condition,
      mapped(plan.excluded, (lists) => lists[p] ?? null),
    ),
  );
  const offset = whole(request.offset, 0);
  const limit = Math.min(MOST_HITS, whole(request.limit, DEFAULT_HITS));
  const isCounted = request.facets || request.count || sort !== 'relevance';
  const matches = isCounted
    ? mapped(snapshot.parts, (part, p) => matchesIn(part, p, plan, allowed[p]!))
    : null;
  const counted = matches?.reduce((sum, bits) => sum + countBits(bits), 0);

  const found =
    sort === 'relevance'
      ? byRelevance(snapshot, plan, allowed, matches, request, offset, limit, model)
      : { total: counted!, exact: true, hits: byColumn(snapshot, matches!, sort, offset, limit) };
  const result: SearchResult = {
    total: counted ?? found.total,
    exact: counted !== undefined || found.exact,
    hits: found.hits,
    read: {
      filters: query.filters,
      condition: query.condition,
      sort,
      unknown: plan.unknown,
      corrected: plan.corrected,
      problems: query.problems,
    },
    seq: snapshot.seq,
  };
  if (request.facets && matches) result.facets = countFacets(snapshot, matches);
  const instead = didYouMean(request.text.slice(0, MOST_CORRECTED), plan, query.asTyped);
  if (instead !== null) result.didYouMean = instead;
  if (plan.acronyms.length > 0) result.acronyms = plan.acronyms;
  if (plan.people.length > 0) result.people = plan.people;
  return keep(result, 'result');
}

/**
 * The papers that match, whatever order is requested: the newest of them with their vectors, at most `most`. Partial
 * matches are left out.
 */
export function matchingIn(snapshot: Snapshot, request: SearchRequest, most: number): Matching {
  keepFor(request);
  const query = parseQuery(request.text, request.partial);
  const filters = [request.filters ?? {}, query.filters];
  const plan = planQuery(
    snapshot,
    query,
    filters.flatMap(({ categories }) => categories ?? []),
  );
  const matches = mapped(snapshot.parts, (part, p) => {
    const excluded = mapped(plan.excluded, (lists) => lists[p] ?? null);
    return matchesIn(part, p, plan, allowedIn(snapshot, p, filters, plan.condition, excluded));
  });
  const best = bestByColumn(snapshot, matches, 'date', Math.max(0, most));
  const dimensions = snapshot.parts.reduce((most, { segment }) => Math.max(most, segment.dimensions), 0);
  const vectors = new Int8Array(best.count * dimensions);
  const keys: number[] = [];
  for (let i = 0; i < best.count; i++) {
    const { segment } = snapshot.parts[best.parts[i]!]!;
    const document = best.documents[i]!;
    keys.push(segment.sections.keys[document]!);
    if (segment.dimensions === dimensions && dimensions > 0)
      unpackVector(
        segment.sections.vectors,
        document,
        vectors.subarray(i * dimensions, (i + 1) * dimensions),
      );
  }
  return {
    total: matches.reduce((sum, bits) => sum + countBits(bits), 0),
    keys,
    dimensions,
    vectors,
    read: {
      filters: query.filters,
      condition: query.condition,
      sort: 'date',
      unknown: plan.unknown,
      corrected: plan.corrected,
      problems: query.problems,
    },
    seq: snapshot.seq,
  };
}

/** How many match, as far as that is known without counting, and the hits wanted. */
interface CountedHits {
  total: number;
  exact: boolean;
  hits: SearchHit[];
}

function byRelevance(
  snapshot: Snapshot,
  plan: Plan,
  allowed: Allowed,
  bits: readonly Bits[] | null,
  request: SearchRequest,
  offset: number,
  limit: number,
  model: TokenModel | null,
): CountedHits {
  const meant = meaningOf(snapshot, plan, request.vector, model);
  const { list, complete } = gather(snapshot, plan, allowed, offset + limit, meant?.vector ?? null, model);
  let matches = 0;
  for (const loose of list.loose) if (loose === 0) matches++;
  const order = rerank(snapshot, plan, list, meant);
  if (!plan.tiers && bits) markLoose(list, order, bits);
  const groups = request.collapse === false ? mapped(order, (i) => [i]) : collapse(snapshot, list, order);
  const keyOf = (i: number): number => snapshot.columns[list.parts[i]!]!.keys[list.documents[i]!]!;
  const hits = mapped(groups.slice(offset, offset + limit), (group): SearchHit => {
    const first = group[0]!;
    const hit: SearchHit = { key: keyOf(first), score: list.scores[first]! };
    if (list.loose[first]) hit.loose = true;
    if (group.length > 1) hit.duplicates = group.slice(1).map(keyOf);
    if (request.explain) hit.shares = explain(snapshot, plan, list, first, meant);
    return hit;
  });
  return { total: matches, exact: complete, hits };
}

/** Where matches do not stand first, those behind the last of them are the loose ones. */
function markLoose(
  { parts, documents, loose }: Shortlist,
  order: readonly number[],
  bits: readonly Bits[],
): void {
  for (const i of order.toReversed()) {
    const document = documents[i]!;
    if ((bits[parts[i]!]![document >>> 5]! & (1 << (document & 31))) !== 0) return;
    loose[i] = 1;
  }
}

/** Brings near-duplicates together under the best of them. */
function collapse(
  snapshot: Snapshot,
  { parts, documents, loose }: Shortlist,
  order: readonly number[],
): number[][] {
  const duplicates = new Duplicates();
  const groups: number[][] = [];
  const groupOf: number[][] = [];
  order.forEach((i, at) => {
    const { sketches } = snapshot.columns[parts[i]!]!;
    const first = duplicates.firstLike(sketches, documents[i]! * SAMPLES, at);
    const known = first === at ? undefined : groupOf[first];
    const group = known && loose[known[0]!] === loose[i] ? known : [];
    if (group.length === 0) groups.push(group);
    group.push(i);
    groupOf.push(group);
  });
  return groups;
}

function byColumn(
  snapshot: Snapshot,
  matches: readonly Bits[],
  sort: Exclude<SearchSort, 'relevance'>,
  offset: number,
  limit: number,
): SearchHit[] {
  const { columns } = snapshot;
  const best = bestByColumn(snapshot, matches, sort, offset + limit);
  const hits: SearchHit[] = [];
  for (let i = offset; i < best.count; i++)
    hits.push({ key: columns[best.parts[i]!]!.keys[best.documents[i]!]!, score: 0 });
  return hits;
}

/** The first `count` matches in an order, sorted. */
function bestByColumn(
  snapshot: Snapshot,
  matches: readonly Bits[],
  sort: Exclude<SearchSort, 'relevance'>,
  count: number,
): Best {
  const { columns } = snapshot;
  const best = new Best(Math.min(count, snapshot.documents), columns);
  // Later papers mostly come first, and then whole stretches of others are passed over.
  for (let p = columns.length - 1; p >= 0; p--) {
    const { documents, newest } = snapshot.parts[p]!.segment;
    const values = sort === 'date' ? columns[p]!.days : columns[p]!.upvotes;
    for (let stretch = newest.length - 1; stretch >= 0; stretch--) {
      if (sort === 'date' && newest[stretch]! + FROM_ZERO < best.least) continue;
      const start = stretch * STRETCH;
      offerBits(p, matches[p]!, start, Math.min(documents, start + STRETCH), values, best);
    }
  }
  best.sort();
  return best;
}

/** Offers a part's documents from `start` (a multiple of 32) to before `end` whose bits are set, the last first. */
function offerBits(
  part: number,
  bits: Bits,
  start: number,
  end: number,
  values: Int16Array | Uint16Array,
  best: Best,
): void {
  for (let word = (end - 1) >>> 5; word >= start >>> 5; word--)
    for (let rest = bits[word]!; rest !== 0; ) {
      const top = 31 - Math.clz32(rest);
      rest &= ~(1 << top);
      const document = (word << 5) + top;
      // Days before 1970 are negative; the heap takes scores from 0 on.
      const score = values[document]! + FROM_ZERO;
      if (score >= best.least) best.offer(part, document, score);
    }
}

/** The text with words that are probably mistyped replaced by what was meant, where they were looked for as such. */
function didYouMean(text: string, plan: Plan, asTyped: readonly [number, number][]): string | null {
  if (plan.corrected.length === 0 || text.length === MOST_CORRECTED) return null;
  const instead = new Map(plan.corrected.map((each) => [each.word, each.instead]));
  const isKept = (from: number, to: number): boolean =>
    asTyped.some(([start, end]) => from < end && to > start);
  const meant = (typed: string, at: number, word: string): string | undefined =>
    isKept(at, at + typed.length) ? undefined : instead.get(word);
  // Models are corrected as a whole.
  const better = text.replace(/[\p{L}\p{M}\p{N}.]+(?:[-\s][\d.]+[\p{L}]?)?/gu, (typed, at: number) => {
    const whole = meant(typed, at, fold(typed).replace(/\s/, '-'));
    return (
      whole ??
      typed.replace(
        /[\p{L}\p{M}\p{N}]+/gu,
        (word, within: number) => meant(word, at + within, fold(word)) ?? word,
      )
    );
  });
  return better === text ? null : better;
}

/** What a query marks in texts. */
export function marksOf(snapshot: Snapshot, text: string): Marks {
  return planQuery(snapshot, parseQuery(text)).marks;
}

function whole(value: number | undefined, otherwise: number): number {
  if (value === undefined || Number.isNaN(value)) return otherwise;
  return Math.max(0, Math.floor(value));
}
