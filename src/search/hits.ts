/** The documents that match, before they are documents: numbers in arrays, and the best of them in order. */
import { NO_DAY } from './fields.ts';
import type { Snapshot } from './snapshot.ts';
import type { SearchSort } from './types.ts';

/** A growing list of matches: segment, document, score. */
export class Matches {
  parts = new Uint8Array(1024);
  documents = new Uint32Array(1024);
  scores = new Float64Array(1024);
  count = 0;

  add(part: number, document: number, score: number): void {
    if (this.count === this.documents.length) this.#grow();
    this.parts[this.count] = part;
    this.documents[this.count] = document;
    this.scores[this.count] = score;
    this.count++;
  }

  #grow(): void {
    const { parts, documents, scores } = this;
    const size = this.count * 4;
    this.parts = new Uint8Array(size);
    this.documents = new Uint32Array(size);
    this.scores = new Float64Array(size);
    this.parts.set(parts);
    this.documents.set(documents);
    this.scores.set(scores);
  }
}

/** What each match is sorted by before ties are broken, the greatest first. */
function primary(snapshot: Snapshot, matches: Matches, sort: SearchSort): Float64Array {
  if (sort === 'relevance') return matches.scores;
  const values = new Float64Array(matches.count);
  const columns = snapshot.parts.map(({ segment: { sections } }) =>
    sort === 'date' ? sections.days : sections.upvotes,
  );
  for (let i = 0; i < matches.count; i++) values[i] = columns[matches.parts[i]!]![matches.documents[i]!]!;
  return values;
}

/** Negative when match `a` comes before match `b`. */
type Order = (a: number, b: number) => number;

/** Ties are broken by day, newest first, then by key, greatest first: the order is always the same. */
function orderOf(snapshot: Snapshot, matches: Matches, values: Float64Array): Order {
  const { parts, documents } = matches;
  const columns = snapshot.parts.map(({ segment }) => segment.sections);
  const day = (at: number): number => columns[parts[at]!]!.days[documents[at]!]!;
  const key = (at: number): number => columns[parts[at]!]!.keys[documents[at]!]!;
  return (a, b) => values[b]! - values[a]! || day(b) - day(a) || key(b) - key(a);
}

/** Matches `offset` to `offset + limit` of the order. A heap keeps the best; the rest is never sorted. */
export function best(
  snapshot: Snapshot,
  matches: Matches,
  sort: SearchSort,
  offset: number,
  limit: number,
): number[] {
  const wanted = Math.min(offset + limit, matches.count);
  if (limit <= 0 || offset >= matches.count) return [];
  const values = primary(snapshot, matches, sort);
  const order = orderOf(snapshot, matches, values);
  if (wanted > matches.count / 4)
    return Array.from({ length: matches.count }, (_, i) => i)
      .sort(order)
      .slice(offset, wanted);
  // The worst of those kept is at the root.
  const heap: number[] = [];
  const sink = (): void => {
    for (let at = 0; ; ) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && order(heap[child]!, heap[worst]!) > 0) worst = child;
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  // From behind, where the newest papers tend to be: the sooner the heap is good, the less it changes.
  for (let i = matches.count - 1; i >= 0; i--) {
    if (heap.length < wanted) {
      let at = heap.push(i) - 1;
      for (let up = (at - 1) >> 1; at > 0 && order(heap[at]!, heap[up]!) > 0; up = (at - 1) >> 1) {
        [heap[at], heap[up]] = [heap[up]!, heap[at]!];
        at = up;
      }
    } else if (values[i]! >= values[heap[0]!]! && order(i, heap[0]!) < 0) {
      heap[0] = i;
      sink();
    }
  }
  return heap.sort(order).slice(offset);
}

const years = new Int16Array(1 << 16);

/** The year of a day counted from 1970-01-01, or null. */
export function yearOf(day: number): number | null {
  if (day === NO_DAY) return null;
  if (day < 0 || day >= years.length) return workOutYear(day);
  years[day] ||= workOutYear(day);
  return years[day]!;
}

function workOutYear(day: number): number {
  // Howard Hinnant's arithmetic of civil dates (chrono-compatible low-level date algorithms, 2013).
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  return year + era * 400 + (Math.floor((5 * ofYear + 2) / 153) >= 10 ? 1 : 0);
}
