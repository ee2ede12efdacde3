/** Documents nearest in meaning, also where they share no word with the query. */
import { Best } from './heap.ts';
import { SOME } from './kernel/areas.ts';
import type { TokenModel } from './meaning/model.ts';
import type { Allowed, Snapshot } from './snapshot.ts';
import { Likeness } from './vectors.ts';

/** Cells looked into. */
const PROBES = 24;
/** Less alike than this is not near. */
const LEAST = 0.35;
/** A cosine of one as a whole number, which scores are. */
const ONE = 2 ** 30;
/** Without cells, parts of more documents than this are not searched. */
const MOST_SCANNED = 200_000;

/** The nearest documents that are not among `known`. */
export function nearest(
  snapshot: Snapshot,
  allowed: Allowed,
  vector: Int8Array,
  model: TokenModel | null,
  known: Best,
  most: number,
): Best {
  const best = new Best(most, snapshot.columns);
  const cells = model?.nearestCells(vector, PROBES);
  snapshot.parts.forEach(({ segment }, p) => {
    if (segment.dimensions !== vector.length) return;
    const likeness = new Likeness(segment, vector);
    const { cellStarts, cellDocs } = segment.sections;
    const taken = new Set<number>();
    for (let i = 0; i < known.count; i++) if (known.parts[i] === p) taken.add(known.documents[i]!);
    const bits = allowed[p]!;
    const { documents } = segment.kernel;
    let waiting = 0;
    const offerWaiting = (): void => {
      likeness.look(waiting);
      for (let i = 0; i < waiting; i++) {
        const near = likeness.of(i);
        const score = Math.round(near * ONE);
        if (near >= LEAST && score >= best.least && !taken.has(documents[i]!))
          best.offer(p, documents[i]!, score);
      }
      waiting = 0;
    };
    const offer = (d: number): void => {
      if (bits !== null && (bits[d >>> 5]! & (1 << (d & 31))) === 0) return;
      documents[waiting++] = d;
      if (waiting === SOME) offerWaiting();
    };
    if (cells && cellStarts.length > 0)
      for (const cell of cells)
        for (let i = cellStarts[cell]!; i < cellStarts[cell + 1]!; i++) offer(cellDocs[i]!);
    else if (segment.documents <= MOST_SCANNED) for (let d = 0; d < segment.documents; d++) offer(d);
    offerWaiting();
  });
  return best;
}
