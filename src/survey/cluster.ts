/**
 * Spherical k-means (I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using clustering",
 * 2001) that grows by halving: of all clusters, the one whose halves fit its members best is split along its principal
 * direction (D. Boley, "Principal direction divisive partitioning", 1998), then all centres are refined. Nothing is
 * random. The number of clusters is decided by the simplified silhouette (E. R. Hruschka and others, 2004).
 */
import { meanOf, product, type Rows, rowAt, toUnit } from './vectors.ts';

/** The most rounds of refinement at the end, and the share of members that may still move after it. */
const LAST_ROUNDS = 6;
const SETTLED = 0.01;
/** Rounds of power iteration for a principal direction, and of refinement of its halves. */
const DIRECTION = 5;
const HALVES = 3;

export interface Growth {
  /** Members that get clusters. */
  sample: readonly number[];
  /** Where to begin; null: with all in one. */
  centres: Rows | null;
  /** Clusters at least and at most. */
  least: number;
  most: number;
  /** Members a cluster should have at least. */
  smallest: number;
}

/** Centres of clusters, of unit length. It yields now and then, so that other work is not blocked. */
export function* grow(rows: Rows, growth: Growth): Generator<void, Rows> {
  const { sample, least, most, smallest } = growth;
  const likenesses = new Likenesses(rows, sample, most);
  let centres = growth.centres ?? centresOf(rows, [[...sample]]);
  for (let c = 0; c < centres.count; c++) likenesses.put(c, rowAt(centres, c));
  yield;
  let best: { centres: Rows; quality: number } | null = null;
  const halves = new Map<string, Half>();
  for (;;) {
    const { members, quality } = likenesses.assign(centres.count);
    if (centres.count >= least && centres.count > 1 && quality > (best?.quality ?? Number.NEGATIVE_INFINITY))
      best = { centres, quality };
    if (centres.count >= most) break;
    let found: { at: number; half: Half } | null = null;
    for (let c = 0; c < members.length; c++) {
      const own = members[c]!;
      if (own.length < 2 * smallest) continue;
      // Most clusters are unchanged since the last split.
      const key = own.join();
      let half = halves.get(key);
      if (half === undefined) {
        half = halve(rows, own);
        halves.set(key, half);
        yield;
      }
      if (
        half.sides.every((side) => side.length >= smallest) &&
        (found === null || half.gain > found.half.gain)
      )
        found = { at: c, half };
    }
    if (found === null) break;
    // One half takes the place of the whole, the other comes last; the other centres stay for now.
    const [first, second] = found.half.sides.map((side) => centresOf(rows, [side])) as [Rows, Rows];
    const values = new Float32Array((centres.count + 1) * rows.dimensions);
    values.set(centres.values);
    values.set(first.values, found.at * rows.dimensions);
    values.set(second.values, centres.count * rows.dimensions);
    centres = { count: centres.count + 1, dimensions: rows.dimensions, values };
    likenesses.put(found.at, first.values);
    likenesses.put(centres.count - 1, second.values);
  }
  centres = best?.centres ?? centres;
  let of: Int32Array | null = null;
  for (let round = 0; round < LAST_ROUNDS; round++) {
    const next = nearestTo(rows, sample, centres);
    const moved = of === null ? sample.length : next.reduce((sum, c, n) => sum + Number(c !== of![n]), 0);
    of = next;
    yield;
    if (moved <= sample.length * SETTLED) break;
    centres = centresOf(rows, membersOf(sample, next, centres.count), centres);
  }
  return centres;
}

/** How close some rows are to centres, which are added one at a time. */
class Likenesses {
  readonly #rows: Rows;
  readonly #those: readonly number[];
  readonly #most: number;
  readonly #values: Float32Array;

  constructor(rows: Rows, those: readonly number[], most: number) {
    this.#rows = rows;
    this.#those = those;
    this.#most = most;
    this.#values = new Float32Array(those.length * most);
  }

  /** Puts a centre in place `c`. */
  put(c: number, centre: Float32Array): void {
    const { dimensions, values } = this.#rows;
    this.#those.forEach((i, n) => {
      this.#values[n * this.#most + c] = product(values, i * dimensions, centre, 0, dimensions);
    });
  }

  /** The rows closest to each of the first `count` centres, and by how much, on average (the silhouette). */
  assign(count: number): { members: number[][]; quality: number } {
    const members: number[][] = Array.from({ length: count }, () => []);
    let sum = 0;
    this.#those.forEach((i, n) => {
      let own = 0;
      let first = Number.NEGATIVE_INFINITY;
      let second = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < count; c++) {
        const likeness = this.#values[n * this.#most + c]!;
        if (likeness > first) {
          second = first;
          first = likeness;
          own = c;
        } else if (likeness > second) second = likeness;
      }
      members[own]!.push(i);
      if (second < 1) sum += (first - second) / (1 - second);
    });
    return { members, quality: sum / Math.max(1, this.#those.length) };
  }
}

/** The rows closest to each centre. */
export const assign = (rows: Rows, those: readonly number[], centres: Rows): number[][] =>
  membersOf(those, nearestTo(rows, those, centres), centres.count);

function membersOf(those: readonly number[], of: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let n = 0; n < those.length; n++) members[of[n]!]!.push(those[n]!);
  return members;
}

/** The centre closest to each of some rows; of equally close ones, the first. */
function nearestTo(rows: Rows, those: readonly number[], centres: Rows): Int32Array {
  const { dimensions, values } = rows;
  const of = new Int32Array(those.length);
  for (let n = 0; n < those.length; n++) {
    const at = those[n]! * dimensions;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < centres.count; c++) {
      const likeness = product(values, at, centres.values, c * dimensions, dimensions);
      if (likeness > most) {
        most = likeness;
        of[n] = c;
      }
    }
  }
  return of;
}

/** Means of unit length; for a cluster without members, `before`. */
export function centresOf(rows: Rows, members: readonly (readonly number[])[], before?: Rows): Rows {
  const { dimensions } = rows;
  const values = new Float32Array(members.length * dimensions);
  members.forEach((own, c) => {
    const centre = own.length > 0 || !before ? meanOf(rows, own) : rowAt(before, c);
    values.set(centre, c * dimensions);
    toUnit(values.subarray(c * dimensions, (c + 1) * dimensions));
  });
  return { count: members.length, dimensions, values };
}

interface Half {
  sides: [number[], number[]];
  /** How much better the halves fit their members than the whole does. */
  gain: number;
}

function halve(rows: Rows, members: readonly number[]): Half {
  const { dimensions, values } = rows;
  const mean = meanOf(rows, members);
  let direction = rowAt(rows, members[0]!).slice();
  for (let k = 0; k < dimensions; k++) direction[k]! -= mean[k]!;
  for (let round = 0; round < DIRECTION; round++) {
    const offset = product(direction, 0, mean, 0, dimensions);
    const next = new Float32Array(dimensions);
    for (const i of members) {
      const at = i * dimensions;
      const along = product(values, at, direction, 0, dimensions) - offset;
      for (let k = 0; k < dimensions; k++) next[k]! += along * (values[at + k]! - mean[k]!);
    }
    if (toUnit(next) === 0) break;
    direction = next;
  }
  const offset = product(direction, 0, mean, 0, dimensions);
  let sides: number[][] = [[], []];
  for (const i of members)
    sides[product(values, i * dimensions, direction, 0, dimensions) > offset ? 0 : 1]!.push(i);
  for (let round = 0; round < HALVES && sides.every((side) => side.length > 0); round++)
    sides = assign(rows, members, centresOf(rows, sides));
  const fitOf = (side: readonly number[]): number => side.length * toUnit(meanOf(rows, side));
  return {
    sides: sides as [number[], number[]],
    gain: fitOf(sides[0]!) + fitOf(sides[1]!) - fitOf(members),
  };
}
